import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { AccountId, TenantId } from '@sextant/kernel';
import { AccountOwner } from '@sextant/platform';
import { AccountDirectory } from './account-directory.js';
import type { SyncReport } from './portfolio-sync.js';

/** The account command that its owner answers with a `SyncReport`. */
export const SYNC_PORTFOLIO = 'SyncPortfolio';

/** Compares an account with its venue, where the account is owned. */
export class SyncPortfolio extends Command<SyncReport> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId | null,
    readonly actor: string,
  ) {
    super();
  }
}

@CommandHandler(SyncPortfolio)
export class SyncPortfolioHandler implements ICommandHandler<SyncPortfolio> {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly owner: AccountOwner,
  ) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND, ACCOUNT_REQUIRED, VENUE_BALANCES_UNKNOWN, ACCOUNT_OWNER_UNREACHABLE */
  async execute({ tenantId, accountId, actor }: SyncPortfolio): Promise<SyncReport> {
    const account = await this.directory.resolve(tenantId, accountId);
    return this.owner.execute<SyncReport>(account.account_id, SYNC_PORTFOLIO, { actor });
  }
}
