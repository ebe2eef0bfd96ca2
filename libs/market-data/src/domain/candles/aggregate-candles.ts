import { countColumn, TRADES_UNKNOWN } from './candle-columns.js';
import type { CandleColumns, CountColumn } from './candle-columns.js';
import type { Timeframe } from './timeframe.js';

/**
 * Longer candles out of shorter ones: the first open, the highest high, the lowest low, the last close, the sum of volume
 * and trades. The same as the longer candles of the same trades, and whatever lies between does not matter: minutes to
 * hours to days is minutes to days. Where nothing was traded there is no candle.
 *
 * A volume past 2^53 lots is told in lots ten, a hundred … times as large, rounded half to even.
 */
export function aggregateCandles(columns: CandleColumns, timeframe: Timeframe): CandleColumns {
  const starts = startsOf(columns, timeframe);
  const groups = starts.length - 1;
  const openTime = new Float64Array(groups);
  const high = new Float64Array(groups);
  const low = new Float64Array(groups);
  const trades = new Int32Array(groups);
  for (let group = 0; group < groups; group += 1) {
    const [from, to] = [starts[group] as number, starts[group + 1] as number];
    openTime[group] = timeframe.openOf(columns.openTime[from] as number);
    high[group] = highest(columns.highTicks, from, to);
    low[group] = lowest(columns.lowTicks, from, to);
    trades[group] = tradesOf(columns.trades, from, to);
  }
  const { counts, times } = volumes(columns.volumeLots, starts);
  return {
    grid: { ...columns.grid, lotUnits: columns.grid.lotUnits * times },
    length: groups,
    openTime,
    openTicks: picked(columns.openTicks, starts.slice(0, -1)),
    highTicks: countColumn(high),
    lowTicks: countColumn(low),
    closeTicks: picked(
      columns.closeTicks,
      starts.slice(1).map((start) => start - 1),
    ),
    volumeLots: counts,
    trades,
  };
}

/** Where each longer candle begins, and where the last one ends. */
function startsOf({ openTime, length }: CandleColumns, timeframe: Timeframe): number[] {
  const starts: number[] = [];
  let closeTime = -Infinity;
  for (let at = 0; at < length; at += 1) {
    const time = openTime[at] as number;
    if (time < closeTime) continue;
    starts.push(at);
    closeTime = timeframe.closeOf(timeframe.openOf(time));
  }
  starts.push(length);
  return starts;
}

function picked(column: CountColumn, at: readonly number[]): CountColumn {
  return countColumn(at.map((index) => column[index] as number));
}

function highest(column: CountColumn, from: number, to: number): number {
  let best = column[from] as number;
  for (let at = from + 1; at < to; at += 1) if ((column[at] as number) > best) best = column[at] as number;
  return best;
}

function lowest(column: CountColumn, from: number, to: number): number {
  let best = column[from] as number;
  for (let at = from + 1; at < to; at += 1) if ((column[at] as number) < best) best = column[at] as number;
  return best;
}

function tradesOf(column: Int32Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) {
    const trades = column[at] as number;
    if (trades === TRADES_UNKNOWN) return TRADES_UNKNOWN;
    sum += trades;
  }
  return sum;
}

function volumes(lots: CountColumn, starts: readonly number[]): { counts: CountColumn; times: bigint } {
  const sums = new Float64Array(starts.length - 1);
  for (let group = 0; group < sums.length; group += 1) {
    for (let at = starts[group] as number; at < (starts[group + 1] as number); at += 1) {
      (sums[group] as number) += lots[at] as number;
    }
  }
  if (sums.every(Number.isSafeInteger)) return { counts: countColumn(sums), times: 1n };
  return coarser(lots, starts);
}

function coarser(lots: CountColumn, starts: readonly number[]): { counts: CountColumn; times: bigint } {
  const sums = starts.slice(0, -1).map((start, group) => {
    let sum = 0n;
    for (let at = start; at < (starts[group + 1] as number); at += 1) sum += BigInt(lots[at] as number);
    return sum;
  });
  let times = 1n;
  while (sums.some((sum) => sum / times >= BigInt(Number.MAX_SAFE_INTEGER))) times *= 10n;
  return { counts: countColumn(sums.map((sum) => Number(halfEven(sum, times)))), times };
}

function halfEven(sum: bigint, times: bigint): bigint {
  const down = sum / times;
  const twice = 2n * (sum - down * times);
  return twice > times || (twice === times && down % 2n === 1n) ? down + 1n : down;
}
