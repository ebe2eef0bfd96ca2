import type { LevelPairs } from './market-events.js';

/** No price: an empty side, or no level further out. Real prices are greater than zero. */
export const NO_TICKS = 0;

/**
 * One side of a book: ticks with their size, ordered so that the best is last, where most changes happen.
 * Sorted typed arrays; a change at the top moves nothing.
 */
export class PriceLevels {
  private ticks = new Float64Array(256);
  private lots = new Float64Array(256);
  private count = 0;

  /** `better` is +1 where a higher price is better (bids), −1 where a lower one is (asks). */
  constructor(private readonly better: 1 | -1) {}

  get size(): number {
    return this.count;
  }

  bestTicks(): number {
    return this.count === 0 ? NO_TICKS : (this.ticks[this.count - 1] as number);
  }

  bestLots(): number {
    return this.count === 0 ? 0 : (this.lots[this.count - 1] as number);
  }

  lotsAt(ticks: number): number {
    const at = this.position(ticks);
    return at < this.count && this.ticks[at] === ticks ? (this.lots[at] as number) : 0;
  }

  /** The next price after `ticks` away from the best. */
  next(ticks: number): number {
    const at = this.position(ticks) - 1;
    return at < 0 ? NO_TICKS : (this.ticks[at] as number);
  }

  /** Sets the absolute size of a level; 0 removes it. */
  set(ticks: number, lots: number): void {
    const at = this.position(ticks);
    const exists = at < this.count && this.ticks[at] === ticks;
    if (lots === 0) {
      if (exists) this.remove(at);
    } else if (exists) this.lots[at] = lots;
    else this.insert(at, ticks, lots);
  }

  clear(): void {
    this.count = 0;
  }

  /**
   * Takes another set of levels, pairs with the best first.
   * @returns what differs, as pairs with the new sizes
   */
  replace(pairs: LevelPairs): number[] {
    const changes: number[] = [];
    let old = this.count - 1;
    for (let at = 0; at < pairs.length; at += 2) {
      const ticks = pairs[at] as number;
      const lots = pairs[at + 1] as number;
      while (old >= 0 && ((this.ticks[old] as number) - ticks) * this.better > 0) {
        changes.push(this.ticks[old--] as number, 0);
      }
      const same = old >= 0 && this.ticks[old] === ticks;
      if (!same || this.lots[old] !== lots) changes.push(ticks, lots);
      if (same) old -= 1;
    }
    while (old >= 0) changes.push(this.ticks[old--] as number, 0);
    this.load(pairs);
    return changes;
  }

  /** The best `depth` levels as pairs, best first. */
  top(depth: number): number[] {
    const pairs: number[] = [];
    for (let at = this.count - 1; at >= 0 && at >= this.count - depth; at -= 1) {
      pairs.push(this.ticks[at] as number, this.lots[at] as number);
    }
    return pairs;
  }

  private load(pairs: LevelPairs): void {
    this.count = pairs.length / 2;
    while (this.count > this.ticks.length) this.grow();
    for (let at = 0; at < this.count; at += 1) {
      this.ticks[this.count - 1 - at] = pairs[2 * at] as number;
      this.lots[this.count - 1 - at] = pairs[2 * at + 1] as number;
    }
  }

  /** Index of `ticks`, or of the first level that is better. */
  private position(ticks: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((this.ticks[middle] as number) - ticks) * this.better < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private remove(at: number): void {
    this.ticks.copyWithin(at, at + 1, this.count);
    this.lots.copyWithin(at, at + 1, this.count);
    this.count -= 1;
  }

  private insert(at: number, ticks: number, lots: number): void {
    if (this.count === this.ticks.length) this.grow();
    this.ticks.copyWithin(at + 1, at, this.count);
    this.lots.copyWithin(at + 1, at, this.count);
    this.ticks[at] = ticks;
    this.lots[at] = lots;
    this.count += 1;
  }

  private grow(): void {
    const ticks = new Float64Array(this.ticks.length * 2);
    const lots = new Float64Array(this.lots.length * 2);
    ticks.set(this.ticks);
    lots.set(this.lots);
    this.ticks = ticks;
    this.lots = lots;
  }
}
