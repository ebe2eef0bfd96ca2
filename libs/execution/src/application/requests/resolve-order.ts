import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import { AccountOwner } from '@sextant/platform';
import { accountCommands } from '../account/commands-of-account.js';
import type { ResolveOrderPayload } from '../account/commands-of-account.js';
import { OrderReads } from './order-reads.js';
import type { OrderView } from './order-view.js';

/** A person's evidence for an order that needs attention. @throws DomainError ORDER_NOT_FOUND, ORDER_NEEDS_NO_ATTENTION */
export class ResolveOrder extends Command<OrderView> {
  constructor(readonly payload: ResolveOrderPayload) {
    super();
  }
}

@CommandHandler(ResolveOrder)
export class ResolveOrderHandler implements ICommandHandler<ResolveOrder> {
  constructor(
    private readonly owner: AccountOwner,
    private readonly reads: OrderReads,
  ) {}

  async execute({ payload }: ResolveOrder): Promise<OrderView> {
    const { orderId, caller } = payload;
    const accountId = await this.reads.accountOf(caller.tenantId, orderId);
    if (accountId === null) throw new DomainError('ORDER_NOT_FOUND', `There is no order ${orderId}.`);
    const body = payload as unknown as JsonValue;
    return (await this.owner.execute(accountId, accountCommands.resolve, body)) as unknown as OrderView;
  }
}
