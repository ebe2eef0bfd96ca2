import type { EpochMs } from '@sextant/kernel';
import type { Timeframe } from './timeframe.js';

interface Timed {
  openTime: EpochMs;
  closeTime: EpochMs;
}

export interface FillRange<T> {
  /** The candle ahead of them; null: what lies before the first of them stays empty. */
  before: T | null;
  from: EpochMs;
  /** Nothing is made up from here on. */
  until: EpochMs;
  /** Of all that comes out. */
  most: number;
}

/**
 * gap: nothing is invented; `fill=forward` gives OHLC = previous close, volume 0, `synthetic:true`; a bar without trades
 * is not a missing bar.
 *
 * @param make the candle that stands for time without trades, out of the last one that is there
 */
export function fillForward<T extends Timed>(
  candles: readonly T[],
  timeframe: Timeframe,
  range: FillRange<T>,
  make: (openTime: EpochMs, closeTime: EpochMs, last: T) => T,
): T[] {
  const filled: T[] = [];
  let last = range.before;
  const fillTo = (end: EpochMs): void => {
    if (last === null) return;
    let openTime = last.closeTime;
    const first = timeframe.openOf(range.from);
    if (openTime < first) openTime = first < range.from ? timeframe.closeOf(first) : first;
    while (openTime < end && filled.length < range.most) {
      const closeTime = timeframe.closeOf(openTime);
      filled.push(make(openTime, closeTime, last));
      openTime = closeTime;
    }
  };
  for (const candle of candles) {
    fillTo(candle.openTime);
    if (filled.length >= range.most) return filled;
    filled.push(candle);
    last = candle;
  }
  fillTo(range.until);
  return filled;
}
