import type { AccountId } from '@sextant/kernel';
import type { ExecutionSnapshot } from '../../domain/executions/execution-terms.js';
import type { OrderSnapshot } from '../../domain/order-snapshot.js';

/** A slice that was sent, with its order. */
export interface SentSlice {
  slice: number;
  sentAt: number;
  observedLots: number;
  order: OrderSnapshot;
}

export interface StoredExecution {
  execution: ExecutionSnapshot;
  /** By their number. */
  slices: SentSlice[];
}

/** What the owner of an account reads of its executions at the start. */
export abstract class ExecutionArchive {
  /** Those of which anything may still happen. */
  abstract openExecutions(accountId: AccountId): Promise<StoredExecution[]>;
}
