import { formatScaled, parseScaled } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import { countNames, firstFrom, TRADES_UNKNOWN } from '../../domain/candles/candle-columns.js';
import type { CandleColumns, CountColumn } from '../../domain/candles/candle-columns.js';
import type { CandleGrid } from '../../domain/candles/candle.js';
import type { Timeframe } from '../../domain/candles/timeframe.js';

/** What the data of a block holds, beside four prices and the volume. */
export const Layout = {
  /** Seconds from the first open: bars are missing between. */
  TIMES: 1,
  /** Prices do not fit into 32 bits. */
  WIDE_PRICES: 2,
  WIDE_VOLUME: 4,
  TRADES: 8,
  /** Counts of trades fit into 16 bits. */
  SHORT_TRADES: 16,
} as const;

/** Candles of some hundreds to some ten thousands of bars, one column after the other, little-endian. */
export interface CandleBlock {
  blockStart: EpochMs;
  count: number;
  firstOpen: EpochMs;
  lastOpen: EpochMs;
  layout: number;
  tickSize: string;
  lotSize: string;
  data: Buffer;
}

/** What is known of a block without its data. */
export type BlockPlan = Pick<CandleBlock, 'blockStart' | 'count' | 'layout' | 'tickSize' | 'lotSize'>;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Where the block begins that holds a bar: an hour of seconds, a day of minutes, a month of what is shorter than an hour,
 * a year of hours, ten years of days. So a block has 100 to 15,000 bars, whatever the interval.
 */
export function blockStartOf({ sizeMs }: Timeframe, time: EpochMs): EpochMs {
  if (sizeMs !== null && sizeMs < 60_000) return Math.floor(time / HOUR) * HOUR;
  if (sizeMs === 60_000) return Math.floor(time / DAY) * DAY;
  const date = new Date(time);
  if (sizeMs !== null && sizeMs < HOUR) return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  if (sizeMs !== null && sizeMs < DAY) return Date.UTC(date.getUTCFullYear(), 0, 1);
  return Date.UTC(Math.floor(date.getUTCFullYear() / 10) * 10, 0, 1);
}

/** Where the block after it begins. */
export function blockEndOf({ sizeMs }: Timeframe, blockStart: EpochMs): EpochMs {
  if (sizeMs !== null && sizeMs < 60_000) return blockStart + HOUR;
  if (sizeMs === 60_000) return blockStart + DAY;
  const date = new Date(blockStart);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (sizeMs !== null && sizeMs < HOUR) return Date.UTC(year, month + 1, 1);
  return Date.UTC(sizeMs !== null && sizeMs < DAY ? year + 1 : year + 10, 0, 1);
}

/** Where candles are cut into blocks. */
export function cutsOf(
  columns: CandleColumns,
  timeframe: Timeframe,
): { blockStart: EpochMs; from: number }[] {
  const cuts: { blockStart: EpochMs; from: number }[] = [];
  for (let from = 0; from < columns.length;) {
    const blockStart = blockStartOf(timeframe, columns.openTime[from] as number);
    cuts.push({ blockStart, from });
    from = firstFrom(columns, blockEndOf(timeframe, blockStart));
  }
  return cuts;
}

/** Cuts candles into blocks. */
export function* blocksOf(columns: CandleColumns, timeframe: Timeframe): Generator<CandleBlock> {
  const cuts = cutsOf(columns, timeframe);
  for (const [nth, { blockStart, from }] of cuts.entries()) {
    yield encode(columns, from, cuts[nth + 1]?.from ?? columns.length, blockStart, timeframe);
  }
}

function encode(
  columns: CandleColumns,
  from: number,
  to: number,
  blockStart: EpochMs,
  timeframe: Timeframe,
): CandleBlock {
  const count = to - from;
  const firstOpen = columns.openTime[from] as number;
  const lastOpen = columns.openTime[to - 1] as number;
  const { openTicks, highTicks, lowTicks, closeTicks, volumeLots } = columns;
  const layout =
    (isDense(timeframe, firstOpen, lastOpen, count) ? 0 : Layout.TIMES) |
    ([openTicks, highTicks, lowTicks, closeTicks].some((column) => isWide(column, from, to))
      ? Layout.WIDE_PRICES
      : 0) |
    (isWide(volumeLots, from, to) ? Layout.WIDE_VOLUME : 0) |
    tradesLayout(columns.trades, from, to);
  const data = Buffer.allocUnsafe(count * bytesOf(layout));
  let at = 0;
  const put = (column: ArrayLike<number>, wide: boolean): void => {
    const narrowed = wide
      ? Float64Array.from(column)
      : column instanceof Int32Array
        ? column
        : Int32Array.from(column);
    at += Buffer.from(narrowed.buffer, narrowed.byteOffset, narrowed.byteLength).copy(data, at);
  };
  if (layout & Layout.TIMES) {
    put(
      columns.openTime.subarray(from, to).map((time) => (time - firstOpen) / 1_000),
      false,
    );
  }
  for (const name of countNames) put(columns[name].subarray(from, to), isWideIn(layout, name));
  if (layout & Layout.SHORT_TRADES) {
    const short = Uint16Array.from(columns.trades.subarray(from, to));
    Buffer.from(short.buffer).copy(data, at);
  } else if (layout & Layout.TRADES) put(columns.trades.subarray(from, to), false);
  const { tickUnits, lotUnits } = columns.grid;
  const grid = { tickSize: formatScaled(tickUnits), lotSize: formatScaled(lotUnits) };
  return { blockStart, count, firstOpen, lastOpen, layout, ...grid, data };
}

export function gridOf({ tickSize, lotSize }: Pick<CandleBlock, 'tickSize' | 'lotSize'>): CandleGrid {
  return { tickUnits: parseScaled(tickSize), lotUnits: parseScaled(lotSize) };
}

export function isWideIn(layout: number, name: (typeof countNames)[number]): boolean {
  return (layout & (name === 'volumeLots' ? Layout.WIDE_VOLUME : Layout.WIDE_PRICES)) !== 0;
}

/** Bytes of one bar. */
function bytesOf(layout: number): number {
  const prices = layout & Layout.WIDE_PRICES ? 32 : 16;
  const volume = layout & Layout.WIDE_VOLUME ? 8 : 4;
  const trades = layout & Layout.TRADES ? (layout & Layout.SHORT_TRADES ? 2 : 4) : 0;
  return prices + volume + (layout & Layout.TIMES ? 4 : 0) + trades;
}

function tradesLayout(trades: Int32Array, from: number, to: number): number {
  let [least, most] = [Infinity, -Infinity];
  for (let at = from; at < to; at += 1) {
    const count = trades[at] as number;
    if (count < least) least = count;
    if (count > most) most = count;
  }
  if (most === TRADES_UNKNOWN) return 0;
  return least >= 0 && most < 2 ** 16 ? Layout.TRADES | Layout.SHORT_TRADES : Layout.TRADES;
}

/** No bar is missing between the first and the last: their times need not be kept. */
function isDense({ sizeMs }: Timeframe, firstOpen: EpochMs, lastOpen: EpochMs, count: number): boolean {
  return sizeMs !== null && (lastOpen - firstOpen) / sizeMs === count - 1;
}

function isWide(column: CountColumn, from: number, to: number): boolean {
  if (column instanceof Int32Array) return false;
  for (let at = from; at < to; at += 1) if ((column[at] as number) >= 2 ** 31) return true;
  return false;
}
