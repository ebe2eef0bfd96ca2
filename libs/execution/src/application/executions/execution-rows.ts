import type { JsonValue } from '@sextant/contracts';
import type {
  Algorithm,
  ExecutionSnapshot,
  PlannedSlice,
  Waiting,
} from '../../domain/executions/execution-terms.js';
import type { Reason } from '../../domain/order-snapshot.js';
import { epochMs } from '../account/order-rows.js';
import type { ReadRow } from '../account/order-rows.js';
import type { ExecutionChangeRow, ExecutionRow } from './execution-tables.js';

/** What of the terms stands in one column: nothing is looked up by it. */
type StoredTerms = Pick<
  ExecutionSnapshot,
  | 'limitTicks'
  | 'startAt'
  | 'endAt'
  | 'urgency'
  | 'maxSlippageBps'
  | 'maxSliceFactor'
  | 'participationBps'
  | 'displayLots'
  | 'sizeJitterBps'
  | 'timeJitterBps'
  | 'seed'
  | 'profileSource'
  | 'strategy'
  | 'tags'
>;

export function executionRow(execution: ExecutionSnapshot): ExecutionRow {
  return {
    ...executionChangeRow(execution),
    venue: execution.venue,
    symbol: execution.symbol,
    side: execution.side,
    algorithm: execution.algorithm,
    lots: execution.lots,
    tick_size: execution.tickUnits,
    step_size: execution.stepUnits,
    terms: storedTerms(execution) as unknown as JsonValue,
    schedule: execution.schedule as unknown as JsonValue,
    created_at: execution.createdAt,
  };
}

/** What of a stored execution may be different now. */
export function executionChangeRow(execution: ExecutionSnapshot): ExecutionChangeRow {
  return {
    account_id: execution.accountId,
    execution_id: execution.executionId,
    status: execution.status,
    reason: execution.reason as JsonValue,
    waiting: execution.waiting as JsonValue,
    cancels_resting: execution.cancelsResting,
    arrival_price: execution.arrivalUnits,
    started_at: execution.startedAt,
    updated_at: execution.updatedAt,
    closed_at: execution.closedAt,
    version: execution.version,
  };
}

/** The inverse of `executionRow`, from what a query returned. */
export function executionOfRow(row: ReadRow<ExecutionRow>): ExecutionSnapshot {
  return {
    ...(row.terms as unknown as StoredTerms),
    executionId: row.execution_id,
    accountId: row.account_id,
    venue: row.venue,
    symbol: row.symbol,
    side: row.side,
    algorithm: row.algorithm as Algorithm,
    lots: Number(row.lots),
    tickUnits: BigInt(row.tick_size),
    stepUnits: BigInt(row.step_size),
    schedule: row.schedule as unknown as PlannedSlice[],
    status: row.status,
    reason: row.reason as Reason | null,
    waiting: row.waiting as Waiting | null,
    cancelsResting: row.cancels_resting,
    arrivalUnits: row.arrival_price === null ? null : BigInt(row.arrival_price),
    createdAt: epochMs(row.created_at),
    startedAt: row.started_at === null ? null : epochMs(row.started_at),
    updatedAt: epochMs(row.updated_at),
    closedAt: row.closed_at === null ? null : epochMs(row.closed_at),
    version: Number(row.version),
  };
}

function storedTerms(execution: ExecutionSnapshot): StoredTerms {
  const { limitTicks, startAt, endAt, urgency, maxSlippageBps, maxSliceFactor, participationBps } = execution;
  const { displayLots, sizeJitterBps, timeJitterBps, seed, profileSource, strategy, tags } = execution;
  return {
    ...{ limitTicks, startAt, endAt, urgency, maxSlippageBps, maxSliceFactor, participationBps },
    ...{ displayLots, sizeJitterBps, timeJitterBps, seed, profileSource, strategy, tags },
  };
}
