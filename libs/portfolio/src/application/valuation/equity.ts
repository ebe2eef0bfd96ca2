import type { PortfolioState } from '../state/portfolio-state.js';
import { valueAccount } from './account-value.js';
import type { Marks } from './price.js';
import { Valuation } from './valuation.js';

/** What an owned account is worth in one asset, 10^-18; null when something it holds has no fresh mark: `unvalued`. */
export interface Equity {
  units: bigint | null;
  unvalued: string[];
}

/** Everything the account holds at the fresh marks of its venue, locked or free. */
export function equityIn(
  portfolio: Pick<PortfolioState, 'assets' | 'totalUnits' | 'positions'>,
  asset: string,
  marks: Marks,
): Equity {
  const { equityUnits, unvalued } = valueAccount(portfolio, new Valuation(marks, asset));
  return { units: equityUnits, unvalued };
}

/** What an amount of one asset is worth in another at the fresh marks, HALF_EVEN at ledger scale; null when not known. */
export function worthIn(marks: Marks, asset: string, units: bigint, inAsset: string): bigint | null {
  return new Valuation(marks, inAsset).value(asset, units);
}
