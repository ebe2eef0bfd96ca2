import { formatScaled } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import type { MarketData } from '@sextant/market-data';
import type { WalletId } from '../../domain/watched-wallet.js';
import { textOrNull } from '../reading/position-view.js';
import { epochMs } from '../reading/stored-rows.js';
import { priceView } from '../valuation/price-view.js';
import type { PriceView } from '../valuation/price-view.js';
import { sumKnown, Valuation } from '../valuation/valuation.js';

export interface WatchedHoldingView {
  asset: string;
  quantity: string;
  /** In the wallet's `valueAsset`; null without a usable path of marks. */
  value: string | null;
  valuedBy: PriceView | null;
}

export interface WalletView {
  walletId: WalletId;
  name: string;
  venue: string;
  address: string;
  holdings: WatchedHoldingView[];
  valueAsset: string;
  /** Null when one holding has no known value. */
  value: string | null;
  complete: boolean;
  stale: boolean;
  /** When somebody last said what it holds. */
  statedAt: EpochMs;
  createdAt: EpochMs;
}

export interface StoredWallet {
  wallet_id: WalletId;
  name: string;
  venue: string;
  address: string;
  stated_at: EpochMs;
  created_at: EpochMs;
  holdings: [asset: string, units: string][] | null;
}

export const WALLETS = `
  SELECT w.wallet_id, w.name, w.venue, w.address, ${epochMs('w.stated_at', 'stated_at')},
    ${epochMs('w.created_at', 'created_at')},
    (SELECT json_agg(json_build_array(h.asset, h.units::text) ORDER BY h.asset)
      FROM watched_holding h WHERE h.wallet_id = w.wallet_id) AS holdings
  FROM watched_wallet w`;

/**
 * Prices of the wallet's own venue where that trades; what lies on a chain has no market of its own and is valued by the
 * marks of `elsewhere`. Each value says which.
 */
export function walletView(
  row: StoredWallet,
  marketData: Pick<MarketData, 'marksOf'>,
  elsewhere: string,
  asset: string,
): WalletView {
  const held = (row.holdings ?? []).map(([name, units]) => ({ asset: name, units: BigInt(units) }));
  const own = marketData.marksOf(row.venue);
  const trades = held.some((one) => (own.routes?.paths(one.asset, asset).length ?? 0) > 0);
  const valuation = new Valuation(trades ? own : marketData.marksOf(elsewhere), asset);
  const values = held.map(({ asset: name, units }) => valuation.value(name, units));
  return {
    walletId: row.wallet_id,
    name: row.name,
    venue: row.venue,
    address: row.address,
    holdings: held.map(({ asset: name, units }, at) => {
      const price = units === 0n ? null : valuation.price(name);
      const valuedBy = price === null ? null : priceView(name, price);
      return { asset: name, quantity: formatScaled(units), value: textOrNull(values[at]!), valuedBy };
    }),
    valueAsset: asset,
    value: textOrNull(sumKnown(values)),
    complete: valuation.complete,
    stale: valuation.stale,
    statedAt: row.stated_at,
    createdAt: row.created_at,
  };
}
