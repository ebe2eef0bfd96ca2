import type { CandleSeries } from '../../application/candles/candle-history.js';
import type { CandleStore } from '../../application/candles/candle-store.js';
import { candleAt, columnsOf } from '../../domain/candles/candle-columns.js';
import type { CandleColumns } from '../../domain/candles/candle-columns.js';
import { countToText } from '../../domain/candles/candle-grid.js';
import type { Candle } from '../../domain/candles/candle.js';
import { Timeframe } from '../../domain/candles/timeframe.js';

const MINUTE = 60_000;
const DAY = Date.UTC(2024, 1, 28);
const grid = { tickUnits: 10n ** 16n, lotUnits: 10n ** 13n };
const ME = 'process-1';

function candle(minute: number, changes: Partial<Candle> = {}): Candle {
  const openTime = DAY + minute * MINUTE;
  return {
    ...{ openTime, closeTime: openTime + MINUTE, openTicks: 100 + minute, highTicks: 9_000 + minute },
    ...{ lowTicks: 50, closeTicks: 200 + minute, volumeLots: 7 + minute, trades: 3 },
    ...{ closed: true, synthetic: false, ...changes },
  };
}

const minutes = (count: number, from = 0, step = 1) =>
  columnsOf(
    Array.from({ length: count }, (_, at) => candle(from + at * step)),
    grid,
  );

function told(columns: CandleColumns): Candle[] {
  return Array.from({ length: columns.length }, (_, at) =>
    candleAt(columns, at, Timeframe.of('1m'), Infinity),
  );
}

/** What every store of candles does. `symbol` keeps the cases of one store apart. */
export function describeCandleStore(name: string, open: () => CandleStore): void {
  let number = 0;
  const fresh = (changes: Partial<CandleSeries> = {}): CandleSeries => ({
    ...{ venue: 'PAPER', symbol: `C${(number += 1)}/USDT`, interval: '1m', source: 'TRADES', ...changes },
  });
  const all = (series: CandleSeries) => ({ series, from: 0, to: DAY * 2 });
  const readAll = async (store: CandleStore, series: CandleSeries) =>
    (await store.read([all(series)]))[0]?.columns as CandleColumns;

  describe(`candles in ${name}`, () => {
    it('come back as they were written, over days, with holes, in any part', async () => {
      const store = open();
      const series = fresh();
      const written = minutes(400, 1_300, 7);
      await store.write(series, written, [{ from: DAY, to: DAY + 9_000 * MINUTE }]);
      expect(told(await readAll(store, series))).toEqual(told(written));
      const from = DAY + 1_400 * MINUTE;
      const to = DAY + 3_000 * MINUTE;
      const [part] = await store.read([{ series, from, to }]);
      expect(told(part?.columns as CandleColumns)).toEqual(
        told(written).filter(({ openTime }) => openTime >= from && openTime < to),
      );
      const [first, last] = await store.read([
        { series, from, to, limit: 5 },
        { series, from, to, limit: 5, newest: true },
      ]);
      const whole = told(part?.columns as CandleColumns);
      expect(told(first?.columns as CandleColumns)).toEqual(whole.slice(0, 5));
      expect(told(last?.columns as CandleColumns)).toEqual(whole.slice(-5));
    });

    it('of a later writing take the place of those before, the others stay', async () => {
      const store = open();
      const series = fresh();
      await store.write(series, minutes(3_000), []);
      const better = [candle(5, { closeTicks: 1 }), candle(2_999, { closeTicks: 2 }), candle(3_000)];
      await store.write(series, columnsOf(better, grid), []);
      const after = told(await readAll(store, series));
      expect(after).toHaveLength(3_001);
      expect([after[4], after[5], after[2_999], after[3_000]]).toEqual([candle(4), ...better]);
    });

    it('on other grids, past 32 bits and without a count of trades are exact', async () => {
      const store = open();
      const series = fresh({ source: 'IMPORT' });
      await store.write(series, minutes(2), []);
      const huge = { volumeLots: 9_007_199_254_740_991, trades: null };
      await store.write(
        series,
        columnsOf([candle(1_440, huge)], { ...grid, tickUnits: 5n * 10n ** 16n }),
        [],
      );
      const wide = { openTicks: 2 ** 31, highTicks: 2 ** 40 + 1, lowTicks: 3, closeTicks: 4 };
      await store.write(series, columnsOf([candle(2_880, wide)], { ...grid, tickUnits: 10n ** 12n }), []);
      const { openTicks, volumeLots, highTicks, grid: common, trades } = await readAll(store, series);
      const text = (column: ArrayLike<number>, units: bigint) =>
        Array.from(column, (count) => countToText(count, units));
      expect(text(openTicks, common.tickUnits)).toEqual(['1', '1.01', '77', '2147.483648']);
      expect(text(highTicks, common.tickUnits)[3]).toBe('1099511.627777');
      expect(text(volumeLots, common.lotUnits)[2]).toBe('90071992547.40991');
      expect([...trades]).toEqual([3, 3, -1, 3]);
    });

    it('of many series are read in one go, each in its place', async () => {
      const store = open();
      const [one, none, other] = [fresh(), fresh(), fresh({ interval: '1d', source: 'VENUE' })];
      await store.write(one, minutes(3), []);
      const days = [0, 1, 5].map((day) => candle(day * 1_440, { closeTicks: day }));
      await store.write(other, columnsOf(days, grid), []);
      const found = await store.read([all(other), all(none), all(one)]);
      expect(found.map(({ columns }) => [...columns.closeTicks])).toEqual([[0, 1, 5], [], [200, 201, 202]]);
      expect(await store.series('PAPER', other.symbol)).toEqual([other]);
    });

    it('that are live change until they are closed, and then never', async () => {
      const store = open();
      const series = fresh();
      const { venue, symbol } = series;
      expect(await store.claim([{ venue, symbol }], ME, 60_000)).toEqual([{ venue, symbol }]);
      const now = Math.floor(Date.now() / MINUTE) * MINUTE;
      const live = (at: number, changes: Partial<Candle>) => ({
        ...{ series, grid, candle: candle(0, { openTime: at, closeTime: at + MINUTE, ...changes }) },
      });
      await store.keepLive([live(now, { closed: false, closeTicks: 1 })], [], ME);
      await store.keepLive([live(now, { closed: false, closeTicks: 2 })], [], ME);
      const range = { series, from: now - MINUTE, to: now + 2 * MINUTE };
      const [still] = await store.read([range]);
      expect([[...(still?.columns.closeTicks ?? [])], still?.openFrom]).toEqual([[2], now]);
      await store.keepLive([live(now, { closeTicks: 3 }), live(now + MINUTE, { closed: false })], [], ME);
      await store.keepLive([live(now, { closed: false, closeTicks: 4 })], [], ME);
      const [after] = await store.read([range]);
      expect([after?.columns.closeTicks[0], after?.openFrom]).toEqual([3, now + MINUTE]);
    });

    it('of a market that another process records are not touched', async () => {
      const store = open();
      const series = fresh();
      const market = { venue: series.venue, symbol: series.symbol };
      await store.claim([market], ME, 60_000);
      expect(await store.claim([market], 'process-2', 60_000)).toEqual([]);
      const span = { series, span: { from: DAY, to: DAY + 1 } };
      await store.keepLive([{ series, grid, candle: candle(0) }], [span], 'process-2');
      expect((await readAll(store, series)).length).toBe(0);
      expect(await store.covered([all(series)])).toEqual([[]]);
    });

    it('that are live and old are sealed without a change, before and after others', async () => {
      const store = open();
      const series = fresh();
      await store.claim([{ venue: series.venue, symbol: series.symbol }], ME, 60_000);
      await store.write(series, minutes(10), []);
      const live = [10, 11, 13, 1_500].map((minute) => ({ series, grid, candle: candle(minute) }));
      await store.keepLive(live, [], ME);
      const before = told(await readAll(store, series));
      expect(before).toHaveLength(14);
      expect(await store.seal(DAY + 12 * MINUTE)).toBe(2);
      expect(told(await readAll(store, series))).toEqual(before);
      expect(await store.seal(DAY + 1_501 * MINUTE)).toBe(2);
      expect(told(await readAll(store, series))).toEqual(before);
    });

    it('know when their market was listened to; a span that goes on is one, and may turn out shorter', async () => {
      const store = open();
      const series = fresh();
      await store.claim([{ venue: series.venue, symbol: series.symbol }], ME, 60_000);
      const span = (to: number) => [{ series, span: { from: DAY, to } }];
      await store.keepLive([], span(DAY + 500), ME);
      await store.keepLive([], span(DAY + 400), ME);
      await store.write(series, minutes(0), [{ from: DAY + 1_000, to: DAY + 2_000 }]);
      expect(await store.covered([all(series), { ...all(series), from: DAY + 400 }])).toEqual([
        [
          { from: DAY, to: DAY + 400 },
          { from: DAY + 1_000, to: DAY + 2_000 },
        ],
        [{ from: DAY + 1_000, to: DAY + 2_000 }],
      ]);
    });

    it('that were built here are dropped when they are old; what somebody brought stays', async () => {
      const store = open();
      const symbol = fresh().symbol;
      const [built, brought] = [
        fresh({ symbol, interval: '1s' }),
        fresh({ symbol, interval: '1s', source: 'IMPORT' }),
      ];
      for (const series of [built, brought]) await store.write(series, minutes(120), []);
      expect(await store.forget('1s', DAY + 60 * MINUTE)).toBe(60);
      expect((await readAll(store, built)).openTime[0]).toBe(DAY + 60 * MINUTE);
      expect((await readAll(store, brought)).length).toBe(120);
    });
  });
}
