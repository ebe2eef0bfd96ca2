import type { Pool } from 'pg';
import type { LaneEntry } from './commit-batch.js';
import type { StreamRow } from './stream-row.js';
import { STREAM_COLUMNS } from './stream-row.js';

/** What became of an account's part of a batch whose connection was lost. */
export interface Outcome {
  committed: boolean;
  /** The epoch under which the lease goes on; null when it is lost. */
  epoch: number | null;
}

/**
 * Raising the epoch waits for a transaction that still holds the row, and makes one that has yet to arrive stale.
 * Only after it is "not found" a proof.
 */
const RAISE_EPOCHS = `
WITH input AS MATERIALIZED (
  SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) AS i(account_id, owner_address, epoch)),
locked AS MATERIALIZED (
  SELECT s.account_id FROM account_stream s
  JOIN input i ON s.account_id = i.account_id AND s.owner_address = i.owner_address AND s.epoch = i.epoch
  ORDER BY s.account_id FOR NO KEY UPDATE OF s)
UPDATE account_stream s SET epoch = s.epoch + 1 FROM locked l WHERE s.account_id = l.account_id`;

const STREAMS = `SELECT ${STREAM_COLUMNS} FROM account_stream WHERE account_id = ANY($1::text[])`;

const LAST_EVENTS = `
SELECT e.stream_id, e.hash FROM unnest($1::text[], $2::bigint[]) AS i(stream_id, stream_seq)
JOIN event_log e ON e.stream_id = i.stream_id AND e.stream_seq = i.stream_seq`;

/** One attempt; throws when the database cannot be asked, and may then be repeated. */
export async function establishOutcome(pool: Pool, entries: readonly LaneEntry[]): Promise<Outcome[]> {
  const ids = entries.map(({ lane }) => lane.accountId);
  const owners = entries.map(({ lane }) => lane.owner);
  const epochs = entries.map(({ lane }) => lane.epoch);
  await pool.query(RAISE_EPOCHS, [ids, owners, epochs]);
  const streams = await pool.query<StreamRow>(STREAMS, [ids]);
  const sequences = entries.map(({ after }) => after.seq);
  const events = await pool.query<{ stream_id: string; hash: string }>(LAST_EVENTS, [ids, sequences]);
  const rows = new Map(streams.rows.map((row) => [row.account_id, row]));
  const hashes = new Map(events.rows.map(({ stream_id, hash }) => [stream_id, hash]));
  return entries.map((entry) => {
    const committed = hashes.get(entry.lane.accountId) === entry.after.eventHash;
    return { committed, epoch: epochAfter(entry, committed, rows.get(entry.lane.accountId)) };
  });
}

/** The address in the row belongs to one run of one process, so under it only this process raised the epoch. */
function epochAfter(
  { lane, after }: LaneEntry,
  committed: boolean,
  row: StreamRow | undefined,
): number | null {
  if (row === undefined || row.owner_address !== lane.owner) return null;
  const expected = committed ? after : lane.position;
  return Number(row.seq) === expected.seq && row.event_hash === expected.eventHash ? Number(row.epoch) : null;
}
