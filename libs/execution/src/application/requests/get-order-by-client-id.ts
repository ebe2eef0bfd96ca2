import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { DomainError } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import { OrderReads } from './order-reads.js';
import type { OrderView } from './order-view.js';

/** @throws DomainError ORDER_NOT_FOUND */
export class GetOrderByClientId extends Query<OrderView> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId,
    readonly clientOrderId: string,
  ) {
    super();
  }
}

@QueryHandler(GetOrderByClientId)
export class GetOrderByClientIdHandler implements IQueryHandler<GetOrderByClientId> {
  constructor(private readonly reads: OrderReads) {}

  async execute({ tenantId, accountId, clientOrderId }: GetOrderByClientId): Promise<OrderView> {
    const condition = 'o.account_id = $1 AND o.client_order_id = $2';
    const [order] = await this.reads.orders(tenantId, condition, [accountId, clientOrderId]);
    if (order !== undefined) return order;
    throw new DomainError('ORDER_NOT_FOUND', 'There is no order with that client order id.');
  }
}
