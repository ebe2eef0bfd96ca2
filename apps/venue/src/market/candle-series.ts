import type { Traded } from '../engine/events.js';

/** What one trade adds to a candle; `quoteUnits` in 10⁻⁸ of the quote asset. */
export type CandleTrade = Pick<Traded, 'tradeId' | 'ticks' | 'lots' | 'quoteUnits' | 'buyerIsMaker' | 'at'>;

/** Prices in ticks, volumes in lots and in 10⁻⁸ of the quote asset; `taker…` is what buyers took. */
export interface Candle {
  openAt: number;
  open: number;
  high: number;
  low: number;
  close: number;
  lots: bigint;
  quote: bigint;
  trades: number;
  takerLots: bigint;
  takerQuote: bigint;
  /** −1 where the candle has no trade. */
  firstId: number;
  lastId: number;
}

/** Candles of one width, oldest first, without gaps: a quiet period repeats the last close with no volume. */
export class CandleSeries {
  readonly candles: Candle[] = [];

  constructor(
    readonly widthMs: number,
    private readonly capacity: number,
  ) {}

  /** Puts a past in front of everything. */
  backfill(candles: readonly Candle[]): void {
    this.candles.unshift(...candles);
  }

  add(trade: CandleTrade): void {
    this.rollTo(trade.at);
    // A clock that was set back does not reopen candles: the trade belongs to the newest.
    const candle = this.candles.at(-1) ?? this.push(flat(floorTo(trade.at, this.widthMs), trade.ticks));
    if (candle.trades === 0) {
      candle.firstId = trade.tradeId;
      candle.open = candle.high = candle.low = trade.ticks;
    }
    candle.high = Math.max(candle.high, trade.ticks);
    candle.low = Math.min(candle.low, trade.ticks);
    candle.close = trade.ticks;
    candle.lastId = trade.tradeId;
    candle.trades += 1;
    candle.lots += BigInt(trade.lots);
    candle.quote += trade.quoteUnits;
    if (!trade.buyerIsMaker) {
      candle.takerLots += BigInt(trade.lots);
      candle.takerQuote += trade.quoteUnits;
    }
  }

  /** Opens what has begun since. A leap beyond the capacity starts afresh at the new time. */
  rollTo(now: number): void {
    const newest = floorTo(now, this.widthMs);
    let last = this.candles.at(-1);
    if (last && (newest - last.openAt) / this.widthMs > this.capacity) {
      const { close } = last;
      this.candles.length = 0;
      last = this.push(flat(newest, close));
    }
    while (last && last.openAt < newest) last = this.push(flat(last.openAt + this.widthMs, last.close));
  }

  private push(candle: Candle): Candle {
    this.candles.push(candle);
    // Trimmed in blocks: moving the whole array for each new candle would cost more than the candle.
    if (this.candles.length > this.capacity * 1.1)
      this.candles.splice(0, this.candles.length - this.capacity);
    return candle;
  }
}

export function floorTo(at: number, width: number): number {
  return Math.floor(at / width) * width;
}

export function flat(openAt: number, close: number): Candle {
  return {
    openAt,
    open: close,
    high: close,
    low: close,
    close,
    lots: 0n,
    quote: 0n,
    trades: 0,
    takerLots: 0n,
    takerQuote: 0n,
    firstId: -1,
    lastId: -1,
  };
}
