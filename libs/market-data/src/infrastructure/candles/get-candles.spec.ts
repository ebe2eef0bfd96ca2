import { ManualClock } from '@sextant/platform';
import type { CandleSeries } from '../../application/candles/candle-history.js';
import { GetCandles, GetCandlesHandler } from '../../application/candles/get-candles.js';
import type { CandlesRequest } from '../../application/candles/get-candles.js';
import { ListCandleGaps, ListCandleGapsHandler } from '../../application/candles/list-candle-gaps.js';
import type { MarketData } from '../../application/market-data.js';
import { columnsFromText } from '../../domain/candles/columns-from-text.js';
import { MemoryCandleStore } from './memory-candle-store.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = Date.UTC(2026, 0, 5);

const markets = {
  of: () => ({ touch: () => true }),
  resolveSymbol: (text: string) => text.toUpperCase(),
} as unknown as MarketData;

const seriesOf = (changes: Partial<CandleSeries> = {}): CandleSeries => ({
  ...{ venue: 'PAPER', symbol: 'BTC/USDT', interval: '1m', source: 'TRADES', ...changes },
});

const minute = (at: number, close = 100 + at) => ({
  openTime: DAY + at * MINUTE,
  ...{
    open: '100',
    high: `${Math.max(100, close)}.5`,
    low: '99',
    close: `${close}`,
    volume: '1.5',
    trades: 2,
  },
});

/** A store with candles, and the answers to questions about it at a time. */
async function world(nowMs = DAY + 10 * HOUR) {
  const store = new MemoryCandleStore();
  const clock = new ManualClock(nowMs);
  const handler = new GetCandlesHandler(markets, store, clock);
  const gaps = new ListCandleGapsHandler(markets, store, clock);
  const write = (minutes: number[], spans: [number, number][], changes: Partial<CandleSeries> = {}) =>
    store.write(
      seriesOf(changes),
      columnsFromText(minutes.map((at) => minute(at))),
      spans.map(([from, to]) => ({ from: DAY + from * MINUTE, to: DAY + to * MINUTE })),
    );
  const ask = (changes: Partial<CandlesRequest> = {}) =>
    handler.execute(
      new GetCandles({
        ...{ venue: null, symbol: 'BTC/USDT', interval: '1m', from: null, to: null, limit: 500 },
        ...{ fillForward: false, asOf: null, source: null, closedOnly: false, ...changes },
      }),
    );
  const gapsOf = async (interval: string, within: { from: number | null; to: number | null }) => {
    const page = { list: 'candle-gaps', limit: 50, after: null };
    const found = await gaps.execute(new ListCandleGaps(null, 'BTC/USDT', interval, within, null, page));
    return found.data.map(({ from, to, bars }) => [(from - DAY) / MINUTE, (to - DAY) / MINUTE, bars]);
  };
  return { store, clock, write, ask, gapsOf };
}

const times = ({ candles }: { candles: { openTime: number }[] }) =>
  candles.map(({ openTime }) => (openTime - DAY) / MINUTE);

const all = (count: number, from = 0) => Array.from({ length: count }, (_, at) => from + at);

it('longer candles are made of minutes; one that is not over says so', async () => {
  const { write, ask } = await world(DAY + 90 * MINUTE);
  await write(all(90), [[0, 90]]);
  const { candles, next } = await ask({ interval: '1h' });
  expect(candles).toEqual([
    {
      ...{ openTime: DAY, closeTime: DAY + HOUR, open: '100', high: '159.5', low: '99', close: '159' },
      ...{ volume: '90', trades: 120, closed: true, complete: true, synthetic: false, source: 'TRADES' },
    },
    {
      ...{
        openTime: DAY + HOUR,
        closeTime: DAY + 2 * HOUR,
        open: '100',
        high: '189.5',
        low: '99',
        close: '189',
      },
      ...{ volume: '45', trades: 60, closed: false, complete: true, synthetic: false, source: 'TRADES' },
    },
  ]);
  expect(next).toBeNull();
  expect((await ask({ interval: '1h', closedOnly: true })).candles).toEqual(candles.slice(0, 1));
});

it('an hour that was listened to from its middle on is not complete', async () => {
  const { write, ask } = await world();
  await write(all(90, 30), [[30.5, 120]]);
  expect((await ask({ interval: '1h' })).candles.map(({ complete }) => complete)).toEqual([false, true]);
  expect((await ask({ limit: 90, from: DAY })).candles.slice(0, 2).map(({ complete }) => complete)).toEqual([
    false,
    true,
  ]);
});

it('pages of any size are the whole, in minutes and in quarters of an hour', async () => {
  const { write, ask } = await world();
  await write(
    all(500).filter((at) => at % 7 !== 0),
    [[0, 500]],
  );
  for (const interval of ['1m', '15m']) {
    const whole = await ask({ interval, from: DAY });
    for (const limit of [1, 10, 33]) {
      const found: unknown[] = [];
      for (let from: number | null = DAY; from !== null;) {
        const page = await ask({ interval, from, limit });
        found.push(...page.candles);
        from = page.next;
      }
      expect(found).toEqual(whole.candles);
      expect((await ask({ interval, limit })).candles).toEqual(whole.candles.slice(-limit));
    }
  }
});

it('times select openTime: a bar that opens before is left out, one that opens in the range is whole', async () => {
  const { write, ask } = await world();
  await write(all(120), [[0, 120]]);
  const { candles } = await ask({ interval: '15m', from: DAY + MINUTE, to: DAY + 31 * MINUTE });
  expect(candles.map(({ openTime, trades }) => [(openTime - DAY) / MINUTE, trades])).toEqual([
    [15, 30],
    [30, 30],
  ]);
});

it('as of a time there is what was closed then', async () => {
  const { write, ask } = await world();
  await write(all(120), [[0, 120]]);
  expect(times(await ask({ interval: '15m', asOf: DAY + 44 * MINUTE }))).toEqual([0, 15]);
  expect(times(await ask({ interval: '15m', asOf: DAY + 45 * MINUTE }))).toEqual([0, 15, 30]);
});

it("the venue's own bar counts before an imported one before one of trades, but a whole one before all of them", async () => {
  const { write, ask } = await world();
  await write([0, 1, 2, 3], [[0, 4]]);
  await write([1, 2, 3], [[1, 4]], { source: 'IMPORT' });
  await write([2, 3], [[2, 3]], { source: 'VENUE' });
  const { candles } = await ask({});
  expect(candles.map(({ source }) => source)).toEqual(['TRADES', 'IMPORT', 'VENUE', 'IMPORT']);
  expect(times(await ask({ source: 'IMPORT' }))).toEqual([1, 2, 3]);
});

it('minutes without trades are filled with the close before them when that is asked for, on every page', async () => {
  const { write, ask } = await world(DAY + 8 * MINUTE + 1);
  await write([0, 3, 6], [[0, 8]]);
  const request = { from: DAY + MINUTE, fillForward: true };
  const whole = await ask(request);
  expect(whole.candles.map(({ close, synthetic }) => [close, synthetic])).toEqual([
    ...[
      ['100', true],
      ['100', true],
      ['103', false],
      ['103', true],
      ['103', true],
    ],
    ...[
      ['106', false],
      ['106', true],
    ],
  ]);
  expect(whole.candles[0]).toMatchObject({ volume: '0', trades: 0, open: '100', high: '100', source: null });
  for (const limit of [1, 2, 3, 7]) {
    const found: number[] = [];
    for (let from: number | null = request.from; from !== null;) {
      const page = await ask({ ...request, from, limit });
      found.push(...times(page));
      from = page.next;
    }
    expect(found).toEqual([1, 2, 3, 4, 5, 6, 7]);
  }
  expect(times(await ask({ fillForward: true, limit: 4 }))).toEqual([4, 5, 6, 7]);
});

it('the newest candles after years without a trade are made up as far as they are shown, and no further', async () => {
  const YEARS = 40 * 365 * 24 * 60;
  const { write, ask } = await world(DAY + YEARS * MINUTE + 1);
  await write([0, 3], [[0, 8]]);
  const { candles } = await ask({ fillForward: true, limit: 3 });
  expect(candles.map(({ openTime }) => (openTime - DAY) / MINUTE - YEARS)).toEqual([-3, -2, -1]);
  expect(candles[0]).toMatchObject({ close: '103', synthetic: true });
  // Before the first trade ever nothing is made up.
  const early = await ask({ fillForward: true, limit: 6, to: DAY + 5 * MINUTE });
  expect(times(early)).toEqual([0, 1, 2, 3, 4]);
});

it('gaps are where nobody listened, not where nobody traded', async () => {
  const { write, gapsOf } = await world();
  await write(
    [0, 5, 9, 30],
    [
      [0.5, 10],
      [29.25, 595],
    ],
  );
  expect(await gapsOf('1m', { from: null, to: null })).toEqual([
    [10, 30, 20],
    [595, 599, 4],
  ]);
  expect(await gapsOf('15m', { from: DAY, to: DAY + HOUR })).toEqual([[0, 30, 2]]);
  expect(await gapsOf('1m', { from: DAY + 40 * MINUTE, to: DAY + HOUR })).toEqual([]);
});
