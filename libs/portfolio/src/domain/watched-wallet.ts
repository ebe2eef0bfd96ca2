import { DomainError } from '@sextant/kernel';
import type { EpochMs, Id, TenantId } from '@sextant/kernel';

export type WalletId = Id<'wal'>;

/** What somebody said is held; units at scale 18, never negative. */
export interface WatchedHolding {
  asset: string;
  units: bigint;
}

/**
 * An address that the platform trades nothing from: a hardware wallet, a treasury, an account at a venue without
 * connection. It is shown beside the portfolio and never enters its equity or P&L.
 */
export interface WatchedWallet {
  walletId: WalletId;
  tenantId: TenantId;
  name: string;
  /** Where the address is: a chain such as BITCOIN, or a venue. */
  venue: string;
  address: string;
  holdings: readonly WatchedHolding[];
  /** Since when the holdings are known. */
  statedAt: EpochMs;
}

/** @throws DomainError ASSET_REPEATED, AMOUNT_OUT_OF_RANGE */
export function assertHoldings(holdings: readonly WatchedHolding[]): void {
  const seen = new Set<string>();
  for (const { asset, units } of holdings) {
    if (seen.has(asset)) {
      throw new DomainError('ASSET_REPEATED', `${asset} is listed twice.`, { pointer: '/holdings' });
    }
    if (units < 0n || units >= MOST_UNITS) {
      throw new DomainError(
        'AMOUNT_OUT_OF_RANGE',
        `No wallet holds that much or less than nothing of ${asset}.`,
        {
          asset,
          pointer: '/holdings',
        },
      );
    }
    seen.add(asset);
  }
}

/** 38 digits: `numeric(38,0)`. */
const MOST_UNITS = 10n ** 38n;
