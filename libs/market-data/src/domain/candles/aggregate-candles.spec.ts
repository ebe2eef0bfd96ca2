import { fc } from '../../../../../test/support/property.js';
import { aggregateCandles } from './aggregate-candles.js';
import { candleAt, columnsOf } from './candle-columns.js';
import type { CandleColumns } from './candle-columns.js';
import { candlesIfPresent, recordedCandles } from './candle-fixtures.contract.js';
import { commonGrid, countToText, onGrid } from './candle-grid.js';
import { columnsFromText } from './columns-from-text.js';
import type { CandleText } from './columns-from-text.js';
import { Timeframe } from './timeframe.js';

const DAY = 86_400_000;
const WITHOUT_LICENCE = '../shared/data/candles';

/** Each candle as its digits, by when it opens. */
function digits(columns: CandleColumns): Map<number, string> {
  const { tickUnits, lotUnits } = columns.grid;
  const text = (at: number) => {
    const { openTicks, highTicks, lowTicks, closeTicks, volumeLots } = columns;
    const prices = [openTicks, highTicks, lowTicks, closeTicks].map((column) =>
      countToText(column[at] as number, tickUnits),
    );
    return [...prices, countToText(volumeLots[at] as number, lotUnits)].join(' ');
  };
  return new Map(Array.from(columns.openTime, (time, at) => [time, text(at)]));
}

/** Those of the venue and ours, of the same times, that are not the same to the digit. */
function compare(shorter: CandleText[], interval: string, longer: CandleText[]) {
  const ours = digits(aggregateCandles(columnsFromText(shorter), Timeframe.of(interval)));
  const theirs = digits(columnsFromText(longer));
  const both = [...ours.keys()].filter((time) => theirs.has(time));
  return { compared: both.length, different: both.filter((time) => ours.get(time) !== theirs.get(time)) };
}

describe('candles of an exchange', () => {
  it('three days of Coinbase in minutes make its own days, to the digit', () => {
    const minutes = recordedCandles('coinbase_BTCUSD_1m_2018-04');
    const days = recordedCandles('coinbase_BTCUSD_1d_2014-2018');
    expect(compare(minutes, '1d', days)).toEqual({ compared: 3, different: [] });
  });

  it('two months of Binance in hours make its own days, but for the two days that begin or end outside', () => {
    const hours = recordedCandles('binance_BTCUSDT_1h_2020-05_06_mit');
    const days = recordedCandles('binance_BTCUSDT_1d_2017-2021_apache', DAY);
    const whole = hours.filter(
      ({ openTime }) => openTime >= Date.UTC(2020, 4, 1) && openTime < Date.UTC(2020, 6, 1),
    );
    expect(compare(whole, '1d', days)).toEqual({ compared: 61, different: [] });
    expect(compare(hours, '1d', days).different).toEqual([Date.UTC(2020, 3, 30), Date.UTC(2020, 6, 1)]);
  });

  it.each(['BTCUSDT', 'ETHUSDT'])('two years of %s at Binance, where those files are at hand', (market) => {
    const files = ['1h', '4h', '1d'].map((name) =>
      candlesIfPresent(`${WITHOUT_LICENCE}/binance_${market}_${name}_2022-2023.csv.gz`),
    );
    const [hours, fours, days] = files;
    if (hours == null || fours == null || days == null) return expect(files).toContain(null);
    // The venue was away for an hour on 24 March 2023: its four hours know an open that its hours do not.
    const outage = Date.UTC(2023, 2, 24, 12);
    expect(compare(hours, '4h', fours)).toEqual({ compared: 4_380, different: [outage] });
    expect(compare(fours, '1d', days)).toEqual({ compared: 730, different: [] });
    expect(compare(hours, '1d', days)).toEqual({ compared: 730, different: [] });
  });
});

const grid = { tickUnits: 10n ** 16n, lotUnits: 10n ** 10n };

const someCandles = fc
  .uniqueArray(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 })
  .chain((minutes) =>
    fc.tuple(
      fc.constant(minutes.sort((a, b) => a - b)),
      fc.array(fc.array(fc.integer({ min: 1, max: 3_000_000_000 }), { minLength: 5, maxLength: 5 }), {
        minLength: minutes.length,
        maxLength: minutes.length,
      }),
    ),
  )
  .map(([minutes, numbers]) =>
    columnsOf(
      minutes.map((minute, at) => {
        const [a, b, c, d, volumeLots] = numbers[at] as [number, number, number, number, number];
        const openTime = Date.UTC(2024, 1, 20) + minute * 60_000;
        const [highTicks, lowTicks] = [Math.max(a, b, c, d), Math.min(a, b, c, d)];
        return {
          ...{ openTime, closeTime: openTime + 60_000, openTicks: a, highTicks, lowTicks, closeTicks: b },
          ...{ volumeLots, trades: 1, closed: true, synthetic: false },
        };
      }),
      grid,
    ),
  );

const chains = fc.constantFrom(
  ['5m', '1h', '1d'],
  ['3m', '30m', '12h'],
  ['15m', '8h', '1d', '1w'],
  ['1h', '4h', '1d', '3d'],
  ['30m', '6h', '1d', '1M'],
);

describe('longer candles', () => {
  it('are the same by whatever steps they are made', () => {
    fc.assert(
      fc.property(someCandles, chains, (minutes, chain) => {
        const names = chain.map((name) => Timeframe.of(name));
        const stepwise = names.reduce(aggregateCandles, minutes);
        expect(stepwise).toEqual(aggregateCandles(minutes, names.at(-1) as Timeframe));
      }),
    );
  });

  it('neither lose nor invent volume, trades or extremes', () => {
    fc.assert(
      fc.property(someCandles, fc.constantFrom(...Timeframe.names.slice(1)), (minutes, name) => {
        const longer = aggregateCandles(minutes, Timeframe.of(name));
        const sum = (columns: CandleColumns) => Array.from(columns.volumeLots).reduce((a, b) => a + b, 0);
        expect(sum(longer)).toBe(sum(minutes));
        expect(longer.trades.reduce((a, b) => a + b, 0)).toBe(minutes.length);
        expect(Math.max(...longer.highTicks)).toBe(Math.max(...minutes.highTicks));
        expect(Math.min(...longer.lowTicks)).toBe(Math.min(...minutes.lowTicks));
      }),
    );
  });

  it('with a volume past 2^53 lots count in larger lots', () => {
    const huge = columnsOf(
      [0, 1, 2].map((minute) => ({
        ...{
          openTime: minute * 60_000,
          closeTime: 0,
          openTicks: 1,
          highTicks: 1,
          lowTicks: 1,
          closeTicks: 1,
        },
        ...{ volumeLots: 9_000_000_000_000_005, trades: null, closed: true, synthetic: false },
      })),
      { tickUnits: 1n, lotUnits: 1n },
    );
    const hour = aggregateCandles(huge, Timeframe.of('1h'));
    expect([hour.grid.lotUnits, hour.volumeLots[0]]).toEqual([10n, 2_700_000_000_000_002]);
    expect(candleAt(hour, 0, Timeframe.of('1h'), 3_600_000)).toMatchObject({ trades: null, closed: true });
    expect(candleAt(hour, 0, Timeframe.of('1h'), 3_599_999).closed).toBe(false);
  });

  it('from grids that changed lie on the finest one that both need', () => {
    const coarse = columnsOf([], { tickUnits: 5n * 10n ** 16n, lotUnits: 10n ** 15n }).grid;
    expect(commonGrid([coarse, { tickUnits: 2n * 10n ** 16n, lotUnits: 10n ** 14n }])).toEqual({
      tickUnits: 10n ** 16n,
      lotUnits: 10n ** 14n,
    });
    const minutes = columnsFromText(recordedCandles('coinbase_BTCUSD_1m_2018-04'));
    const finer = { tickUnits: minutes.grid.tickUnits / 100n, lotUnits: minutes.grid.lotUnits };
    expect(digits(onGrid(minutes, finer))).toEqual(digits(minutes));
  });
});
