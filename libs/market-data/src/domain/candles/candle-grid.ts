import { formatScaled, LEDGER_SCALE } from '@sextant/kernel';
import { countColumn } from './candle-columns.js';
import type { CandleColumns, CountColumn } from './candle-columns.js';
import type { CandleGrid } from './candle.js';

/** The coarsest grid on which everything of all of them lies. */
export function commonGrid(grids: readonly CandleGrid[]): CandleGrid {
  const [first, ...others] = grids;
  if (first === undefined) throw new RangeError('no grid is common to nothing');
  return others.reduce<CandleGrid>(
    (one, other) => ({
      tickUnits: greatestDivisor(one.tickUnits, other.tickUnits),
      lotUnits: greatestDivisor(one.lotUnits, other.lotUnits),
    }),
    first,
  );
}

export function isSameGrid(one: CandleGrid, other: CandleGrid): boolean {
  return one.tickUnits === other.tickUnits && one.lotUnits === other.lotUnits;
}

/** The same candles counted on a finer grid. @throws RangeError when a number passes 2^53 there */
export function onGrid(columns: CandleColumns, grid: CandleGrid): CandleColumns {
  if (isSameGrid(columns.grid, grid)) return columns;
  const ticks = factor(columns.grid.tickUnits, grid.tickUnits);
  const lots = factor(columns.grid.lotUnits, grid.lotUnits);
  return {
    ...columns,
    grid,
    openTicks: times(columns.openTicks, ticks),
    highTicks: times(columns.highTicks, ticks),
    lowTicks: times(columns.lowTicks, ticks),
    closeTicks: times(columns.closeTicks, ticks),
    volumeLots: times(columns.volumeLots, lots),
  };
}

/** Writes a count as a decimal: `count` ticks of 0.01 as `61837.63`. */
export function countToText(count: number, units: bigint): string {
  return formatScaled(BigInt(count) * units, LEDGER_SCALE);
}

function times(column: CountColumn, by: number): CountColumn {
  return by === 1 ? column : countColumn(Float64Array.from(column, (count) => count * by));
}

function factor(from: bigint, to: bigint): number {
  const quotient = from / to;
  if (quotient * to !== from) throw new RangeError(`${from} is no multiple of ${to}`);
  return Number(quotient);
}

function greatestDivisor(one: bigint, other: bigint): bigint {
  let [a, b] = [one, other];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
