import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock, Ids } from '@sextant/kernel';
import type { EpochMs, TenantId } from '@sextant/kernel';
import { Database, Idempotency } from '@sextant/platform';
import type { OnceAnswer, OnceRequest } from '@sextant/platform';
import { assertHoldings } from '../../domain/watched-wallet.js';
import type { WalletId, WatchedHolding } from '../../domain/watched-wallet.js';
import { WalletRepository } from './wallet-repository.js';

export interface WalletTerms {
  name: string;
  venue: string;
  address: string;
  holdings: readonly WatchedHolding[];
}

export class WatchWallet extends Command<OnceAnswer<{ walletId: WalletId }>> {
  constructor(
    readonly terms: WalletTerms,
    readonly once: OnceRequest,
  ) {
    super();
  }
}

@CommandHandler(WatchWallet)
export class WatchWalletHandler implements ICommandHandler<WatchWallet> {
  constructor(
    private readonly wallets: WalletRepository,
    private readonly idempotency: Idempotency,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError WALLET_EXISTS, ASSET_REPEATED, AMOUNT_OUT_OF_RANGE */
  execute({ terms, once }: WatchWallet): Promise<OnceAnswer<{ walletId: WalletId }>> {
    return this.idempotency.once(once, async (transaction) => {
      assertHoldings(terms.holdings);
      const walletId = this.ids.next('wal');
      const wallet = { ...terms, venue: terms.venue.toUpperCase(), walletId, tenantId: once.tenantId };
      await this.wallets.add({ ...wallet, statedAt: this.clock.now() }, transaction);
      return { status: 201, body: { walletId }, resourceId: walletId };
    });
  }
}

/** Says anew what a wallet holds: what is not listed is not there any more. */
export class StateWalletHoldings extends Command<void> {
  constructor(
    readonly tenantId: TenantId,
    readonly walletId: WalletId,
    readonly holdings: readonly WatchedHolding[],
    /** When it was so; null: now. */
    readonly at: EpochMs | null,
  ) {
    super();
  }
}

@CommandHandler(StateWalletHoldings)
export class StateWalletHoldingsHandler implements ICommandHandler<StateWalletHoldings> {
  constructor(
    private readonly wallets: WalletRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError WALLET_NOT_FOUND, ASSET_REPEATED, AMOUNT_OUT_OF_RANGE */
  async execute({ tenantId, walletId, holdings, at }: StateWalletHoldings): Promise<void> {
    assertHoldings(holdings);
    const now = this.clock.now();
    const statedAt = Math.min(at ?? now, now);
    await this.database.transaction((transaction) =>
      this.wallets.state(tenantId, walletId, holdings, statedAt, transaction),
    );
  }
}

export class ForgetWallet extends Command<void> {
  constructor(
    readonly tenantId: TenantId,
    readonly walletId: WalletId,
  ) {
    super();
  }
}

@CommandHandler(ForgetWallet)
export class ForgetWalletHandler implements ICommandHandler<ForgetWallet> {
  constructor(
    private readonly wallets: WalletRepository,
    private readonly database: Database,
  ) {}

  /** @throws DomainError WALLET_NOT_FOUND */
  async execute({ tenantId, walletId }: ForgetWallet): Promise<void> {
    await this.database.transaction((transaction) => this.wallets.remove(tenantId, walletId, transaction));
  }
}
