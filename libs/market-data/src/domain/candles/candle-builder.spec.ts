import { fc } from '../../../../../test/support/property.js';
import { aggregateCandles } from './aggregate-candles.js';
import { CandleBuilder } from './candle-builder.js';
import type { BarTrade, TradeVerdict } from './candle-builder.js';
import type { Candle } from './candle.js';
import { candleAt, columnsOf } from './candle-columns.js';
import { Timeframe } from './timeframe.js';

const MINUTE = 60_000;
const START = Date.UTC(2024, 7, 8, 23, 50);
const grid = { tickUnits: 10n ** 16n, lotUnits: 10n ** 13n };

const trade = (tradeId: number | string, atMs: number, priceTicks = 100, lots = 1): BarTrade => ({
  ...{ tradeId, priceTicks, lots, executedAt: START + atMs },
});

function build(trades: readonly BarTrade[], name = '1m', latenessMs = 1_000) {
  const closed: Candle[] = [];
  const builder = new CandleBuilder(Timeframe.of(name), { latenessMs }, (candle) => closed.push(candle));
  const verdicts = trades.map((each) => builder.add(each));
  return { builder, closed, verdicts };
}

/** All candles of a stream, whether they are closed already or not. */
function allOf(trades: readonly BarTrade[], name = '1m', latenessMs = 1_000): Candle[] {
  const { builder, closed } = build(trades, name, latenessMs);
  return [...closed, ...builder.open().map((candle) => ({ ...candle, closed: true }))];
}

const stream = fc
  .array(
    fc.record({
      stepMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40_000 })),
      priceTicks: fc.integer({ min: 1, max: 1_000_000 }),
      lots: fc.integer({ min: 1, max: 1_000_000 }),
    }),
    { maxLength: 120 },
  )
  .map((steps) => {
    let atMs = 0;
    return steps.map(({ stepMs, priceTicks, lots }, at) => trade(at + 1, (atMs += stepMs), priceTicks, lots));
  });

describe('a candle of trades', () => {
  it('has the first price, the extremes, the last price and the sum of what was traded', () => {
    const { closed } = build([
      ...[trade(1, 0, 100, 5), trade(2, 10, 130, 1), trade(3, 20, 90, 1), trade(4, 59_999, 110, 3)],
      trade(5, MINUTE, 500),
      trade(6, MINUTE + 1_000, 500),
    ]);
    expect(closed).toEqual([
      {
        ...{ openTime: START, closeTime: START + MINUTE, openTicks: 100, highTicks: 130, lowTicks: 90 },
        ...{ closeTicks: 110, volumeLots: 10, trades: 4, closed: true, synthetic: false },
      },
    ]);
  });

  it('closes once, when a trade is far enough past its end', () => {
    const { builder, closed } = build([trade(1, 0), trade(2, MINUTE + 999)]);
    expect(closed).toEqual([]);
    builder.add(trade(3, MINUTE + 1_000));
    builder.add(trade(4, MINUTE + 30_000));
    builder.advance(START + MINUTE + 31_000);
    expect(closed.map(({ openTime }) => openTime)).toEqual([START]);
  });

  it('closes by the clock where no later trade comes', () => {
    const { builder, closed } = build([trade(1, 0)]);
    builder.advance(START + MINUTE + 4_999);
    expect(closed).toEqual([]);
    builder.advance(START + MINUTE + 5_000);
    builder.advance(START + MINUTE + 5_001);
    expect(closed).toHaveLength(1);
    expect(builder.open()).toEqual([]);
  });

  it('takes a trade that was overtaken, and says of one that is too late that it is', () => {
    const { verdicts, closed, builder } = build([
      ...[trade(2, 59_000, 100), trade(4, MINUTE + 500, 300), trade(3, 59_999, 200)],
      ...[trade(5, MINUTE + 1_000), trade(6, 59_999, 9_999)],
    ]);
    const expected: TradeVerdict[] = ['TAKEN', 'TAKEN', 'TAKEN', 'TAKEN', 'LATE'];
    expect(verdicts).toEqual(expected);
    expect(closed).toMatchObject([{ closeTicks: 200, highTicks: 200, trades: 2 }]);
    expect(builder.open()).toMatchObject([{ openTicks: 300, trades: 2 }]);
  });

  it('is not there where nothing was traded', () => {
    const { closed } = build([trade(1, 0), trade(2, 10 * MINUTE), trade(3, 11 * MINUTE + 1_000)]);
    expect(closed.map(({ openTime }) => (openTime - START) / MINUTE)).toEqual([0, 10]);
  });

  it('of one millisecond opens and closes by the ids of its trades, also when those are text', () => {
    for (const id of [(n: number) => n, String]) {
      const [candle] = allOf([trade(id(10), 5, 3), trade(id(9), 5, 2), trade(id(11), 5, 4)]);
      expect(candle).toMatchObject({ openTicks: 2, closeTicks: 4 });
    }
    expect(allOf([trade('b', 5, 3), trade('a', 5, 2)])).toMatchObject([{ openTicks: 3, closeTicks: 2 }]);
  });
});

describe('whatever way the trades come', () => {
  it('the candles are the same, each told once and in order', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(119)), fc.array(fc.nat(5_000)), (trades, again, clock) => {
        const expected = allOf(trades);
        // Some are repeated at once, and the clock moves between them, never past what the trades allow.
        const closed: Candle[] = [];
        const builder = new CandleBuilder(Timeframe.of('1m'), { idleMs: 60_000 }, (one) => closed.push(one));
        trades.forEach((each, at) => {
          builder.add(each);
          if (again.includes(at)) builder.add(each);
          builder.advance(each.executedAt + (clock[at] ?? 0));
        });
        expect([...closed, ...builder.open().map((one) => ({ ...one, closed: true }))]).toEqual(expected);
        expect(closed.map(({ openTime }) => openTime)).toEqual(
          [...new Set(closed.map(({ openTime }) => openTime))].sort((a, b) => a - b),
        );
      }),
    );
  });

  it('trades that overtake each other by less than the lateness change nothing', () => {
    const shuffled = stream.chain((trades) =>
      fc.tuple(
        fc.constant(trades),
        fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: trades.length, maxLength: trades.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([trades, delays]) => {
        const arrival = trades.map((each, at) => ({ each, due: each.executedAt + (delays[at] as number) }));
        const reordered = arrival.sort((a, b) => a.due - b.due).map(({ each }) => each);
        expect(allOf(reordered, '1m', 2_000)).toEqual(allOf(trades, '1m', 2_000));
      }),
    );
  });

  it('longer candles of the trades are those of their minutes', () => {
    fc.assert(
      fc.property(stream, fc.constantFrom('3m', '15m', '1h', '1d', '1w', '1M'), (trades, name) => {
        const timeframe = Timeframe.of(name);
        const minutes = columnsOf(allOf(trades), grid);
        const longer = aggregateCandles(minutes, timeframe);
        const candles = Array.from({ length: longer.length }, (_, at) =>
          candleAt(longer, at, timeframe, Infinity),
        );
        expect(candles).toEqual(allOf(trades, name));
      }),
    );
  });
});
