import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { AccountId } from '@sextant/kernel';
import { AccountOwner } from '@sextant/platform';
import { accountCommands } from '../account/commands-of-account.js';
import type { GroupRequest, OrderRequest } from './order-request.js';
import type { OrderPreview } from '../submission/preview-order-on-account.js';

/** What placing an order now would do: asked of the account's owner, because only its memory is true. */
export class PreviewOrder extends Query<OrderPreview> {
  constructor(
    readonly accountId: AccountId,
    readonly request: OrderRequest,
    /** The other legs, when it is the first of a group. */
    readonly group: GroupRequest | null = null,
  ) {
    super();
  }
}

@QueryHandler(PreviewOrder)
export class PreviewOrderHandler implements IQueryHandler<PreviewOrder> {
  constructor(private readonly owner: AccountOwner) {}

  async execute({ accountId, request, group }: PreviewOrder): Promise<OrderPreview> {
    const answer = await this.owner.execute(accountId, accountCommands.preview, { request, group });
    return answer as unknown as OrderPreview;
  }
}
