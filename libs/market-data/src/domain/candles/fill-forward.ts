import type { EpochMs } from '@sextant/kernel';
import type { Candle } from './candle.js';
import type { Timeframe } from './timeframe.js';

/**
 * gap: nothing is invented; `fill=forward` gives OHLC = previous close, volume 0, `synthetic:true`; a bar without trades
 * is not a missing bar.
 *
 * Fills between the candles, after `before` (the candle ahead of them) and up to `until`; what lies before the first
 * known close stays empty.
 */
export function fillForward(
  candles: readonly Candle[],
  timeframe: Timeframe,
  range: { before: Candle | null; from: EpochMs; until: EpochMs; most: number },
): Candle[] {
  const filled: Candle[] = [];
  let last = range.before;
  const fillTo = (end: EpochMs): void => {
    if (last === null) return;
    let openTime = last.closeTime;
    const first = timeframe.openOf(range.from);
    if (openTime < first) openTime = first < range.from ? timeframe.closeOf(first) : first;
    while (openTime < end && filled.length < range.most) {
      const made = synthetic(openTime, timeframe.closeOf(openTime), last.closeTicks);
      filled.push(made);
      openTime = made.closeTime;
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

function synthetic(openTime: EpochMs, closeTime: EpochMs, ticks: number): Candle {
  return {
    ...{ openTime, closeTime, openTicks: ticks, highTicks: ticks, lowTicks: ticks, closeTicks: ticks },
    ...{ volumeLots: 0, trades: 0, closed: true, synthetic: true },
  };
}
