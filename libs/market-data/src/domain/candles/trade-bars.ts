import type { EpochMs, Instrument } from '@sextant/kernel';
import type { BarTrade } from './candle-builder.js';

/** When a bar that is not made of time is full: after so many trades, base lots, or quote units (10^-18). */
export type BarSize = { trades: number } | { lots: number } | { quoteUnits: bigint };

/** A bar that lasts until enough was traded. */
export interface TradeBar {
  /** Of its first trade, and of its last: the next bar may begin in the same millisecond. */
  openTime: EpochMs;
  lastTime: EpochMs;
  openTicks: number;
  highTicks: number;
  lowTicks: number;
  closeTicks: number;
  volumeLots: number;
  /** Quote asset, 10^-18; exact. */
  quoteUnits: bigint;
  trades: number;
  closed: boolean;
}

/**
 * Tick, volume and dollar bars, in the order the trades are given. A trade is never divided: the one that fills a bar
 * belongs to it whole, so a bar may hold more than its size, and no trade is in two.
 */
export class TradeBarBuilder {
  private bar: TradeBar | null = null;

  /** @throws RangeError when the size is not greater than zero */
  constructor(
    private readonly instrument: Pick<Instrument, 'notionalUnits'>,
    private readonly size: BarSize,
    private readonly onClosed: (bar: TradeBar) => void,
  ) {
    const [limit] = Object.values(size) as [number | bigint];
    if (limit <= 0) throw new RangeError('A bar holds something.');
  }

  add({ priceTicks, lots, executedAt }: BarTrade): void {
    const bar = (this.bar ??= begun(executedAt, priceTicks));
    bar.lastTime = executedAt;
    bar.highTicks = Math.max(bar.highTicks, priceTicks);
    bar.lowTicks = Math.min(bar.lowTicks, priceTicks);
    bar.closeTicks = priceTicks;
    bar.volumeLots += lots;
    bar.quoteUnits += this.instrument.notionalUnits(priceTicks, lots);
    bar.trades += 1;
    if (!this.isFull(bar)) return;
    this.bar = null;
    this.onClosed({ ...bar, closed: true });
  }

  /** The one that is not full yet. */
  open(): TradeBar | null {
    return this.bar === null ? null : { ...this.bar };
  }

  private isFull(bar: TradeBar): boolean {
    const { size } = this;
    if ('trades' in size) return bar.trades >= size.trades;
    if ('lots' in size) return bar.volumeLots >= size.lots;
    return bar.quoteUnits >= size.quoteUnits;
  }
}

function begun(time: EpochMs, ticks: number): TradeBar {
  return {
    openTime: time,
    lastTime: time,
    openTicks: ticks,
    highTicks: ticks,
    lowTicks: ticks,
    closeTicks: ticks,
    volumeLots: 0,
    quoteUnits: 0n,
    trades: 0,
    closed: false,
  };
}
