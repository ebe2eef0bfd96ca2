import { CandleSeries, type CandleTrade } from './candle-series.js';
import { candlesOf, nextOpenOf, openOf } from './candle-intervals.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 1, 27, 12);

let lastId = 0;
const trade = (at: number, ticks: number, lots = 1, buyerIsMaker = false): CandleTrade => {
  const quoteUnits = BigInt(ticks * lots);
  return { tradeId: (lastId += 1), ticks, lots, quoteUnits, buyerIsMaker, at };
};

describe('candles', () => {
  it('hold open, high, low, close, volume and what takers bought', () => {
    const series = new CandleSeries(MINUTE, 100);
    for (const each of [trade(START, 100, 2), trade(START + 1, 120, 1, true), trade(START + 2, 90, 3)]) {
      series.add(each);
    }
    expect(series.candles).toHaveLength(1);
    expect(series.candles[0]).toMatchObject({
      open: 100,
      high: 120,
      low: 90,
      close: 90,
      lots: 6n,
      trades: 3,
    });
    expect(series.candles[0]).toMatchObject({ quote: 590n, takerLots: 5n, takerQuote: 470n });
  });

  it('repeat the last close through a quiet time, and open with the first trade after it', () => {
    const series = new CandleSeries(MINUTE, 100);
    series.add(trade(START, 100));
    series.add(trade(START + 3 * MINUTE, 110));
    expect(series.candles.map(({ open, close, trades }) => [open, close, trades])).toEqual([
      [100, 100, 1],
      [100, 100, 0],
      [100, 100, 0],
      [110, 110, 1],
    ]);
  });

  it('are not reopened when the clock goes back, and start afresh when it leaps', () => {
    const series = new CandleSeries(MINUTE, 10);
    series.add(trade(START, 100));
    series.add(trade(START - 5 * MINUTE, 130));
    expect(series.candles).toHaveLength(1);
    expect(series.candles[0]).toMatchObject({ openAt: START, high: 130 });
    series.rollTo(START + 1_000_000 * MINUTE);
    expect(series.candles).toHaveLength(1);
    expect(series.candles[0]).toMatchObject({ openAt: START + 1_000_000 * MINUTE, open: 130 });
  });

  it('add up to any interval without losing a trade', () => {
    const series = new CandleSeries(MINUTE, 1000);
    for (let minute = 0; minute < 200; minute++)
      series.add(trade(START + minute * MINUTE, 100 + (minute % 7), 2));
    for (const interval of ['1m', '5m', '1h', '4h', '1d', '1w', '1M']) {
      const candles = candlesOf(series, { interval, limit: 1000 });
      expect(candles.reduce((sum, candle) => sum + candle.trades, 0)).toBe(200);
      expect(candles.reduce((sum, candle) => sum + candle.lots, 0n)).toBe(400n);
      expect(candles.every(({ openAt }) => openAt === openOf(interval, openAt))).toBe(true);
    }
  });

  it('page from a start, or end with the newest', () => {
    const series = new CandleSeries(MINUTE, 1000);
    for (let minute = 0; minute < 10; minute++) series.add(trade(START + minute * MINUTE, 100));
    const opens = (window: object) =>
      candlesOf(series, { interval: '1m', limit: 2, ...window }).map(
        ({ openAt }) => (openAt - START) / MINUTE,
      );
    expect(opens({})).toEqual([8, 9]);
    expect(opens({ from: START + 3 * MINUTE })).toEqual([3, 4]);
    expect(opens({ to: START + 5 * MINUTE })).toEqual([4, 5]);
    expect(opens({ from: START + 9 * MINUTE, to: START + 9 * MINUTE })).toEqual([9]);
  });

  it('begin weeks on Monday, months on the first, and days where the time zone says', () => {
    const friday = Date.UTC(2026, 1, 27, 20, 30);
    expect(new Date(openOf('1w', friday)).toISOString()).toBe('2026-02-23T00:00:00.000Z');
    expect(new Date(openOf('1M', friday)).toISOString()).toBe('2026-02-01T00:00:00.000Z');
    expect(new Date(nextOpenOf('1M', Date.UTC(2026, 1, 1))).toISOString()).toBe('2026-03-01T00:00:00.000Z');
    expect(new Date(openOf('1d', friday, 8 * 3_600_000)).toISOString()).toBe('2026-02-27T16:00:00.000Z');
  });
});
