import type { Candle } from './candle.js';
import { fillForward } from './fill-forward.js';
import { Timeframe } from './timeframe.js';

const minutes = Timeframe.of('1m');
const candle = (minute: number, closeTicks: number): Candle => ({
  ...{ openTime: minute * 60_000, closeTime: (minute + 1) * 60_000, openTicks: 1, highTicks: 9, lowTicks: 1 },
  ...{ closeTicks, volumeLots: 3, trades: 2, closed: true, synthetic: false },
});

const fill = (candles: Candle[], from: number, until: number, before: Candle | null = null, most = 100) =>
  fillForward(candles, minutes, { before, from: from * 60_000, until: until * 60_000, most });

const short = (candles: Candle[]) =>
  candles.map(({ openTime, closeTicks, synthetic }) => [openTime / 60_000, closeTicks, synthetic]);

it('a minute without trades has the close before it, no volume, and says that it is made up', () => {
  const filled = fill([candle(0, 7), candle(2, 8)], 0, 3);
  expect(short(filled)).toEqual([
    [0, 7, false],
    [1, 7, true],
    [2, 8, false],
  ]);
  expect(filled[1]).toEqual({
    ...{ openTime: 60_000, closeTime: 120_000, openTicks: 7, highTicks: 7, lowTicks: 7, closeTicks: 7 },
    ...{ volumeLots: 0, trades: 0, closed: true, synthetic: true },
  });
});

it('fills from the candle before the range, and to the end of it, not before the first price there ever was', () => {
  expect(short(fill([candle(6, 8)], 5, 8, candle(1, 4)))).toEqual([
    [5, 4, true],
    [6, 8, false],
    [7, 8, true],
  ]);
  expect(short(fill([candle(6, 8)], 4, 7))).toEqual([[6, 8, false]]);
  expect(fill([], 0, 3)).toEqual([]);
});

it('never makes more than was asked for', () => {
  expect(fill([candle(0, 7), candle(1_000_000, 8)], 0, 1_000_001, null, 10)).toHaveLength(10);
});
