import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { pageOf, pageRequest } from '@sextant/platform';
import type { Page } from '@sextant/platform';
import { Conditions, OrderReads } from './order-reads.js';
import { epochMs } from '../account/order-rows.js';
import type { ReadRow } from '../account/order-rows.js';
import type { BalanceDifference } from '../venue/reconcile-account.js';
import type { ReconciliationRow } from '../venue/reconciliation-log.js';

export interface ReconciliationFilter {
  accountId?: AccountId;
  limit?: number;
  cursor?: string;
}

/** One comparison that found something, or the first one that agreed again. Amounts are decimal text. */
export type ReconciliationView = {
  id: string;
  accountId: string;
  outcome: string;
  differences: BalanceDifference[];
  halted: boolean;
  comparedAt: EpochMs;
};

/** The last ones first. */
export class ListReconciliations extends Query<Page<ReconciliationView>> {
  constructor(
    readonly tenantId: TenantId,
    readonly filter: ReconciliationFilter,
  ) {
    super();
  }
}

const OF_TENANT = 'r.account_id = ANY (ARRAY(SELECT account_id FROM account))';
const LIST = { name: 'reconciliations', key: ['text'] } as const;

@QueryHandler(ListReconciliations)
export class ListReconciliationsHandler implements IQueryHandler<ListReconciliations> {
  constructor(private readonly reads: OrderReads) {}

  async execute({ tenantId, filter }: ListReconciliations): Promise<Page<ReconciliationView>> {
    const page = pageRequest(filter, LIST);
    const conditions = new Conditions()
      .add((at) => `r.account_id = ${at}`, filter.accountId)
      .add((at) => `r.reconciliation_id < ${at}`, page.after?.[0]);
    const sql = `SELECT r.* FROM reconciliation r WHERE ${OF_TENANT} AND ${conditions.sql}
      ORDER BY r.reconciliation_id DESC LIMIT ${page.limit + 1}`;
    const rows = await this.reads.rows<ReadRow<ReconciliationRow>>(tenantId, sql, conditions.params);
    return pageOf(rows, page, (row) => [row.reconciliation_id], reconciliationView);
  }
}

function reconciliationView(row: ReadRow<ReconciliationRow>): ReconciliationView {
  return {
    id: row.reconciliation_id,
    accountId: row.account_id,
    outcome: row.outcome,
    differences: row.differences as unknown as BalanceDifference[],
    halted: row.halted,
    comparedAt: epochMs(row.compared_at),
  };
}
