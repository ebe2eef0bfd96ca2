import { ONE } from '@sextant/kernel';
import type { Side } from '@sextant/kernel';

/** A trade that would explain two differences; units are 10^-18 of base and quote, both > 0, fees among them. */
export interface UntoldTrade {
  symbol: string;
  side: Side;
  baseUnits: bigint;
  quoteUnits: bigint;
  /** quote / base. */
  priceUnits: bigint;
}

export interface CandidateMarket {
  symbol: string;
  base: string;
  quote: string;
  /** Null where there is no price now: any is possible then. */
  markUnits: bigint | null;
}

/** How far from the mark, either way, the price may lie: fees and a fast market. */
const PRICE_BAND_PERCENT = 20n;

/**
 * The trade that two differences look like: base and quote of one market went opposite ways, at a price that the market
 * has about now. A venue moves balances before its lists tell why; what looks so is waited for, and is nobody's deposit.
 * `differences`: venue − ledger, by asset.
 */
export function untoldTrade(
  differences: ReadonlyMap<string, bigint>,
  markets: readonly CandidateMarket[],
): UntoldTrade | null {
  for (const { symbol, base, quote, markUnits } of markets) {
    const baseChange = differences.get(base) ?? 0n;
    const quoteChange = differences.get(quote) ?? 0n;
    if (baseChange === 0n || quoteChange === 0n || baseChange > 0n === quoteChange > 0n) continue;
    const [baseUnits, quoteUnits] = [size(baseChange), size(quoteChange)];
    const priceUnits = (quoteUnits * ONE) / baseUnits;
    if (markUnits !== null && !isNear(priceUnits, markUnits)) continue;
    return { symbol, side: baseChange > 0n ? 'BUY' : 'SELL', baseUnits, quoteUnits, priceUnits };
  }
  return null;
}

/** What a venue charges at most for a trade, in parts of its worth. */
const FEE_DIVISOR = 100n;

/**
 * Whether a third asset that went down may be the fee of that trade. `worthUnits`: its worth in quote, null where no
 * price tells it.
 */
export function mayBeFeeOf(trade: UntoldTrade, differenceUnits: bigint, worthUnits: bigint | null): boolean {
  if (differenceUnits >= 0n) return false;
  return worthUnits === null || size(worthUnits) * FEE_DIVISOR <= trade.quoteUnits;
}

function isNear(price: bigint, mark: bigint): boolean {
  return size(price - mark) * 100n <= mark * PRICE_BAND_PERCENT;
}

function size(units: bigint): bigint {
  return units < 0n ? -units : units;
}
