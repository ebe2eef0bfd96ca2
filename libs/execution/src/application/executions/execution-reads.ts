import { Injectable } from '@nestjs/common';
import { parseScaled } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import type { OrderRow } from '../account/account-tables.js';
import { OrderReads } from '../requests/order-reads.js';
import { epochMs, orderOfRow } from '../account/order-rows.js';
import type { ReadRow } from '../account/order-rows.js';
import type { SentSlice, StoredExecution } from './execution-archive.js';
import { executionOfRow } from './execution-rows.js';
import type { ExecutionRow, ExecutionSliceRow } from './execution-tables.js';
import { executionView } from './execution-view.js';
import type { ExecutionSums, ExecutionView } from './execution-view.js';

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

  /** What the orders of each add up to, by id; the database does the sums, so that a list is short. */
  async sums(
    tenantId: TenantId,
    rows: readonly ReadRow<ExecutionRow>[],
  ): Promise<Map<string, ExecutionSums>> {
    if (rows.length === 0) return new Map();
    const accounts = [...new Set(rows.map(({ account_id }) => account_id))];
    const params = [accounts, rows.map(({ execution_id }) => execution_id)];
    const fees = Map.groupBy(
      await this.reads.rows<SummedFee>(tenantId, FEES, params),
      ({ execution_id }) => execution_id,
    );
    const sums = await this.reads.rows<Summed>(tenantId, SUMS, params);
    return new Map(sums.map((row) => [row.execution_id, sumsOfRow(row, fees.get(row.execution_id) ?? [])]));
  }

  viewOf({ execution, slices }: StoredExecution): ExecutionView {
    return executionView(execution, slices);
  }
}

interface Summed {
  execution_id: string;
  filled_lots: string;
  quote: string;
  observed_lots: string;
}

interface SummedFee {
  execution_id: string;
  asset: string;
  amount: string;
}

const OF_EXECUTIONS = `FROM execution_slice s
  JOIN orders o ON o.account_id = s.account_id AND o.order_id = s.order_id`;
const NAMED = 'WHERE s.account_id = ANY ($1) AND s.execution_id = ANY ($2)';
const SUMS = `SELECT s.execution_id, sum(o.filled_lots)::text AS filled_lots,
    sum(o.cumulative_quote)::text AS quote, sum(s.observed_lots)::text AS observed_lots
  ${OF_EXECUTIONS} ${NAMED} GROUP BY s.execution_id`;
const FEES = `SELECT s.execution_id, f.asset, sum(f.amount)::text AS amount
  ${OF_EXECUTIONS} CROSS JOIN jsonb_to_recordset(o.fees) AS f(asset text, amount numeric)
  ${NAMED} GROUP BY s.execution_id, f.asset ORDER BY f.asset`;

function sumsOfRow(row: Summed, fees: readonly SummedFee[]): ExecutionSums {
  return {
    filledLots: Number(row.filled_lots),
    quoteUnits: BigInt(row.quote),
    observedLots: Number(row.observed_lots),
    fees: fees.map(({ asset, amount }) => ({ asset, units: parseScaled(amount) })),
  };
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
