import { TestApp } from './test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});

afterAll(async () => {
  await app.close();
});

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

it.each([
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
