import type { JsonValue } from '@sextant/contracts';
import type { AccountId, EpochMs, OrderId, Side } from '@sextant/kernel';
import { accountTable } from '@sextant/platform';
import type { ExecutionStatus } from '../../domain/executions/execution-status.js';

/** An execution as stored. How far it has come is not here: that is the sum over its orders. */
export interface ExecutionRow {
  account_id: AccountId;
  execution_id: string;
  venue: string;
  symbol: string;
  side: Side;
  algorithm: string;
  lots: number;
  tick_size: bigint;
  step_size: bigint;
  /** What else was asked for: see `execution-rows.ts`. */
  terms: JsonValue;
  /** PlannedSlice[] */
  schedule: JsonValue;
  status: ExecutionStatus;
  reason: JsonValue;
  waiting: JsonValue;
  cancels_resting: boolean;
  arrival_price: bigint | null;
  created_at: EpochMs;
  started_at: EpochMs | null;
  updated_at: EpochMs;
  closed_at: EpochMs | null;
  version: number;
}

/** What can change in a stored execution, with its key. */
export type ExecutionChangeRow = Pick<
  ExecutionRow,
  | 'account_id'
  | 'execution_id'
  | 'status'
  | 'reason'
  | 'waiting'
  | 'cancels_resting'
  | 'arrival_price'
  | 'started_at'
  | 'updated_at'
  | 'closed_at'
  | 'version'
>;

/** One slice that was sent: written with its order, in one commit. The key lets a slice be sent once. */
export interface ExecutionSliceRow {
  account_id: AccountId;
  execution_id: string;
  slice: number;
  order_id: OrderId;
  /** Lots that others were seen to trade since the slice before. */
  observed_lots: number;
  sent_at: EpochMs;
}

export const executions = accountTable<ExecutionRow>({
  name: 'execution',
  columns: {
    account_id: 'text',
    execution_id: 'text',
    venue: 'text',
    symbol: 'text',
    side: 'text',
    algorithm: 'text',
    lots: 'bigint',
    tick_size: 'numeric',
    step_size: 'numeric',
    terms: 'jsonb',
    schedule: 'jsonb',
    status: 'text',
    reason: 'jsonb',
    waiting: 'jsonb',
    cancels_resting: 'boolean',
    arrival_price: 'numeric',
    created_at: 'timestamptz',
    started_at: 'timestamptz',
    updated_at: 'timestamptz',
    closed_at: 'timestamptz',
    version: 'int',
  },
  key: ['account_id', 'execution_id'],
  mode: 'INSERT',
});

/** The same table, once an execution is in it. */
export const executionChanges = accountTable<ExecutionChangeRow>({
  name: 'execution',
  columns: {
    account_id: 'text',
    execution_id: 'text',
    status: 'text',
    reason: 'jsonb',
    waiting: 'jsonb',
    cancels_resting: 'boolean',
    arrival_price: 'numeric',
    started_at: 'timestamptz',
    updated_at: 'timestamptz',
    closed_at: 'timestamptz',
    version: 'int',
  },
  key: ['account_id', 'execution_id'],
  mode: 'UPDATE',
});

export const executionSlices = accountTable<ExecutionSliceRow>({
  name: 'execution_slice',
  columns: {
    account_id: 'text',
    execution_id: 'text',
    slice: 'int',
    order_id: 'text',
    observed_lots: 'bigint',
    sent_at: 'timestamptz',
  },
  key: ['account_id', 'execution_id', 'slice'],
  mode: 'INSERT',
});
