import type { EventEnvelope, JsonObject } from '@sextant/contracts';

/** A row of `event_log` as `EVENT_COLUMNS` selects it. */
export interface EventRow {
  stream_id: string;
  stream_seq: string;
  type: string;
  payload: JsonObject;
  occurred_ms: string;
  actor: string | null;
  trace_id: string | null;
  hash: string;
}

export const EVENT_COLUMNS = `e.stream_id, e.stream_seq, e.type, e.payload,
  (extract(epoch FROM e.occurred_at) * 1000)::bigint AS occurred_ms, e.actor, e.trace_id, e.hash`;

export function envelopeOf(row: EventRow): EventEnvelope {
  return {
    streamId: row.stream_id,
    sequence: Number(row.stream_seq),
    type: row.type,
    payload: row.payload,
    occurredAt: Number(row.occurred_ms),
    actor: row.actor,
    traceId: row.trace_id,
    hash: row.hash,
  };
}
