import type { Candle } from './candle-series.js';
import { flat } from './candle-series.js';
import { merge } from './candle-intervals.js';
import type { SymbolTape } from './symbol-tape.js';

const DAY_MS = 24 * 60 * 60_000;

/** The last 24 hours as one candle, with the close before it; null where nothing was ever traded. */
export interface DayStatistics {
  day: Candle;
  previousClose: number;
  openTime: number;
  closeTime: number;
}

export function dayStatistics(tape: SymbolTape, now: number): DayStatistics | null {
  return statisticsSince(tape, now - DAY_MS, now);
}

/** The same over any window that ends now, of whole minutes. */
export function statisticsSince(tape: SymbolTape, since: number, now: number): DayStatistics | null {
  const { candles } = tape.minutes;
  const last = candles.at(-1);
  if (last === undefined) return null;
  let first = candles.length - 1;
  while (first > 0 && candles[first - 1]!.openAt >= since) first -= 1;
  const begin = candles[first]!;
  const day: Candle = { ...flat(begin.openAt, begin.open) };
  for (let i = first; i < candles.length; i++) merge(day, candles[i]!);
  return {
    day,
    previousClose: candles[first - 1]?.close ?? begin.open,
    openTime: since,
    closeTime: now,
  };
}
