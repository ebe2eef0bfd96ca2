import { fillForward } from './fill-forward.js';
import { Timeframe } from './timeframe.js';

interface Bar {
  openTime: number;
  closeTime: number;
  close: string;
  synthetic: boolean;
}

const minutes = Timeframe.of('1m');
const bar = (minute: number, close: string): Bar => ({
  ...{ openTime: minute * 60_000, closeTime: (minute + 1) * 60_000, close, synthetic: false },
});

function fill(bars: Bar[], from: number, until: number, before: Bar | null = null, most = 100) {
  const range = { before, from: from * 60_000, until: until * 60_000, most };
  const make = (openTime: number, closeTime: number, { close }: Bar): Bar => ({
    ...{ openTime, closeTime, close, synthetic: true },
  });
  return fillForward(bars, minutes, range, make).map(({ openTime, closeTime, close, synthetic }) => {
    expect(closeTime - openTime).toBe(60_000);
    return [openTime / 60_000, close, synthetic];
  });
}

it('time without trades has the close before it, and what was traded stays', () => {
  expect(fill([bar(0, '7'), bar(2, '8')], 0, 3)).toEqual([
    [0, '7', false],
    [1, '7', true],
    [2, '8', false],
  ]);
});

it('fills from the candle before the range, and to the end of it, not before the first price there ever was', () => {
  expect(fill([bar(6, '8')], 5, 8, bar(1, '4'))).toEqual([
    [5, '4', true],
    [6, '8', false],
    [7, '8', true],
  ]);
  expect(fill([bar(6, '8')], 4, 7)).toEqual([[6, '8', false]]);
  expect(fill([], 0, 3)).toEqual([]);
});

it('never makes more than was asked for', () => {
  expect(fill([bar(0, '7'), bar(1_000_000, '8')], 0, 1_000_001, null, 10)).toHaveLength(10);
});
