import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import { AccountOwner } from '@sextant/platform';
import { accountCommands } from '../account/commands-of-account.js';
import type { AmendOrderPayload, AmendOrderResult } from '../account/commands-of-account.js';
import { OrderReads } from './order-reads.js';

/** Changes an order of the caller's tenant. @throws DomainError ORDER_NOT_FOUND, and as `AmendLiveOrder.amend` says */
export class AmendOrder extends Command<AmendOrderResult> {
  constructor(readonly payload: AmendOrderPayload) {
    super();
  }
}

@CommandHandler(AmendOrder)
export class AmendOrderHandler implements ICommandHandler<AmendOrder> {
  constructor(
    private readonly owner: AccountOwner,
    private readonly reads: OrderReads,
  ) {}

  async execute({ payload }: AmendOrder): Promise<AmendOrderResult> {
    const { orderId, caller } = payload;
    const accountId = await this.reads.accountOf(caller.tenantId, orderId);
    if (accountId === null) throw new DomainError('ORDER_NOT_FOUND', `There is no order ${orderId}.`);
    const body = payload as unknown as JsonValue;
    return (await this.owner.execute(accountId, accountCommands.amend, body)) as AmendOrderResult;
  }
}
