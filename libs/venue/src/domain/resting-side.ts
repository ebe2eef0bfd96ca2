import { NO_TICKS } from './market-view.js';

/** No slot: the end of a queue. Slots count from 1. */
export const NO_SLOT = 0;

/** The price levels of one side with the ends of their queues; sorted typed arrays, the best level last. */
export class RestingSide {
  private ticks = new Float64Array(32);
  private heads = new Int32Array(32);
  private tails = new Int32Array(32);
  private count = 0;

  /** `better` is +1 where a higher price is better (bids), −1 where a lower one is (asks). */
  constructor(readonly better: 1 | -1) {}

  get levels(): number {
    return this.count;
  }

  bestTicks(): number {
    return this.count === 0 ? NO_TICKS : (this.ticks[this.count - 1] as number);
  }

  /** First in the queue of a price, or NO_SLOT. */
  head(ticks: number): number {
    const at = this.position(ticks);
    return at < this.count && this.ticks[at] === ticks ? (this.heads[at] as number) : NO_SLOT;
  }

  /** The next price after `ticks` away from the best. */
  next(ticks: number): number {
    const at = this.position(ticks) - 1;
    return at < 0 ? NO_TICKS : (this.ticks[at] as number);
  }

  /** Makes `slot` the last of its price's queue. @returns who stands before it. */
  append(ticks: number, slot: number): number {
    const at = this.position(ticks);
    if (at < this.count && this.ticks[at] === ticks) {
      const before = this.tails[at] as number;
      this.tails[at] = slot;
      return before;
    }
    this.insert(at, ticks, slot);
    return NO_SLOT;
  }

  /** Sets the ends of a queue; without a head the level goes. */
  setEnds(ticks: number, head: number | null, tail: number | null): void {
    const at = this.position(ticks);
    if (head !== null) this.heads[at] = head;
    if (tail !== null) this.tails[at] = tail;
    if (this.heads[at] === NO_SLOT || this.tails[at] === NO_SLOT) this.remove(at);
  }

  private position(ticks: number): number {
    const { better, count } = this;
    if (count > 0 && ticks === this.ticks[count - 1]) return count - 1;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((this.ticks[middle] as number) - ticks) * better < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private remove(at: number): void {
    this.count -= 1;
    if (at === this.count) return;
    this.ticks.copyWithin(at, at + 1, this.count + 1);
    this.heads.copyWithin(at, at + 1, this.count + 1);
    this.tails.copyWithin(at, at + 1, this.count + 1);
  }

  private insert(at: number, ticks: number, slot: number): void {
    if (this.count === this.ticks.length) this.grow();
    if (at < this.count) {
      this.ticks.copyWithin(at + 1, at, this.count);
      this.heads.copyWithin(at + 1, at, this.count);
      this.tails.copyWithin(at + 1, at, this.count);
    }
    this.ticks[at] = ticks;
    this.heads[at] = slot;
    this.tails[at] = slot;
    this.count += 1;
  }

  private grow(): void {
    const ticks = new Float64Array(this.ticks.length * 2);
    const heads = new Int32Array(ticks.length);
    const tails = new Int32Array(ticks.length);
    ticks.set(this.ticks);
    heads.set(this.heads);
    tails.set(this.tails);
    this.ticks = ticks;
    this.heads = heads;
    this.tails = tails;
  }
}
