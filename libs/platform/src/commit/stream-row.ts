import type { StreamPosition } from './commit-lane.js';

/** A row of `account_stream` as pg returns it: bigint as text. */
export interface StreamRow {
  account_id: string;
  owner_address: string | null;
  epoch: string;
  seq: string;
  event_hash: string;
  ledger_seq: string;
  ledger_hash: string;
}

export const STREAM_COLUMNS = 'account_id, owner_address, epoch, seq, event_hash, ledger_seq, ledger_hash';

export function positionOf(row: StreamRow): StreamPosition {
  return {
    seq: Number(row.seq),
    eventHash: row.event_hash,
    ledgerSeq: Number(row.ledger_seq),
    ledgerHash: row.ledger_hash,
  };
}
