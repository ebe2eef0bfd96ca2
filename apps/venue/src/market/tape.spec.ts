import { Market } from '../engine/market.js';
import { dayStatistics } from './day-statistics.js';
import { Display, percentChange } from './display.js';
import { SymbolTape } from './symbol-tape.js';
import { aggregatesFrom, tradesFrom } from './tape-pages.js';

const AT = Date.UTC(2026, 0, 2);
const rules = { symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', tickSize: '0.01', stepSize: '0.00001' };
const market = new Market(rules);

function tapeOf(...trades: [at: number, ticks: number, lots: number, buyerIsMaker?: boolean][]): SymbolTape {
  const tape = new SymbolTape(market, []);
  trades.forEach(([at, ticks, lots, buyerIsMaker = false], index) =>
    tape.add({
      kind: 'Traded',
      symbol: 'BTCUSDT',
      tradeId: index + 1,
      ticks,
      lots,
      quoteUnits: market.quoteUnits(ticks, lots),
      buyerIsMaker,
      at: AT + at,
    }),
  );
  return tape;
}

describe('the tape', () => {
  it('tells trades of one moment, price and direction as one', () => {
    const tape = tapeOf([0, 100, 1], [0, 100, 2], [0, 101, 1], [1, 101, 1], [1, 101, 1, true]);
    expect(
      tape.trades.aggregates.map(({ id, lots, firstId, lastId }) => [id, lots, firstId, lastId]),
    ).toEqual([
      [1, 3, 1, 2],
      [2, 1, 3, 3],
      [3, 1, 4, 4],
      [4, 1, 5, 5],
    ]);
  });

  it('pages by id and by time, trades of equal time included', () => {
    const tape = tapeOf([0, 100, 1], [5, 101, 1], [5, 102, 1], [5, 103, 1], [9, 104, 1]);
    expect(tradesFrom(tape.trades, null, 2).map(({ tradeId }) => tradeId)).toEqual([4, 5]);
    expect(tradesFrom(tape.trades, 2, 2).map(({ tradeId }) => tradeId)).toEqual([2, 3]);
    const page = (window: object) =>
      aggregatesFrom(tape.trades, { fromId: null, from: null, to: null, limit: 2, ...window }).map(
        ({ id }) => id,
      );
    expect(page({ from: AT + 5 })).toEqual([2, 3]);
    expect(page({ to: AT + 5 })).toEqual([3, 4]);
    expect(page({ fromId: 4 })).toEqual([4, 5]);
  });

  it('sums the last day up, and not the day before', () => {
    const hour = 3_600_000;
    const tape = tapeOf([0, 5_000, 10], [hour, 6_000, 10], [25 * hour, 4_000, 10]);
    const { day, previousClose } = dayStatistics(tape, AT + 25 * hour + 60_000)!;
    expect(day).toMatchObject({ high: 6_000, low: 4_000, close: 4_000, trades: 1 });
    expect(previousClose).toBe(6_000);
    expect(dayStatistics(new SymbolTape(market, []), AT)).toBeNull();
  });

  it('is shown in fixed decimals', () => {
    const display = Display.spot(market);
    expect([display.price(6_173_763), display.quantity(2_000), display.price(-5)]).toEqual([
      '61737.63000000',
      '0.02000000',
      '-0.05000000',
    ]);
    const futures = Display.futures(new Market({ ...rules, tickSize: '0.10', stepSize: '0.001' }));
    expect([futures.price(617_376), futures.quantity(20)]).toEqual(['61737.6', '0.020']);
    expect(display.averagePrice(market.quoteUnits(100, 3), 3n, 0)).toBe('1.00000000');
    expect(percentChange(10_000, 9_987)).toBe('-0.130');
    expect(percentChange(10_000, 10_000)).toBe('0.000');
  });
});
