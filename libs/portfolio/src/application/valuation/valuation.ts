import type { Mark } from '@sextant/market-data';
import { findPrice } from './price.js';
import type { AssetPrice, Marks } from './price.js';

/**
 * Values amounts in one asset, at one moment: every amount of an asset at the same price. "Mark: spot: fresh mid; otherwise
 * null and `stale`": a stale mark values nothing, and what has no mark is unknown, never zero.
 */
export class Valuation {
  /** False once something had no usable mark. */
  complete = true;
  /** True once that was because of a mark past its age limit. */
  stale = false;
  private readonly prices = new Map<string, ReturnType<typeof findPrice>>();

  constructor(
    private readonly marks: Marks,
    readonly asset: string,
  ) {}

  /** The fresh mark of a market in its quote, or null. */
  mark(symbol: string): Mark | null {
    const mark = this.marks.mark(symbol);
    if (mark === null || mark.stale) {
      this.complete = false;
      this.stale ||= mark !== null;
      return null;
    }
    return mark;
  }

  /** What one of `asset` is worth, with the way it is known; null when there is no usable path of marks. */
  price(asset: string): AssetPrice | null {
    const known = this.prices.get(asset);
    if (known !== undefined) return known.price;
    const found = findPrice(this.marks, asset, this.asset);
    this.prices.set(asset, found);
    return found.price;
  }

  /** Units of `asset` in the valuation's asset, HALF_EVEN at ledger scale; null when there is no usable mark. */
  value(asset: string, units: bigint): bigint | null {
    if (units === 0n) return 0n;
    const price = this.price(asset);
    if (price !== null) return price.convert(units);
    this.complete = false;
    this.stale ||= this.prices.get(asset)?.stale ?? false;
    return null;
  }

  /** Every price that was asked for and found, but that of the asset itself; sorted by asset. */
  used(): { asset: string; price: AssetPrice }[] {
    return [...this.prices]
      .flatMap(([asset, { price }]) => (price === null || asset === this.asset ? [] : [{ asset, price }]))
      .sort((a, b) => (a.asset < b.asset ? -1 : 1));
  }
}

/** Sum that is unknown as soon as one part is. */
export function sumKnown(parts: readonly (bigint | null)[]): bigint | null {
  return parts.reduce<bigint | null>((sum, part) => (sum === null || part === null ? null : sum + part), 0n);
}
