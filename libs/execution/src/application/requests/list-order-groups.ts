import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { AccountId, TenantId } from '@sextant/kernel';
import { pageOf, pageRequest } from '@sextant/platform';
import type { Page } from '@sextant/platform';
import type { OrderGroupView } from './order-group-view.js';
import { Conditions, GROUP_ID, OF_TENANT, OrderReads } from './order-reads.js';

export interface OrderGroupFilter {
  accountId?: AccountId;
  /** Canonical. */
  symbol?: string;
  limit?: number;
  cursor?: string;
}

/** Order groups of a tenant, newest first. */
export class ListOrderGroups extends Query<Page<OrderGroupView>> {
  constructor(
    readonly tenantId: TenantId,
    readonly filter: OrderGroupFilter,
  ) {
    super();
  }
}

const LIST = { name: 'order-groups', key: ['text'] } as const;

@QueryHandler(ListOrderGroups)
export class ListOrderGroupsHandler implements IQueryHandler<ListOrderGroups> {
  constructor(private readonly reads: OrderReads) {}

  async execute({ tenantId, filter }: ListOrderGroups): Promise<Page<OrderGroupView>> {
    const page = pageRequest(filter, LIST);
    const conditions = new Conditions()
      .add((at) => `o.account_id = ${at}`, filter.accountId)
      .add((at) => `o.symbol = ${at}`, filter.symbol)
      .add((at) => `${GROUP_ID} < ${at}`, page.after?.[0]);
    const sql = `SELECT DISTINCT ${GROUP_ID} AS id FROM orders o
      WHERE ${OF_TENANT} AND ${GROUP_ID} IS NOT NULL AND ${conditions.sql}
      ORDER BY id DESC LIMIT ${page.limit + 1}`;
    const found = await this.reads.rows<{ id: string }>(tenantId, sql, conditions.params);
    const groups = await this.reads.groups(
      tenantId,
      found.map(({ id }) => id),
    );
    return pageOf(
      groups,
      page,
      ({ id }) => [id],
      (group) => group,
    );
  }
}
