import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { pageOf, pageRequest } from '@sextant/platform';
import type { Page } from '@sextant/platform';
import { Conditions, OrderReads } from './order-reads.js';
import { epochMs } from '../account/order-rows.js';
import type { ReadRow } from '../account/order-rows.js';
import type { ReconciliationRow } from '../venue/reconciliation-log.js';
import type { Discrepancy, DiscrepancyClass, ReconciliationTrigger, RoundOutcome } from '../venue/round.js';

export interface ReconciliationFilter {
  accountId?: AccountId;
  outcome?: RoundOutcome;
  trigger?: ReconciliationTrigger;
  /** Only those that found something of this class. */
  classification?: DiscrepancyClass;
  /** Only those that found something in this asset. */
  asset?: string;
  halted?: boolean;
  /** [from, to). */
  from?: EpochMs;
  to?: EpochMs;
  limit?: number;
  cursor?: string;
}

/** One comparison that was kept. Amounts are decimal text. */
export type ReconciliationView = {
  id: string;
  accountId: string;
  trigger: ReconciliationTrigger;
  actor: string;
  outcome: RoundOutcome;
  differences: Discrepancy[];
  trades: { from: EpochMs; until: EpochMs; listed: number } | null;
  halted: boolean;
  durationMs: number;
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
      .add((at) => `r.outcome = ${at}`, filter.outcome)
      .add((at) => `r.trigger = ${at}`, filter.trigger)
      .add((at) => `r.halted = ${at}`, filter.halted)
      .add((at) => `r.differences @> ${at}::jsonb`, found({ classification: filter.classification }))
      .add((at) => `r.differences @> ${at}::jsonb`, found({ asset: filter.asset }))
      .add((at) => `r.compared_at >= ${at}`, dateOf(filter.from))
      .add((at) => `r.compared_at < ${at}`, dateOf(filter.to))
      .add((at) => `r.reconciliation_id < ${at}`, page.after?.[0]);
    const sql = `SELECT r.* FROM reconciliation r WHERE ${OF_TENANT} AND ${conditions.sql}
      ORDER BY r.reconciliation_id DESC LIMIT ${page.limit + 1}`;
    const rows = await this.reads.rows<ReadRow<ReconciliationRow>>(tenantId, sql, conditions.params);
    return pageOf(rows, page, (row) => [row.reconciliation_id], reconciliationView);
  }
}

function found(field: Record<string, string | undefined>): string | undefined {
  const [value] = Object.values(field);
  return value === undefined ? undefined : JSON.stringify([field]);
}

function dateOf(at: EpochMs | undefined): Date | undefined {
  return at === undefined ? undefined : new Date(at);
}

function reconciliationView(row: ReadRow<ReconciliationRow>): ReconciliationView {
  return {
    id: row.reconciliation_id,
    accountId: row.account_id,
    trigger: row.trigger,
    actor: row.actor,
    outcome: row.outcome,
    differences: row.differences as unknown as Discrepancy[],
    trades: row.trades as unknown as ReconciliationView['trades'],
    halted: row.halted,
    durationMs: Number(row.duration_ms),
    comparedAt: epochMs(row.compared_at),
  };
}
