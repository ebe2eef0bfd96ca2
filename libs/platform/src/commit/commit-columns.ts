import type { WireType } from './column-array.js';

/** Columns of a set of rows that is sent. */
export type Columns = readonly (readonly [name: string, type: WireType])[];

/** The account of a row, by its place in the batch. */
export const LANE = ['lane', 'int'] as const;

export const STREAM = [
  LANE,
  ['account_id', 'text'],
  ['owner_address', 'text'],
  ['epoch', 'bigint'],
  ['base_seq', 'bigint'],
  ['seq', 'bigint'],
  ['event_hash', 'text'],
  ['ledger_seq', 'bigint'],
  ['ledger_hash', 'text'],
] as const satisfies Columns;

export const EVENT = [
  LANE,
  ['stream_seq', 'bigint'],
  ['type', 'text'],
  ['payload', 'jsonText'],
  ['occurred_at', 'timestamptz'],
  ['actor', 'text'],
  ['trace_id', 'text'],
  ['hash', 'text'],
] as const satisfies Columns;

export const LEDGER_TRANSACTION = [
  LANE,
  ['transaction_id', 'text'],
  ['chain_sequence', 'bigint'],
  ['kind', 'text'],
  ['reference', 'text'],
  ['occurred_at', 'timestamptz'],
  ['memo', 'jsonb'],
  ['posting_count', 'int'],
  ['previous_hash', 'text'],
  ['hash', 'text'],
] as const satisfies Columns;

export const LEDGER_POSTING = [
  LANE,
  ['transaction_id', 'text'],
  ['line', 'int'],
  ['account', 'text'],
  ['asset', 'text'],
  ['amount', 'numeric'],
] as const satisfies Columns;
