import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { integerArray, textArray } from '../commit/column-array.js';
import type { NewEvent } from '../commit/index.js';
import { EVENT_CHANNEL, eventHash, GENESIS_HASH } from '../commit/index.js';
import { Database } from '../database/index.js';

/** The stream of what concerns no single account: users, keys, configuration, operations. */
export const SYSTEM_STREAM = 'system';

const APPEND = `
WITH moved AS (UPDATE log_stream SET seq = $2, event_hash = $3 WHERE stream_id = $1),
appended AS (
  INSERT INTO event_log (stream_id, stream_seq, type, payload, occurred_at, actor, trace_id, hash)
  SELECT $1, r.stream_seq, r.type, r.payload, 'epoch'::timestamptz + r.occurred_at * interval '1 millisecond',
         r.actor, r.trace_id, r.hash
  FROM unnest($4::bigint[], $5::text[], $6::json[], $7::bigint[], $8::text[], $9::text[], $10::text[])
    AS r(stream_seq, type, payload, occurred_at, actor, trace_id, hash))
SELECT pg_notify('${EVENT_CHANNEL}', $1)`;

/** Appends to streams that no lease guards. The stream's row is locked until the transaction ends: keep it short. */
@Injectable()
export class SystemLog {
  constructor(private readonly database: Database) {}

  /** With a client the events commit together with the caller's transaction, else in one of their own. */
  append(events: NewEvent[], client?: PoolClient): Promise<void> {
    return this.appendTo(SYSTEM_STREAM, events, client);
  }

  /** The same for another stream that belongs to no account. */
  async appendTo(streamId: string, events: NewEvent[], client?: PoolClient): Promise<void> {
    if (events.length === 0) return;
    if (client) return append(client, streamId, events);
    await this.database.transaction((own) => append(own, streamId, events));
  }
}

async function append(client: PoolClient, streamId: string, events: NewEvent[]): Promise<void> {
  let { seq, hash } = await lockedHead(client, streamId);
  const links = events.map(({ type, payload, occurredAt, actor = null, traceId = null }) => {
    const text = JSON.stringify(payload);
    seq += 1;
    hash = eventHash(hash, { streamId, sequence: seq, type, occurredAt, actor, traceId }, text);
    return { seq, type, text, occurredAt, actor, traceId, hash };
  });
  const texts = (pick: (link: (typeof links)[number]) => string | null) => textArray(links.map(pick));
  const integers = (pick: (link: (typeof links)[number]) => number) => integerArray(links.map(pick));
  await client.query(APPEND, [
    streamId,
    seq,
    hash,
    integers((link) => link.seq),
    texts((link) => link.type),
    texts((link) => link.text),
    integers((link) => link.occurredAt),
    texts((link) => link.actor),
    texts((link) => link.traceId),
    texts((link) => link.hash),
  ]);
}

async function lockedHead(client: PoolClient, streamId: string): Promise<{ seq: number; hash: string }> {
  await client.query(
    'INSERT INTO log_stream (stream_id, seq, event_hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING',
    [streamId, GENESIS_HASH],
  );
  const { rows } = await client.query<{ seq: string; event_hash: string }>(
    'SELECT seq, event_hash FROM log_stream WHERE stream_id = $1 FOR NO KEY UPDATE',
    [streamId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`The stream ${streamId} has no row`);
  return { seq: Number(row.seq), hash: row.event_hash };
}
