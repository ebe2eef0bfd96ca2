/** Columns of a set of rows that is sent, with the array types of their parameters. */
export type Columns = readonly (readonly [name: string, arrayType: string])[];

/** The account of a row, by its place in the batch. */
export const LANE = ['lane', 'int[]'] as const;

export const STREAM = [
  LANE,
  ['account_id', 'text[]'],
  ['owner_address', 'text[]'],
  ['epoch', 'bigint[]'],
  ['base_seq', 'bigint[]'],
  ['seq', 'bigint[]'],
  ['event_hash', 'text[]'],
  ['ledger_seq', 'bigint[]'],
  ['ledger_hash', 'text[]'],
] as const;

export const EVENT = [
  LANE,
  ['stream_seq', 'bigint[]'],
  ['type', 'text[]'],
  ['occurred_at', 'bigint[]'],
  ['actor', 'text[]'],
  ['trace_id', 'text[]'],
  ['hash', 'text[]'],
] as const;

export const LEDGER_TRANSACTION = [
  LANE,
  ['transaction_id', 'text[]'],
  ['chain_sequence', 'bigint[]'],
  ['kind', 'text[]'],
  ['reference', 'text[]'],
  ['occurred_at', 'bigint[]'],
  ['memo', 'jsonb[]'],
  ['posting_count', 'int[]'],
  ['previous_hash', 'text[]'],
  ['hash', 'text[]'],
] as const;

export const LEDGER_POSTING = [
  LANE,
  ['transaction_id', 'text[]'],
  ['line', 'int[]'],
  ['account', 'text[]'],
  ['asset', 'text[]'],
  ['amount', 'numeric[]'],
] as const;
