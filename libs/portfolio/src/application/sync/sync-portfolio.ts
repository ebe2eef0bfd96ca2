import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { AccountId, TenantId } from '@sextant/kernel';
import { AccountOwner, Idempotency, replay } from '@sextant/platform';
import { AccountDirectory } from '../accounts/account-directory.js';
import type { SyncKey, SyncReport } from './portfolio-sync.js';

/** The account command that its owner answers with a `SyncPortfolioResult`. */
export const SYNC_PORTFOLIO = 'SyncPortfolio';

export type SyncPortfolioPayload = { actor: string; once: SyncKey | null; takeTransfers: boolean };

/** `replayed`: the report is that of an earlier request with the same key. */
export type SyncPortfolioResult = { report: SyncReport; replayed: boolean };

/** Compares an account with its venue, where the account is owned. */
export class SyncPortfolio extends Command<SyncPortfolioResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId | null,
    readonly actor: string,
    readonly once: Omit<SyncKey, 'tenantId'> | null,
    /** Only of a LIVE account: play money is deposited here. */
    readonly takeTransfers = false,
  ) {
    super();
  }
}

@CommandHandler(SyncPortfolio)
export class SyncPortfolioHandler implements ICommandHandler<SyncPortfolio> {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly owner: AccountOwner,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * @throws DomainError ACCOUNT_NOT_FOUND, ACCOUNT_REQUIRED, VENUE_BALANCES_UNKNOWN, ACCOUNT_OWNER_UNREACHABLE,
   * IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_FLIGHT
   */
  async execute(command: SyncPortfolio): Promise<SyncPortfolioResult> {
    const { tenantId, accountId, actor, once, takeTransfers } = command;
    const run = async (payload: SyncPortfolioPayload): Promise<SyncPortfolioResult> => {
      const account = await this.directory.resolve(tenantId, accountId);
      return this.owner.execute<SyncPortfolioResult>(account.account_id, SYNC_PORTFOLIO, payload);
    };
    if (once === null) return run({ actor, once, takeTransfers });
    const key: SyncKey = { ...once, tenantId };
    return this.idempotency.alone(key, async () => {
      const used = await this.idempotency.find(tenantId, key.route, key.key);
      if (used !== null) return { report: replay<SyncReport>(used, key).body, replayed: true };
      return run({ actor, once: key, takeTransfers });
    });
  }
}
