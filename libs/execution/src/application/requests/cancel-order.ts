import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import { AccountOwner } from '@sextant/platform';
import { accountCommands } from '../account/commands-of-account.js';
import type { CancelOrderPayload, CancelOrderResult } from '../account/commands-of-account.js';
import { OrderReads } from './order-reads.js';

/** Cancels an order of the caller's tenant. @throws DomainError ORDER_NOT_FOUND, ORDER_ALREADY_CLOSED */
export class CancelOrder extends Command<CancelOrderResult> {
  constructor(readonly payload: CancelOrderPayload) {
    super();
  }
}

@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  constructor(
    private readonly owner: AccountOwner,
    private readonly reads: OrderReads,
  ) {}

  async execute({ payload }: CancelOrder): Promise<CancelOrderResult> {
    const { orderId, caller } = payload;
    const accountId = await this.reads.accountOf(caller.tenantId, orderId);
    if (accountId === null) throw new DomainError('ORDER_NOT_FOUND', `There is no order ${orderId}.`);
    const body = payload as unknown as JsonValue;
    return (await this.owner.execute(accountId, accountCommands.cancel, body)) as CancelOrderResult;
  }
}
