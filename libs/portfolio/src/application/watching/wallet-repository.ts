import type { EpochMs, TenantId } from '@sextant/kernel';
import type { WalletId, WatchedHolding, WatchedWallet } from '../../domain/watched-wallet.js';

/** The caller's transaction, as the database hands it out; only the adapter looks inside. */
export type WalletTransaction = object;

/** Where watched wallets are kept. All of it in the caller's transaction. */
export abstract class WalletRepository {
  /** @throws DomainError WALLET_EXISTS when the tenant watches that address already */
  abstract add(wallet: WatchedWallet, transaction: WalletTransaction): Promise<void>;

  /** Replaces what the wallet holds. @throws DomainError WALLET_NOT_FOUND */
  abstract state(
    tenantId: TenantId,
    walletId: WalletId,
    holdings: readonly WatchedHolding[],
    at: EpochMs,
    transaction: WalletTransaction,
  ): Promise<void>;

  /** @throws DomainError WALLET_NOT_FOUND */
  abstract remove(tenantId: TenantId, walletId: WalletId, transaction: WalletTransaction): Promise<void>;
}
