import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { pageOf, pageRequest } from '@sextant/platform';
import type { Page } from '@sextant/platform';
import type { OrderStatus } from '../../domain/order-status.js';
import type { OrderRow } from '../account/account-tables.js';
import { Conditions, OF_TENANT, OrderReads } from './order-reads.js';
import { orderOfRow } from '../account/order-rows.js';
import type { ReadRow } from '../account/order-rows.js';
import { orderView } from './order-view.js';
import type { OrderView } from './order-view.js';

export interface OrderFilter {
  accountId?: AccountId;
  /** Canonical. */
  symbol?: string;
  status?: OrderStatus[];
  strategy?: string;
  /** Creation time, inclusive. */
  from?: EpochMs;
  /** Exclusive. */
  to?: EpochMs;
  limit?: number;
  cursor?: string;
}

/** Orders of a tenant, newest first. */
export class ListOrders extends Query<Page<OrderView>> {
  constructor(
    readonly tenantId: TenantId,
    readonly filter: OrderFilter,
  ) {
    super();
  }
}

const LIST = { name: 'orders', key: ['text'] } as const;

@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  constructor(private readonly reads: OrderReads) {}

  async execute({ tenantId, filter }: ListOrders): Promise<Page<OrderView>> {
    const page = pageRequest(filter, LIST);
    const conditions = new Conditions()
      .add((at) => `o.account_id = ${at}`, filter.accountId)
      .add((at) => `o.symbol = ${at}`, filter.symbol)
      .add((at) => `o.status = ANY (${at})`, filter.status)
      .add((at) => `o.strategy = ${at}`, filter.strategy)
      .add((at) => `o.created_at >= to_timestamp(${at}::float8 / 1000)`, filter.from)
      .add((at) => `o.created_at < to_timestamp(${at}::float8 / 1000)`, filter.to)
      .add((at) => `o.order_id < ${at}`, page.after?.[0]);
    const sql = `SELECT o.* FROM orders o WHERE ${OF_TENANT} AND ${conditions.sql}
      ORDER BY o.order_id DESC LIMIT ${page.limit + 1}`;
    const rows = await this.reads.rows<ReadRow<OrderRow>>(tenantId, sql, conditions.params);
    return pageOf(
      rows,
      page,
      (row) => [row.order_id],
      (row) => orderView(orderOfRow(row)),
    );
  }
}
