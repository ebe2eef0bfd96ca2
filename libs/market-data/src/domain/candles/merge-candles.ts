import { TRADES_UNKNOWN } from './candle-columns.js';
import type { CandleColumns, CountColumn } from './candle-columns.js';
import { commonGrid, onGrid } from './candle-grid.js';

/** Candles of both, oldest first; where both have one, the first one's counts. */
export function mergeCandles(first: CandleColumns, second: CandleColumns): CandleColumns {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  const grid = commonGrid([first.grid, second.grid]);
  const [one, other] = [onGrid(first, grid), onGrid(second, grid)];
  const { at, length } = order(one, other);
  const column = (name: 'openTicks' | 'highTicks' | 'lowTicks' | 'closeTicks' | 'volumeLots') =>
    gathered(one[name], other[name], at.subarray(0, length));
  return {
    grid,
    length,
    openTime: Float64Array.from(at.subarray(0, length), (from) =>
      from >= 0 ? (one.openTime[from] as number) : (other.openTime[-from - 1] as number),
    ),
    openTicks: column('openTicks'),
    highTicks: column('highTicks'),
    lowTicks: column('lowTicks'),
    closeTicks: column('closeTicks'),
    volumeLots: column('volumeLots'),
    trades: Int32Array.from(at.subarray(0, length), (from) =>
      from >= 0 ? (one.trades[from] as number) : (other.trades[-from - 1] ?? TRADES_UNKNOWN),
    ),
  };
}

/** Where each candle comes from: 0, 1, … of the first; -1, -2, … of the second. */
function order(one: CandleColumns, other: CandleColumns): { at: Int32Array; length: number } {
  const at = new Int32Array(one.length + other.length);
  let [i, j, length] = [0, 0, 0];
  while (i < one.length || j < other.length) {
    const a = i < one.length ? (one.openTime[i] as number) : Infinity;
    const b = j < other.length ? (other.openTime[j] as number) : Infinity;
    at[length++] = a <= b ? i : -j - 1;
    if (a <= b) i += 1;
    if (b <= a) j += 1;
  }
  return { at, length };
}

function gathered(one: CountColumn, other: CountColumn, at: Int32Array): CountColumn {
  const narrow = one instanceof Int32Array && other instanceof Int32Array;
  const column: CountColumn = narrow ? new Int32Array(at.length) : new Float64Array(at.length);
  for (let index = 0; index < at.length; index += 1) {
    const from = at[index] as number;
    column[index] = (from >= 0 ? one[from] : other[-from - 1]) as number;
  }
  return column;
}
