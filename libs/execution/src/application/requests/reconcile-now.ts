import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { AccountId } from '@sextant/kernel';
import { AccountOwner } from '@sextant/platform';
import { accountCommands } from '../account/commands-of-account.js';
import type { ReconcileNowResult } from '../account/commands-of-account.js';
import { acceptanceOf } from '../venue/sync-with-venue.js';
import type { AcceptedDifference } from '../venue/round.js';

/** How long a venue with many markets is waited for. */
const WAIT_MS = 25_000;

/**
 * Compares an account with its venue at once: balances, and trades one by one. What the venue proves is booked; what
 * nothing explains only with somebody's word for exactly that difference.
 */
export class ReconcileNow extends Command<ReconcileNowResult> {
  constructor(
    readonly accountId: AccountId,
    readonly actor: string,
    readonly accept: AcceptedDifference[] = [],
  ) {
    super();
  }
}

@CommandHandler(ReconcileNow)
export class ReconcileNowHandler implements ICommandHandler<ReconcileNow> {
  constructor(private readonly owner: AccountOwner) {}

  /** @throws DomainError DIFFERENCE_REPEATED, ACCOUNT_OWNER_UNREACHABLE */
  async execute({ accountId, actor, accept }: ReconcileNow): Promise<ReconcileNowResult> {
    acceptanceOf(accept);
    const payload = { actor, accept, waitMs: WAIT_MS };
    const answer = await this.owner.execute(accountId, accountCommands.reconcile, payload);
    return answer as unknown as ReconcileNowResult;
  }
}
