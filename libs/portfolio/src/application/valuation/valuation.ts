import { mulDivHalfEven, multiplyScaled, ONE } from '@sextant/kernel';
import type { Mark } from '@sextant/market-data';

/** Where marks come from; `MarketData` is one. */
export interface Marks {
  mark(symbol: string): Mark | null;
}

/**
 * Values amounts in one asset, at one moment. "Mark: spot: fresh mid; otherwise null and `stale`": a stale mark values
 * nothing, and what has no mark is unknown, never zero.
 */
export class Valuation {
  /** False once something had no usable mark. */
  complete = true;
  /** True once that was because of a mark past its age limit. */
  stale = false;

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

  /** Units of `asset` in the valuation's asset, HALF_EVEN at ledger scale; null when there is no usable mark. */
  value(asset: string, units: bigint): bigint | null {
    if (asset === this.asset || units === 0n) return units;
    const direct = this.marks.mark(`${asset}/${this.asset}`);
    if (direct !== null) return this.usable(direct) ? multiplyScaled(units, direct.priceUnits) : null;
    const inverse = this.marks.mark(`${this.asset}/${asset}`);
    if (inverse !== null) return this.usable(inverse) ? mulDivHalfEven(units, ONE, inverse.priceUnits) : null;
    this.complete = false;
    return null;
  }

  private usable(mark: Mark): boolean {
    if (!mark.stale) return true;
    this.complete = false;
    this.stale = true;
    return false;
  }
}

/** Sum that is unknown as soon as one part is. */
export function sumKnown(parts: readonly (bigint | null)[]): bigint | null {
  return parts.reduce<bigint | null>((sum, part) => (sum === null || part === null ? null : sum + part), 0n);
}
