import type { PortfolioState } from '../state/portfolio-state.js';
import { Valuation } from './valuation.js';
import type { Marks } from './price.js';

/** What an owned account is worth in one asset, 10^-18; null when something it holds has no fresh mark: `unvalued`. */
export interface Equity {
  units: bigint | null;
  unvalued: string[];
}

/** Everything the account holds at the fresh marks of its venue, locked or free. */
export function equityIn(
  portfolio: Pick<PortfolioState, 'assets' | 'totalUnits'>,
  asset: string,
  marks: Marks,
): Equity {
  const valuation = new Valuation(marks, asset);
  const unvalued: string[] = [];
  let units = 0n;
  for (const held of portfolio.assets()) {
    const value = valuation.value(held, portfolio.totalUnits(held));
    if (value === null) unvalued.push(held);
    else units += value;
  }
  return { units: unvalued.length > 0 ? null : units, unvalued };
}
