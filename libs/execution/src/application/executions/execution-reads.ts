import { Injectable } from '@nestjs/common';
import type { AccountId, TenantId } from '@sextant/kernel';
import type { OrderRow } from '../account-tables.js';
import { OrderReads } from '../order-reads.js';
import { epochMs, orderOfRow } from '../order-rows.js';
import type { ReadRow } from '../order-rows.js';
import type { SentSlice, StoredExecution } from './execution-archive.js';
import { executionOfRow } from './execution-rows.js';
import type { ExecutionRow, ExecutionSliceRow } from './execution-tables.js';
import { executionView } from './execution-view.js';
import type { ExecutionView } from './execution-view.js';

/** A slice beside its order, as one statement answers them. */
export type SliceOfOrder = ReadRow<OrderRow> &
  Pick<ReadRow<ExecutionSliceRow>, 'slice' | 'observed_lots' | 'sent_at' | 'execution_id'>;

/** Slices with their orders; to be completed by a condition over `s`. */
export const SELECT_SLICES = `SELECT o.*, s.execution_id, s.slice, s.observed_lots, s.sent_at
  FROM execution_slice s JOIN orders o ON o.account_id = s.account_id AND o.order_id = s.order_id WHERE `;

/** Statements about stored executions, each within one tenant. */
@Injectable()
export class ExecutionReads {
  constructor(private readonly reads: OrderReads) {}

  async execution(tenantId: TenantId, executionId: string): Promise<StoredExecution | null> {
    const sql = `SELECT e.* FROM execution e WHERE e.execution_id = $1
      AND e.account_id = ANY (ARRAY(SELECT account_id FROM account))`;
    const [row] = await this.reads.rows<ReadRow<ExecutionRow>>(tenantId, sql, [executionId]);
    return row === undefined ? null : ((await this.withSlices(tenantId, [row]))[0] ?? null);
  }

  /** Each with its slices, in the order given. */
  async withSlices(tenantId: TenantId, rows: readonly ReadRow<ExecutionRow>[]): Promise<StoredExecution[]> {
    if (rows.length === 0) return [];
    const accounts = [...new Set(rows.map(({ account_id }) => account_id as AccountId))];
    const sql = `${SELECT_SLICES} s.account_id = ANY ($1) AND s.execution_id = ANY ($2) ORDER BY s.slice`;
    const ids = rows.map(({ execution_id }) => execution_id);
    const slices = await this.reads.rows<SliceOfOrder>(tenantId, sql, [accounts, ids]);
    return storedExecutions(rows, slices);
  }

  viewOf({ execution, slices }: StoredExecution): ExecutionView {
    return executionView(execution, slices);
  }
}

export function storedExecutions(
  rows: readonly ReadRow<ExecutionRow>[],
  slices: readonly SliceOfOrder[],
): StoredExecution[] {
  const byExecution = Map.groupBy(slices, ({ execution_id }) => execution_id);
  return rows.map((row) => ({
    execution: executionOfRow(row),
    slices: (byExecution.get(row.execution_id) ?? []).map(sentSlice),
  }));
}

function sentSlice(row: SliceOfOrder): SentSlice {
  const { slice, observed_lots, sent_at } = row;
  return {
    slice: Number(slice),
    observedLots: Number(observed_lots),
    sentAt: epochMs(sent_at),
    order: orderOfRow(row),
  };
}
