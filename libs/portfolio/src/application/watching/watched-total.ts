import type { MarketData } from '@sextant/market-data';
import { formatScaled, parseScaled } from '@sextant/kernel';
import type { SqlReader } from '../reading/reservations.js';
import { walletView, WALLETS } from './wallet-view.js';
import type { StoredWallet } from './wallet-view.js';

/** What the watched wallets are worth together, beside the portfolio and in no sum of it. */
export interface WatchedTotal {
  wallets: number;
  asset: string;
  /** Null when one holding has no known value. */
  value: string | null;
  complete: boolean;
  stale: boolean;
}

/** Wallets that are added up; nobody watches more. */
const MOST_WALLETS = 1_000;

export async function readWatchedTotal(
  reader: SqlReader,
  marketData: MarketData,
  elsewhere: string,
  asset: string,
): Promise<WatchedTotal> {
  const rows = await reader.query<StoredWallet>(`${WALLETS} ORDER BY w.wallet_id LIMIT $1`, [MOST_WALLETS]);
  const views = rows.map((row) => walletView(row, marketData, elsewhere, asset));
  const isKnown = views.every(({ value }) => value !== null);
  const units = views.reduce((sum, { value }) => sum + (value === null ? 0n : parseScaled(value)), 0n);
  return {
    wallets: views.length,
    asset,
    value: isKnown ? formatScaled(units) : null,
    complete: views.every(({ complete }) => complete),
    stale: views.some(({ stale }) => stale),
  };
}
