import type { EventEnvelope } from '@sextant/contracts';
import type { PoolClient } from 'pg';
import type { Database } from '../database/index.js';
import type { EventConsumer } from './event-consumer.js';
import { envelopeOf, EVENT_COLUMNS } from './read-events.js';
import type { EventRow } from './read-events.js';

/** A consumer could not handle the events of one stream that begin with `sequence`. */
export class ConsumerFailure extends Error {
  constructor(
    readonly streamId: string,
    readonly sequence: number,
    override readonly cause: unknown,
  ) {
    super(`Events of ${streamId} from ${sequence} on could not be handled`);
    this.name = 'ConsumerFailure';
  }
}

/** What one transaction did. */
export interface Consumed {
  events: number;
  /** Streams that have more events than were taken. */
  unfinished: string[];
}

/**
 * Claims the offsets that no other process works on, and reads above them in the same statement. Of events the
 * consumer does not want only the facts travel: they count, their payload stays in the database.
 */
const CLAIM = `
WITH claimed AS MATERIALIZED (
  SELECT stream_id, sequence FROM consumer_offset
  WHERE consumer = $1 AND stream_id = ANY($2::text[]) AND parked_at IS NULL
    AND (retry_at IS NULL OR retry_at <= now())
  ORDER BY stream_id FOR UPDATE SKIP LOCKED)
SELECT c.sequence AS position, e.* FROM claimed c CROSS JOIN LATERAL (
  SELECT ${EVENT_COLUMNS.replace('e.payload', `CASE WHEN $4::text[] IS NULL OR e.type = ANY($4) THEN e.payload END AS payload`)}
  FROM event_log e WHERE e.stream_id = c.stream_id AND e.stream_seq > c.sequence
  ORDER BY e.stream_seq LIMIT $3) e`;

const ADVANCE = `
UPDATE consumer_offset o SET sequence = i.sequence, attempts = 0, retry_at = NULL, error = NULL
FROM unnest($2::text[], $3::bigint[]) AS i(stream_id, sequence)
WHERE o.consumer = $1 AND o.stream_id = i.stream_id`;

interface ClaimedRow extends EventRow {
  position: string;
}

/**
 * Hands the next events of these streams to the consumer, and moves its offsets in the same transaction. Streams that
 * are parked, wait for a retry, or are being handled by another process are left out.
 * @throws ConsumerFailure when the consumer threw; nothing has happened then.
 */
export function consumeStreams(
  database: Database,
  consumer: EventConsumer,
  streamIds: readonly string[],
  limit: number,
): Promise<Consumed> {
  const types = consumer.types === 'ALL' ? null : consumer.types;
  return database.transaction(async (client) => {
    const { rows } = await client.query<ClaimedRow>({
      name: 'consumer_claim',
      text: CLAIM,
      values: [consumer.name, streamIds, limit, types],
    });
    const streams = byStream(rows);
    for (const stream of streams) await handle(client, consumer, stream);
    const ids = streams.map(([first]) => (first as ClaimedRow).stream_id);
    const ends = streams.map((stream) => (stream.at(-1) as ClaimedRow).stream_seq);
    if (ids.length > 0) {
      await client.query({ name: 'consumer_advance', text: ADVANCE, values: [consumer.name, ids, ends] });
    }
    const unfinished = streams.filter((stream) => stream.length === limit);
    return { events: rows.length, unfinished: unfinished.map(([first]) => (first as ClaimedRow).stream_id) };
  });
}

async function handle(client: PoolClient, consumer: EventConsumer, rows: ClaimedRow[]): Promise<void> {
  const { stream_id: streamId, position } = rows[0] as ClaimedRow;
  const first = Number(position) + 1;
  try {
    assertContiguous(rows, first);
    const wanted = wantedEvents(consumer, rows);
    if (wanted.length > 0) await consumer.handle(wanted, client);
  } catch (error) {
    throw new ConsumerFailure(streamId, first, error);
  }
}

function wantedEvents(consumer: EventConsumer, rows: ClaimedRow[]): EventEnvelope[] {
  const { types } = consumer;
  return (types === 'ALL' ? rows : rows.filter(({ type }) => types.includes(type))).map(envelopeOf);
}

function assertContiguous(rows: ClaimedRow[], first: number): void {
  rows.forEach(({ stream_seq }, index) => {
    if (Number(stream_seq) !== first + index) throw new Error(`Event ${first + index} is missing in the log`);
  });
}

/**
 * A LATERAL query with a LIMIT can only be run stream by stream, so the rows come one stream behind the other, each in
 * order; to have the server sort them as well would cost a tenth of the read.
 */
function byStream(rows: ClaimedRow[]): ClaimedRow[][] {
  const streams: ClaimedRow[][] = [];
  for (const row of rows) {
    const last = streams.at(-1);
    if (last?.[0]?.stream_id === row.stream_id) last.push(row);
    else streams.push([row]);
  }
  return streams;
}
