import type { Traded } from '../engine/events.js';
import type { Market } from '../engine/market.js';
import { CandleSeries, type Candle } from './candle-series.js';
import { type AggregateTrade, TradeTape } from './trade-tape.js';

const TAPE_TRADES = 20_000;
const SECONDS_KEPT = 2 * 60 * 60;
const MINUTES_KEPT = 60 * 24 * 60;

/** What the public knows of a symbol's trading: the tape, seconds and minutes. Everything coarser is added up when asked. */
export class SymbolTape {
  readonly trades = new TradeTape(TAPE_TRADES);
  readonly seconds = new CandleSeries(1000, SECONDS_KEPT);
  readonly minutes = new CandleSeries(60_000, MINUTES_KEPT);

  constructor(
    readonly market: Market,
    history: readonly Candle[],
  ) {
    this.minutes.backfill(history);
  }

  /** Last price, or where the invented past ended; null where there is neither. */
  get lastTicks(): number | null {
    return this.minutes.candles.at(-1)?.close ?? null;
  }

  add(trade: Traded): AggregateTrade {
    this.seconds.add(trade);
    this.minutes.add(trade);
    return this.trades.add(trade);
  }

  rollTo(now: number): void {
    this.seconds.rollTo(now);
    this.minutes.rollTo(now);
  }

  seriesFor(interval: string): CandleSeries {
    return interval === '1s' ? this.seconds : this.minutes;
  }
}
