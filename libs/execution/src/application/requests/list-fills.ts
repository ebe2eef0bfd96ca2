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
    return pageOf(rows, page, (row) => [row.fill_id], fillView);
  }
}

/** An execution as others see it. */
export function fillView(row: ReadRow<FillRow>): FillView {
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
    role: row.role,
    executedAt: epochMs(row.executed_at),
  };
}
