import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { AccountId, TenantId } from '@sextant/kernel';
import { pageOf, pageRequest } from '@sextant/platform';
import type { Page } from '@sextant/platform';
import type { ExecutionStatus } from '../../domain/executions/execution-status.js';
import { Conditions, OrderReads } from '../requests/order-reads.js';
import type { ReadRow } from '../account/order-rows.js';
import { ExecutionReads } from './execution-reads.js';
import type { ExecutionRow } from './execution-tables.js';
import { executionOfRow } from './execution-rows.js';
import { executionSummary } from './execution-view.js';
import type { ExecutionSums, ExecutionSummaryView } from './execution-view.js';

export interface ExecutionFilter {
  accountId?: AccountId;
  /** Canonical. */
  symbol?: string;
  status?: ExecutionStatus[];
  limit?: number;
  cursor?: string;
}

/** Executions of a tenant, newest first. */
export class ListExecutions extends Query<Page<ExecutionSummaryView>> {
  constructor(
    readonly tenantId: TenantId,
    readonly filter: ExecutionFilter,
  ) {
    super();
  }
}

const nothing: ExecutionSums = { filledLots: 0, quoteUnits: 0n, observedLots: 0, fees: [] };
const LIST = { name: 'executions', key: ['text'] } as const;

@QueryHandler(ListExecutions)
export class ListExecutionsHandler implements IQueryHandler<ListExecutions> {
  constructor(
    private readonly reads: OrderReads,
    private readonly executions: ExecutionReads,
  ) {}

  async execute({ tenantId, filter }: ListExecutions): Promise<Page<ExecutionSummaryView>> {
    const page = pageRequest(filter, LIST);
    const conditions = new Conditions()
      .add((at) => `e.account_id = ${at}`, filter.accountId)
      .add((at) => `e.symbol = ${at}`, filter.symbol)
      .add((at) => `e.status = ANY (${at})`, filter.status)
      .add((at) => `e.execution_id < ${at}`, page.after?.[0]);
    const sql = `SELECT e.* FROM execution e
      WHERE e.account_id = ANY (ARRAY(SELECT account_id FROM account)) AND ${conditions.sql}
      ORDER BY e.execution_id DESC LIMIT ${page.limit + 1}`;
    const rows = await this.reads.rows<ReadRow<ExecutionRow>>(tenantId, sql, conditions.params);
    const sums = await this.executions.sums(tenantId, rows);
    return pageOf(
      rows,
      page,
      (row) => [row.execution_id],
      (row) => executionSummary(executionOfRow(row), sums.get(row.execution_id) ?? nothing),
    );
  }
}
