import type { EpochMs } from '@sextant/kernel';

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

/** One event of the log as its readers see it. */
export interface EventEnvelope {
  /** An account id, a bot id, or `system`. */
  streamId: string;
  /** 1, 2, 3 … within the stream, without gaps. */
  sequence: number;
  type: string;
  payload: JsonObject;
  occurredAt: EpochMs;
  /** Who caused it: a user or key id, `system`, or null when a venue did. */
  actor: string | null;
  traceId: string | null;
  /** SHA-256 (hex) over the previous event's hash and this event: the audit chain of the stream. */
  hash: string;
}
