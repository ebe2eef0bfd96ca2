import type { ConnectionEventType, JsonObject } from '@sextant/contracts';
import type { EpochMs } from '@sextant/kernel';

/** What a connection or the vault decided; it goes to the stream `system` with the effect. */
export interface ConnectionEvent {
  type: ConnectionEventType;
  payload: JsonObject;
  occurredAt: EpochMs;
  /** User or key id of who did it, or `system`. */
  actor: string;
}

/** Who does it, and when. */
export interface By {
  actor: string;
  at: EpochMs;
}

/** The transaction of the caller, opaque to everything but the adapters. */
export type Transaction = object;
