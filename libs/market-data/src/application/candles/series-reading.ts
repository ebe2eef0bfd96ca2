import type { EpochMs } from '@sextant/kernel';
import { aggregateCandles } from '../../domain/candles/aggregate-candles.js';
import { candleAt, sliceColumns } from '../../domain/candles/candle-columns.js';
import type { CandleColumns } from '../../domain/candles/candle-columns.js';
import { commonGrid, onGrid } from '../../domain/candles/candle-grid.js';
import { candleSources } from '../../domain/candles/candle.js';
import type { Candle, CandleGrid, CandleSource } from '../../domain/candles/candle.js';
import { covers, joined } from '../../domain/candles/spans.js';
import type { Span } from '../../domain/candles/spans.js';
import { Timeframe } from '../../domain/candles/timeframe.js';
import type { CandleHistory, CandleRange, CandleSeries, StoredCandles } from './candle-history.js';

/** Bars that one answer may be made of: 1.4 years of minutes. A page is cut shorter before it needs more. */
const MOST_READ = 750_000;

export interface CandlesWanted {
  venue: string;
  symbol: string;
  timeframe: Timeframe;
  /** Opens of the bars: `from` on, up to but without `to`. */
  from: EpochMs;
  to: EpochMs;
  limit: number;
  newest: boolean;
  source: CandleSource | null;
}

/** A candle and where it is from. */
export interface SourcedCandle extends Candle {
  source: CandleSource;
  /** All of its time was listened to, or told by who knows; else trades of it may be missing. */
  complete: boolean;
}

export interface CandlesFound {
  grid: CandleGrid;
  candles: SourcedCandle[];
  /** There are more in the range, after them (before them where the newest were asked for). */
  more: boolean;
}

/**
 * Candles of an interval out of everything that is kept of a market: bars of that interval, and shorter ones that make
 * them up. Of two for the same time a complete one counts before one that is not, then the venue's own before an
 * imported one before one built here, then the one of longer bars.
 */
export async function readSeries(
  history: CandleHistory,
  wanted: CandlesWanted,
  now: EpochMs,
): Promise<CandlesFound> {
  const series = seriesFor(
    await history.series(wanted.venue, wanted.symbol),
    wanted.timeframe,
    wanted.source,
  );
  const limit = Math.min(wanted.limit, ...series.map((each) => mostBars(each, wanted.timeframe)));
  const ranges = series.map((each) => rangeOf(each, { ...wanted, limit }));
  const [stored, spans] = await Promise.all([history.read(ranges), history.covered(ranges)]);
  const longer = stored.map(({ columns }, at) => longerOf(columns, ranges[at] as CandleRange, wanted));
  const filled = longer.filter(({ length }) => length > 0);
  if (filled.length === 0) return { grid: { tickUnits: 1n, lotUnits: 1n }, candles: [], more: false };
  const grid = commonGrid(filled.map((columns) => columns.grid));
  const byTime = new Map<EpochMs, SourcedCandle>();
  longer.forEach((columns, at) => {
    if (columns.length === 0) return;
    const { openFrom } = stored[at] as StoredCandles;
    const source = (series[at] as CandleSeries).source;
    const known = joined(spans[at] ?? []);
    const exact = onGrid(columns, grid);
    for (let index = 0; index < exact.length; index += 1) {
      const candle = candleAt(exact, index, wanted.timeframe, Math.min(openFrom, now));
      const before = byTime.get(candle.openTime);
      if (before?.complete) continue;
      const complete = isComplete(candle, known);
      if (before === undefined || complete) byTime.set(candle.openTime, { ...candle, source, complete });
    }
  });
  const candles = [...byTime.values()].sort((a, b) => a.openTime - b.openTime);
  const more = candles.length > limit;
  return { grid, candles: wanted.newest ? candles.slice(-limit) : candles.slice(0, limit), more };
}

/** The series that bars of an interval can be made of, the best first. */
export function seriesFor(
  kept: readonly CandleSeries[],
  timeframe: Timeframe,
  source: CandleSource | null,
): CandleSeries[] {
  const length = (each: CandleSeries) => Timeframe.names.indexOf(each.interval);
  return kept
    .filter((each) => source === null || each.source === source)
    .filter((each) => Timeframe.of(each.interval).divides(timeframe))
    .sort(
      (a, b) => candleSources.indexOf(a.source) - candleSources.indexOf(b.source) || length(b) - length(a),
    );
}

/** A bar that is not over is complete so far when its beginning is known. */
function isComplete({ openTime, closeTime, closed }: Candle, known: readonly Span[]): boolean {
  if (closed) return covers(known, { from: openTime, to: closeTime });
  return known.some(({ from, to }) => from <= openTime && to >= openTime);
}

/** Most bars of the series in one of the longer interval; a month has 31 days. */
function ratioOf({ interval }: CandleSeries, timeframe: Timeframe): number {
  const own = Timeframe.of(interval);
  if (own === timeframe) return 1;
  return (timeframe.sizeMs ?? 31 * 86_400_000) / (own.sizeMs as number);
}

function mostBars(series: CandleSeries, timeframe: Timeframe): number {
  return Math.max(1, Math.floor(MOST_READ / ratioOf(series, timeframe)) - 2);
}

/** So many bars that there is one more of the longer ones than wanted, and the last of them may be cut. */
function rangeOf(series: CandleSeries, wanted: CandlesWanted): CandleRange {
  const { timeframe, from, to, limit, newest } = wanted;
  const end = to <= from ? from : timeframe.closeOf(timeframe.openOf(to - 1));
  const first = timeframe.openOf(from);
  return {
    series,
    from: first === from ? first : timeframe.closeOf(first),
    to: end,
    limit: (limit + 2) * ratioOf(series, timeframe),
    newest,
  };
}

function longerOf(
  columns: CandleColumns,
  range: CandleRange,
  { timeframe, limit, newest }: CandlesWanted,
): CandleColumns {
  const longer =
    Timeframe.of(range.series.interval) === timeframe ? columns : aggregateCandles(columns, timeframe);
  // Where the reading was cut, it was cut within the bar at that end: there are more bars than wanted without it.
  const wasCut = columns.length === range.limit;
  if (!wasCut || longer.length <= limit + 1) return longer;
  return newest ? sliceColumns(longer, 1, longer.length) : sliceColumns(longer, 0, longer.length - 1);
}
