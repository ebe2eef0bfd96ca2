import { CandleStore, columnsFromText } from '@sextant/market-data';
import { TestApp } from './test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});

afterAll(async () => {
  await app.close();
});

/** Three of four minutes of a day long ago, and where they are. */
async function imported(): Promise<string> {
  const start = Date.UTC(2020, 0, 1);
  const minutes = ['7', '7.5', '8'].map((close, at) => ({
    openTime: start + [0, 1, 3][at]! * 60_000,
    ...{ open: close, high: close, low: close, close, volume: '1', trades: null },
  }));
  const series = { venue: 'PAPER', symbol: 'BTC/USDT', interval: '1m', source: 'IMPORT' } as const;
  const spans = [{ from: start, to: start + 4 * 60_000 }];
  await app.app.get(CandleStore, { strict: false }).write(series, columnsFromText(minutes), spans);
  return `/api/market-data/candles?symbol=BTCUSDT&interval=1m&from=${start}&to=${start + 4 * 60_000}`;
}

const get = (path: string) => app.call('GET', path, { as: app.adminKey });

async function live(): Promise<void> {
  for (;;) {
    const { body } = await get('/api/market-data/streams');
    if (body.data.find((stream: { stream: string }) => stream.stream === 'depth').state === 'LIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('shows the venues and what they declare', async () => {
  const venues = (await get('/api/exchanges')).body;
  expect(venues.page).toEqual({ nextCursor: null, hasMore: false });
  expect(venues.data[0]).toEqual({
    ...{ name: 'PAPER', adapter: 'SIMULATED', verified: true, simulated: true, symbols: ['BTC/USDT'] },
  });
  for (const name of ['BINANCE', 'KRAKEN', 'ROBINHOOD']) {
    expect(venues.data).toContainEqual(expect.objectContaining({ name, simulated: false, verified: true }));
  }
  const { status, body } = await get('/api/exchanges/paper/capabilities');
  expect(status).toBe(200);
  expect(body).toMatchObject({ name: 'PAPER', clientOrderIds: 'UNIQUE_FOR_EVER', validityWindowMs: null });
  expect(await get('/api/exchanges/nowhere/capabilities')).toMatchObject({
    status: 404,
    body: { code: 'UNKNOWN_VENUE' },
  });
});

it('shows the live market: rules, best prices, book, trades, ages', async () => {
  await live();
  const { body: symbols } = await get('/api/market-data/symbols');
  expect(symbols.data).toMatchObject([
    { symbol: 'BTC/USDT', tickSize: '0.01', minNotional: '5', takerFeeRate: '0.001' },
  ]);
  const { body: tickers } = await get('/api/market-data/tickers?symbols=BTCUSDT,btc-usdt');
  expect(tickers.data).toHaveLength(1);
  const [ticker] = tickers.data;
  expect(ticker).toMatchObject({ symbol: 'BTC/USDT', stale: false });
  expect(Number(ticker.bidPrice)).toBeLessThan(Number(ticker.askPrice));
  expect(Math.abs(Date.parse(ticker.asOf) - Date.now())).toBeLessThan(10_000);
  const { body: book } = await get('/api/market-data/order-book?symbol=BTC-USDT&depth=3');
  expect(book.bids).toHaveLength(3);
  expect(book.asks).toHaveLength(3);
  const prices = [
    ...book.bids.map(([price]: [string]) => price).reverse(),
    ...book.asks.map(([price]: [string]) => price),
  ];
  expect(prices.map(Number)).toEqual(prices.map(Number).sort((a, b) => a - b));
  const { body: trades } = await get('/api/market-data/trades?symbol=BTC/USDT&limit=2');
  expect(trades.data.length).toBeGreaterThan(0);
  expect(trades.data[0]).toMatchObject({ symbol: 'BTC/USDT', side: expect.stringMatching(/^(BUY|SELL)$/) });
});

describe('candles', () => {
  const second = async (query: string) => get(`/api/market-data/candles?symbol=BTCUSDT&interval=1s&${query}`);

  beforeAll(async () => {
    for (;;) {
      const { status, body } = await second('closed=true');
      if (status !== 200) throw new Error(`candles answer ${status}`);
      if (body.data.length >= 3) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });

  it('of the live market are made of its trades, by any interval, and the open one says so', async () => {
    const { body } = await get('/api/market-data/candles?symbol=btc-usdt&interval=1d');
    expect(body.page).toEqual({ nextCursor: null, hasMore: false });
    expect(body.data.at(-1)).toMatchObject({ closed: false, synthetic: false, source: 'TRADES' });
    const { openTime, closeTime, open, high, low, close } = body.data.at(-1);
    expect(Date.parse(closeTime) - Date.parse(openTime)).toBe(86_400_000);
    for (const text of [open, close]) {
      expect(Number(text)).toBeGreaterThanOrEqual(Number(low));
      expect(Number(text)).toBeLessThanOrEqual(Number(high));
    }
  });

  it('come in pages, as columns and as CSV with the same numbers', async () => {
    const past = await imported();
    const { body: rows } = await get(`${past}&limit=2`);
    expect(rows.data.map(({ close }: { close: string }) => close)).toEqual(['7', '7.5']);
    expect(rows.page).toEqual({ nextCursor: expect.any(String), hasMore: true });
    const { body: last } = await get(`${past}&cursor=${rows.page.nextCursor}`);
    expect(last.data).toMatchObject([
      { close: '8', complete: true, closed: true, source: 'IMPORT', trades: null },
    ]);
    expect(last.page).toEqual({ nextCursor: null, hasMore: false });
    const { body: columns } = await get(`${past}&limit=2&format=columns`);
    expect(columns).toMatchObject({ close: ['7', '7.5'], volume: ['1', '1'], page: rows.page });
    const csv = await app.call('GET', `${past}&limit=2`, {
      as: app.adminKey,
      headers: { Accept: 'text/csv' },
    });
    expect(csv.headers.get('content-type')).toContain('text/csv; charset=utf-8');
    expect(csv.headers.get('link')).toContain(`cursor=${rows.page.nextCursor}`);
    const [header, first] = csv.text.split('\r\n');
    expect(header).toBe(Object.keys(rows.data[0]).join(','));
    expect(first).toBe(Object.values({ ...rows.data[0], trades: '' }).join(','));
    expect((await get(`${past}&fill=forward`)).body.data.map((one: { close: string }) => one.close)).toEqual([
      '7',
      '7.5',
      '7.5',
      '8',
    ]);
  });

  it('that stay as they are may be kept for an hour, and are not sent twice', async () => {
    const past = await imported();
    const answer = await get(past);
    expect(answer.headers.get('cache-control')).toBe('private, max-age=3600');
    const headers = { 'If-None-Match': answer.headers.get('etag') as string };
    expect((await app.call('GET', past, { as: app.adminKey, headers })).status).toBe(304);
    expect((await get(`${past}&limit=1`)).headers.get('cache-control')).toBe('no-store');
    expect((await second('limit=1')).headers.get('etag')).toBeNull();
  });

  it('have gaps where nobody listened', async () => {
    const { body } = await get(
      '/api/market-data/gaps?symbol=BTCUSDT&interval=1d&from=2026-01-01T00:00:00Z&to=2026-01-11T00:00:00Z',
    );
    expect(body.data).toEqual([
      {
        ...{ venue: 'PAPER', symbol: 'BTC/USDT', bars: 10 },
        ...{ from: '2026-01-01T00:00:00.000Z', to: '2026-01-11T00:00:00.000Z' },
      },
    ]);
  });
});

it.each([
  ['/api/market-data/candles?symbol=BTCUSDT', 400],
  ['/api/market-data/candles?symbol=BTCUSDT&interval=7m', 400],
  ['/api/market-data/candles?symbol=BTCUSDT&interval=1m&limit=5001', 400],
  ['/api/market-data/candles?symbol=BTCUSDT&interval=1m&fill=backward', 400],
  ['/api/market-data/candles?symbol=BTCUSDT&interval=1m&cursor=abc', 400],
  ['/api/market-data/candles?symbol=NOPE&interval=1m', 422],
  ['/api/market-data/candles?symbol=BTCUSDT&interval=1m&venue=NOWHERE', 404],
  ['/api/market-data/gaps?symbol=BTCUSDT', 400],
  ['/api/market-data/order-book', 400],
  ['/api/market-data/order-book?symbol=ETHUSDT', 422],
  ['/api/market-data/order-book?symbol=BTCUSDT&depth=0', 400],
  ['/api/market-data/order-book?symbol=BTCUSDT&depth=1001', 400],
  ['/api/market-data/trades?symbol=__proto__', 400],
  ['/api/market-data/trades?symbol=constructor', 422],
  ['/api/market-data/tickers?symbols=BTCUSDT,NOPE', 422],
  ['/api/market-data/tickers?other=1', 400],
])('%s is refused with %i', async (path, status) => {
  const answer = await get(path);
  expect(answer.status).toBe(status);
  expect(answer.body.code).toEqual(expect.any(String));
});
