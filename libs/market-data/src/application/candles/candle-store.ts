import type { EpochMs } from '@sextant/kernel';
import type { CandleColumns } from '../../domain/candles/candle-columns.js';
import type { Candle, CandleGrid } from '../../domain/candles/candle.js';
import type { Span } from '../../domain/candles/spans.js';
import type { TimeframeName } from '../../domain/candles/timeframe.js';
import { CandleHistory } from './candle-history.js';
import type { CandleSeries } from './candle-history.js';

/** A bar of now, as it stands. */
export interface LiveCandle {
  series: CandleSeries;
  grid: CandleGrid;
  candle: Candle;
}

/** A span that was listened to so far: it began at `from`, and goes on. */
export interface LiveSpan {
  series: CandleSeries;
  span: Span;
}

export interface Market {
  venue: string;
  symbol: string;
}

/** Where candles are kept. */
export abstract class CandleStore extends CandleHistory {
  /** Takes closed candles, each in the place of one that opens then, and notes that `spans` hold all there are. */
  abstract write(series: CandleSeries, columns: CandleColumns, spans: readonly Span[]): Promise<void>;

  /**
   * Which of the markets this process records: those that no other one does. To be asked again before `forMs` is over.
   */
  abstract claim(markets: readonly Market[], owner: string, forMs: number): Promise<Market[]>;

  /** Puts live bars in the place of what they were; one that is closed stays. Of markets that `owner` has not, none. */
  abstract keepLive(candles: readonly LiveCandle[], spans: readonly LiveSpan[], owner: string): Promise<void>;

  /** Moves closed live bars that open before `time` to the others. Answers how many. */
  abstract seal(time: EpochMs): Promise<number>;

  /** Drops candles of an interval that closed before `time`, as far as whole blocks of them did. */
  abstract forget(interval: TimeframeName, time: EpochMs): Promise<number>;
}
