import type { EpochMs } from '@sextant/kernel';
import type { Candle, CandleGrid } from './candle.js';
import type { Timeframe } from './timeframe.js';

/** Whole numbers: Int32 where all fit, else Float64, which holds them up to 2^53. */
export type CountColumn = Int32Array | Float64Array;

export const countNames = ['openTicks', 'highTicks', 'lowTicks', 'closeTicks', 'volumeLots'] as const;

/** In `trades`: the source does not say how many. */
export const TRADES_UNKNOWN = -1;

/** Candles of one series as columns, oldest first, each opening after the one before. */
export interface CandleColumns {
  readonly grid: CandleGrid;
  readonly length: number;
  readonly openTime: Float64Array;
  readonly openTicks: CountColumn;
  readonly highTicks: CountColumn;
  readonly lowTicks: CountColumn;
  readonly closeTicks: CountColumn;
  readonly volumeLots: CountColumn;
  readonly trades: Int32Array;
}

const INT32 = 2 ** 31;

/** The shortest column that holds the numbers. @throws RangeError when one is no safe integer */
export function countColumn(counts: ArrayLike<number>): CountColumn {
  let narrow = true;
  for (let at = 0; at < counts.length; at += 1) {
    const count = counts[at] as number;
    if (!Number.isSafeInteger(count)) throw new RangeError(`${count} is no whole number below 2^53`);
    if (count >= INT32 || count < -INT32) narrow = false;
  }
  return narrow ? Int32Array.from(counts) : Float64Array.from(counts);
}

export function columnsOf(candles: readonly Candle[], grid: CandleGrid): CandleColumns {
  const column = (name: (typeof countNames)[number]) => countColumn(candles.map((candle) => candle[name]));
  return {
    grid,
    length: candles.length,
    openTime: Float64Array.from(candles, ({ openTime }) => openTime),
    openTicks: column('openTicks'),
    highTicks: column('highTicks'),
    lowTicks: column('lowTicks'),
    closeTicks: column('closeTicks'),
    volumeLots: column('volumeLots'),
    trades: Int32Array.from(candles, ({ trades }) => trades ?? TRADES_UNKNOWN),
  };
}

/** @param closedUntil what ends later is still open */
export function candleAt(
  columns: CandleColumns,
  at: number,
  timeframe: Timeframe,
  closedUntil: EpochMs,
): Candle {
  const openTime = columns.openTime[at] as number;
  const closeTime = timeframe.closeOf(openTime);
  const trades = columns.trades[at] as number;
  return {
    openTime,
    closeTime,
    openTicks: columns.openTicks[at] as number,
    highTicks: columns.highTicks[at] as number,
    lowTicks: columns.lowTicks[at] as number,
    closeTicks: columns.closeTicks[at] as number,
    volumeLots: columns.volumeLots[at] as number,
    trades: trades === TRADES_UNKNOWN ? null : trades,
    closed: closeTime <= closedUntil,
    synthetic: false,
  };
}

/** The candles from `start` to `end`, without a copy. */
export function sliceColumns(columns: CandleColumns, start: number, end: number): CandleColumns {
  if (start <= 0 && end >= columns.length) return columns;
  const from = Math.max(0, start);
  const to = Math.max(from, Math.min(end, columns.length));
  return {
    grid: columns.grid,
    length: to - from,
    openTime: columns.openTime.subarray(from, to),
    openTicks: columns.openTicks.subarray(from, to),
    highTicks: columns.highTicks.subarray(from, to),
    lowTicks: columns.lowTicks.subarray(from, to),
    closeTicks: columns.closeTicks.subarray(from, to),
    volumeLots: columns.volumeLots.subarray(from, to),
    trades: columns.trades.subarray(from, to),
  };
}

/** Where the first candle is that opens at `time` or later. */
export function firstFrom(columns: Pick<CandleColumns, 'openTime' | 'length'>, time: EpochMs): number {
  let low = 0;
  let high = columns.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((columns.openTime[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function emptyColumns(grid: CandleGrid): CandleColumns {
  return columnsOf([], grid);
}
