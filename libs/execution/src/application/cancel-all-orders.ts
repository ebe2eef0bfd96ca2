import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { JsonValue } from '@sextant/contracts';
import type { AccountId } from '@sextant/kernel';
import { AccountOwner } from '@sextant/platform';
import { accountCommands } from './commands-of-account.js';
import type { CancelAllOrdersPayload, CancelAllOrdersResult } from './commands-of-account.js';

/** Cancels every live order of an account, or those of one market. */
export class CancelAllOrders extends Command<CancelAllOrdersResult> {
  constructor(
    readonly accountId: AccountId,
    readonly payload: CancelAllOrdersPayload,
  ) {
    super();
  }
}

@CommandHandler(CancelAllOrders)
export class CancelAllOrdersHandler implements ICommandHandler<CancelAllOrders> {
  constructor(private readonly owner: AccountOwner) {}

  execute({ accountId, payload }: CancelAllOrders): Promise<CancelAllOrdersResult> {
    const body = payload as unknown as JsonValue;
    return this.owner.execute(accountId, accountCommands.cancelAll, body) as Promise<CancelAllOrdersResult>;
  }
}
