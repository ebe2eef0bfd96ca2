import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { AccountId } from '@sextant/kernel';
import { AccountOwner } from '@sextant/platform';
import { accountCommands } from '../account/commands-of-account.js';
import type { ReconcileNowResult } from '../account/commands-of-account.js';

/** Compares an account with its venue at once, as the sweep does. Nothing but dust is corrected. */
export class ReconcileNow extends Command<ReconcileNowResult> {
  constructor(readonly accountId: AccountId) {
    super();
  }
}

@CommandHandler(ReconcileNow)
export class ReconcileNowHandler implements ICommandHandler<ReconcileNow> {
  constructor(private readonly owner: AccountOwner) {}

  async execute({ accountId }: ReconcileNow): Promise<ReconcileNowResult> {
    const answer = await this.owner.execute(accountId, accountCommands.reconcile, {});
    return answer as unknown as ReconcileNowResult;
  }
}
