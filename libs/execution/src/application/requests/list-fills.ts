import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { formatScaled } from '@sextant/kernel';
import type { AccountId, EpochMs, OrderId, TenantId } from '@sextant/kernel';
import { pageOf, pageRequest } from '@sextant/platform';
import type { Page } from '@sextant/platform';
import type { FillRow } from '../account/account-tables.js';
import { Conditions, OrderReads } from './order-reads.js';
import { epochMs } from '../account/order-rows.js';
import type { ReadRow } from '../account/order-rows.js';

export interface FillFilter {
  accountId?: AccountId;
  orderId?: OrderId;
  /** Canonical. */
  symbol?: string;
  limit?: number;
  cursor?: string;
}

/** One execution: decimals as text, times as epoch ms. */
export type FillView = {
  id: string;
  orderId: string;
  accountId: string;
  venue: string;
  venueOrderId: string;
  venueTradeId: string;
  symbol: string;
  side: string;
  quantity: string;
  price: string;
  quoteQuantity: string;
  fee: { asset: string; amount: string };
  /** What was charged (negative: given back) after it was booked, in the order in which it was. */
  feeChanges: { asset: string; amount: string; transactionId: string }[];
  role: string;
  executedAt: EpochMs;
};

/** Fills of a tenant, the last booked first. */
export class ListFills extends Query<Page<FillView>> {
  constructor(
    readonly tenantId: TenantId,
    readonly filter: FillFilter,
  ) {
    super();
  }
}

const OF_TENANT = 'f.account_id = ANY (ARRAY(SELECT account_id FROM account))';

const LIST = { name: 'fills', key: ['text'] } as const;

@QueryHandler(ListFills)
export class ListFillsHandler implements IQueryHandler<ListFills> {
  constructor(private readonly reads: OrderReads) {}

  async execute({ tenantId, filter }: ListFills): Promise<Page<FillView>> {
    const page = pageRequest(filter, LIST);
    const conditions = new Conditions()
      .add((at) => `f.account_id = ${at}`, filter.accountId)
      .add((at) => `f.order_id = ${at}`, filter.orderId)
      .add((at) => `f.symbol = ${at}`, filter.symbol)
      .add((at) => `f.fill_id < ${at}`, page.after?.[0]);
    const sql = `SELECT f.* FROM fill f WHERE ${OF_TENANT} AND ${conditions.sql}
      ORDER BY f.fill_id DESC LIMIT ${page.limit + 1}`;
    const rows = await this.reads.rows<ReadRow<FillRow>>(tenantId, sql, conditions.params);
    const changes = await feeChangesOf(rows, (sql, params) => this.reads.rows(tenantId, sql, params));
    return pageOf(
      rows,
      page,
      (row) => [row.fill_id],
      (row) => fillView(row, changes.get(row.fill_id)),
    );
  }
}

interface FeeChangeRow {
  transaction_id: string;
  memo: { fillId: string; feeAsset: string; fee: string };
}

const FEE_CHANGES = `
  SELECT transaction_id, memo FROM ledger_transaction
  WHERE kind = 'FEE' AND account_id = ANY ($1) AND memo ->> 'fillId' = ANY ($2) ORDER BY chain_sequence`;

/** By fill, what became of its fee later. */
export async function feeChangesOf(
  fills: readonly Pick<FillRow, 'account_id' | 'fill_id'>[],
  query: (sql: string, params: unknown[]) => Promise<FeeChangeRow[]>,
): Promise<Map<string, FillView['feeChanges']>> {
  const byFill = new Map<string, FillView['feeChanges']>();
  if (fills.length === 0) return byFill;
  const accounts = [...new Set(fills.map(({ account_id }) => account_id))];
  for (const row of await query(FEE_CHANGES, [accounts, fills.map(({ fill_id }) => fill_id)])) {
    const { fillId, feeAsset: asset, fee: amount } = row.memo;
    const changes = byFill.get(fillId) ?? [];
    byFill.set(fillId, [...changes, { asset, amount, transactionId: row.transaction_id }]);
  }
  return byFill;
}

/** An execution as others see it. */
export function fillView(row: ReadRow<FillRow>, feeChanges: FillView['feeChanges'] = []): FillView {
  return {
    id: row.fill_id,
    orderId: row.order_id,
    accountId: row.account_id,
    venue: row.venue,
    venueOrderId: row.venue_order_id,
    venueTradeId: row.venue_trade_id,
    symbol: row.symbol,
    side: row.side,
    quantity: formatScaled(BigInt(row.quantity)),
    price: formatScaled(BigInt(row.price)),
    quoteQuantity: formatScaled(BigInt(row.quote_amount)),
    fee: { asset: row.fee_asset, amount: formatScaled(BigInt(row.fee)) },
    feeChanges,
    role: row.role,
    executedAt: epochMs(row.executed_at),
  };
}
