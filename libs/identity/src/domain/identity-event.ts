import type { IdentityEventType, JsonObject } from '@sextant/contracts';
import type { EpochMs } from '@sextant/kernel';

/** What an aggregate of identity decided; it goes to the stream `system` with the effect. */
export interface IdentityEvent {
  type: IdentityEventType;
  payload: JsonObject;
  occurredAt: EpochMs;
  /** User or key id of who did it, or `system`. */
  actor: string;
}

/** The transaction of the caller, opaque to everything but the repositories. */
export type Transaction = object;
