import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { JsonValue } from '@sextant/contracts';
import type { AccountId } from '@sextant/kernel';
import { AccountOwner } from '@sextant/platform';
import { accountCommands } from '../account/commands-of-account.js';
import type { PlaceOrderPayload, PlaceOrderResult } from '../account/commands-of-account.js';

/** Places an order. @throws DomainError as `SubmitOrder.submit` says; a denied or rejected order is stored */
export class PlaceOrder extends Command<PlaceOrderResult> {
  constructor(
    readonly accountId: AccountId,
    readonly payload: PlaceOrderPayload,
  ) {
    super();
  }
}

@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(private readonly owner: AccountOwner) {}

  execute({ accountId, payload }: PlaceOrder): Promise<PlaceOrderResult> {
    const body = payload as unknown as JsonValue;
    return this.owner.execute(accountId, accountCommands.place, body) as Promise<PlaceOrderResult>;
  }
}
