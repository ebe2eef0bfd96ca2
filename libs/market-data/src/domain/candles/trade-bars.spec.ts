import { Instrument } from '@sextant/kernel';
import { fc } from '../../../../../test/support/property.js';
import { TradeBarBuilder } from './trade-bars.js';
import type { BarSize, TradeBar } from './trade-bars.js';

const instrument = Instrument.load({
  ...{ venue: 'PAPER', symbol: 'BTC/USDT', tickSize: '0.01', stepSize: '0.00001', minPrice: '0.01' },
  ...{ maxPrice: '1000000', minQuantity: '0.00001', maxQuantity: '9000', minNotional: '5' },
  ...{ makerFeeRate: '0.001', takerFeeRate: '0.001' },
});

const trades = fc.array(
  fc.record({
    priceTicks: fc.integer({ min: 1, max: 10_000_000 }),
    lots: fc.integer({ min: 1, max: 100_000 }),
  }),
  { maxLength: 100 },
);

const sizes = fc.oneof(
  fc.integer({ min: 1, max: 20 }).map((count): BarSize => ({ trades: count })),
  fc.integer({ min: 1, max: 500_000 }).map((lots): BarSize => ({ lots })),
  fc.bigInt({ min: 1n, max: 10n ** 24n }).map((quoteUnits): BarSize => ({ quoteUnits })),
);

function barsOf(stream: readonly { priceTicks: number; lots: number }[], size: BarSize) {
  const bars: TradeBar[] = [];
  const builder = new TradeBarBuilder(instrument, size, (bar) => bars.push(bar));
  stream.forEach((each, at) => builder.add({ ...each, tradeId: at, executedAt: 1_000 + at }));
  return { bars, open: builder.open() };
}

it('bars of ten trades, of a tenth of a bitcoin and of a thousand dollars', () => {
  const stream = Array.from({ length: 25 }, (_, at) => ({ priceTicks: 5_000_000 + at, lots: 1_000 }));
  expect(barsOf(stream, { trades: 10 }).bars.map(({ trades: count }) => count)).toEqual([10, 10]);
  expect(barsOf(stream, { lots: 10_000 }).bars.map(({ volumeLots }) => volumeLots)).toEqual([10_000, 10_000]);
  // 0.01 BTC at 50,000 is 500: two trades fill a thousand.
  expect(barsOf(stream, { quoteUnits: 1_000n * 10n ** 18n }).bars[0]).toEqual({
    ...{ openTime: 1_000, lastTime: 1_001, openTicks: 5_000_000, highTicks: 5_000_001, lowTicks: 5_000_000 },
    ...{ closeTicks: 5_000_001, volumeLots: 2_000, quoteUnits: 1_000_000_100_000_000_000_000n },
    ...{ trades: 2, closed: true },
  });
});

it('each trade is in one bar, a bar is full only with its last trade, and the rest is open', () => {
  fc.assert(
    fc.property(trades, sizes, (stream, size) => {
      const { bars, open } = barsOf(stream, size);
      const all = open === null ? bars : [...bars, open];
      let next = 0;
      for (const bar of all) {
        const own = stream.slice(next, next + bar.trades);
        next += bar.trades;
        expect(bar.volumeLots).toBe(own.reduce((sum, { lots }) => sum + lots, 0));
        expect([bar.openTicks, bar.closeTicks]).toEqual([own[0]?.priceTicks, own.at(-1)?.priceTicks]);
        expect(bar.highTicks).toBe(Math.max(...own.map(({ priceTicks }) => priceTicks)));
        expect(bar.lowTicks).toBe(Math.min(...own.map(({ priceTicks }) => priceTicks)));
        const withoutLast = barsOf(own.slice(0, -1), size).bars;
        expect([withoutLast.length, bar.closed]).toEqual([0, bar !== open]);
      }
      expect(next).toBe(stream.length);
    }),
  );
});

it('a bar of nothing is refused', () => {
  expect(() => barsOf([], { trades: 0 })).toThrow(RangeError);
  expect(() => barsOf([], { quoteUnits: 0n })).toThrow(RangeError);
});
