import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { DomainError } from '@sextant/kernel';
import type { TenantId } from '@sextant/kernel';
import type { OrderGroupView } from './order-group-view.js';
import { OrderReads } from './order-reads.js';

/** @throws DomainError ORDER_GROUP_NOT_FOUND */
export class GetOrderGroup extends Query<OrderGroupView> {
  constructor(
    readonly tenantId: TenantId,
    readonly groupId: string,
  ) {
    super();
  }
}

@QueryHandler(GetOrderGroup)
export class GetOrderGroupHandler implements IQueryHandler<GetOrderGroup> {
  constructor(private readonly reads: OrderReads) {}

  async execute({ tenantId, groupId }: GetOrderGroup): Promise<OrderGroupView> {
    const [group] = await this.reads.groups(tenantId, [groupId]);
    if (group === undefined) {
      throw new DomainError('ORDER_GROUP_NOT_FOUND', `There is no order group ${groupId}.`);
    }
    return group;
  }
}
