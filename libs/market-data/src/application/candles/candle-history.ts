import type { EpochMs } from '@sextant/kernel';
import type { CandleColumns } from '../../domain/candles/candle-columns.js';
import type { CandleSource } from '../../domain/candles/candle.js';
import type { Span } from '../../domain/candles/spans.js';
import type { TimeframeName } from '../../domain/candles/timeframe.js';

/** Candles that are kept together: of one market, interval and source. */
export interface CandleSeries {
  venue: string;
  symbol: string;
  interval: TimeframeName;
  source: CandleSource;
}

/** `from`/`to` select openTime: `from` on, up to but without `to`. */
export interface CandleRange {
  series: CandleSeries;
  from: EpochMs;
  to: EpochMs;
  /** At most so many: the oldest, or the newest. All when left out. */
  limit?: number;
  newest?: boolean;
}

export interface StoredCandles {
  columns: CandleColumns;
  /** What opens here or later is still open. Infinity when all is closed. */
  openFrom: EpochMs;
}

/** Candles as they are kept. Many series are read in one go: never a call a series. */
export abstract class CandleHistory {
  /** What is kept of a market. */
  abstract series(venue: string, symbol: string): Promise<CandleSeries[]>;

  /** In the order they were asked for; of a series that is not kept there are none. */
  abstract read(ranges: readonly CandleRange[]): Promise<StoredCandles[]>;

  /** When the market was listened to, or its bars were taken over: a time that is not in there may miss candles. */
  abstract covered(ranges: readonly CandleRange[]): Promise<Span[][]>;
}
