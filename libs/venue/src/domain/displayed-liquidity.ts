import type { Side } from '@sextant/kernel';
import { NO_TICKS } from './market-view.js';
import type { DisplayedChange, MarketView } from './market-view.js';

/**
 * The real market as one account may trade on it: the displayed sizes less what its own orders took from a level
 * since that level's last update, so that one displayed lot is never sold to it twice.
 */
export class DisplayedLiquidity {
  private readonly taken = { BUY: new Map<number, number>(), SELL: new Map<number, number>() };

  constructor(private readonly view: MarketView) {}

  isOpen(): boolean {
    return this.view.isOpen();
  }

  /** True while something is taken, so that updates of levels matter. */
  get touched(): boolean {
    return this.taken.BUY.size + this.taken.SELL.size > 0;
  }

  displayedLots(side: Side, ticks: number): number {
    return this.view.lotsAt(side, ticks);
  }

  lotsAt(side: Side, ticks: number): number {
    return Math.max(0, this.view.lotsAt(side, ticks) - (this.taken[side].get(ticks) ?? 0));
  }

  /** The best price with something left. */
  bestTicks(side: Side): number {
    return this.firstWithLots(side, this.view.bestTicks(side));
  }

  nextTicks(side: Side, ticks: number): number {
    return this.firstWithLots(side, this.view.nextTicks(side, ticks));
  }

  take(side: Side, ticks: number, lots: number): void {
    this.taken[side].set(ticks, (this.taken[side].get(ticks) ?? 0) + lots);
  }

  onChange(change: DisplayedChange): void {
    if (!this.touched) return;
    if (change.whole) {
      this.taken.BUY.clear();
      this.taken.SELL.clear();
      return;
    }
    for (let at = 0; at < change.bids.length; at += 2) this.taken.BUY.delete(change.bids[at] as number);
    for (let at = 0; at < change.asks.length; at += 2) this.taken.SELL.delete(change.asks[at] as number);
  }

  private firstWithLots(side: Side, from: number): number {
    let ticks = from;
    while (ticks !== NO_TICKS && this.lotsAt(side, ticks) === 0) ticks = this.view.nextTicks(side, ticks);
    return ticks;
  }
}
