import { MarketData } from '@sextant/market-data';
import type { PriceChange } from '@sextant/market-data';
import { marketSide } from '../../apps/venue/src/market/market-side.js';
import { startVenue } from '../../apps/venue/src/venue.js';
import type { RunningVenue } from '../../apps/venue/src/venue.js';
import { TestApp } from '../http/test-app.js';
import type { Answer } from '../http/test-app.js';

const BID = 6_000_000;
const ASK = 6_000_001;
const MARKET = 'BTC/USDT';
/** Short times for what takes seconds in earnest. */
const VARIABLES = {
  SEXTANT__EXCHANGE__ALLOWCUSTOMENDPOINTS: 'true',
  SEXTANT__EXCHANGE__BREAKER__URGENTHALFOPENMS: '200',
  SEXTANT__MARKETDATA__MAXAGEMS: '800',
  SEXTANT__PAPER__SOURCE: 'BINANCE',
};

let venue: RunningVenue;
let app: TestApp;

/** A venue whose market stands still unless the operator moves it. */
beforeAll(async () => {
  venue = await startVenue({ accounts: [], market: { still: 'ALL', historyMinutes: 60 } }, [marketSide]);
  level('BUY', BID, 1_000);
  level('SELL', ASK, 1_000);
  app = await TestApp.start({ ...VARIABLES, SEXTANT__PAPER__ENDPOINT: venue.url }, { scripted: false });
});

afterAll(async () => {
  await app.close();
  await venue.close();
});

function level(side: 'BUY' | 'SELL', ticks: number, lots: number): void {
  venue.admin.houseLevel('BTCUSDT', side, ticks, lots);
}

function call(method: string, path: string, body?: object): Promise<Answer> {
  return app.call(method, path, { as: app.adminKey, body });
}

async function until<T>(ask: () => Promise<T>, holds: (told: T) => boolean): Promise<T> {
  for (const deadline = Date.now() + 15_000; ;) {
    const told = await ask();
    if (holds(told)) return told;
    if (Date.now() > deadline) throw new Error(`it stayed ${JSON.stringify(told).slice(0, 600)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const ticker = async () => (await call('GET', `/api/market-data/tickers?symbols=${MARKET}`)).body.data?.[0];
const buy = (more: object = {}) =>
  call('POST', '/api/orders', { symbol: MARKET, side: 'BUY', quantity: '0.001', type: 'MARKET', ...more });
const order = async (id: string) => (await call('GET', `/api/orders/${id}`)).body;
const whenLive = () => until(ticker, (told) => told?.stale === false);

it('paper accounts trade on the instruments and the book of a live venue', async () => {
  await until(
    async () => (await call('GET', '/api/market-data/symbols')).body.data.length as number,
    (count) => count > 1,
  );
  expect(await whenLive()).toMatchObject({ venue: 'PAPER', bidPrice: '60000', askPrice: '60000.01' });
  const { status, body } = await buy();
  expect([status, body.status, body.averagePrice]).toEqual([201, 'FILLED', '60000.01']);
  level('SELL', ASK, 0);
  level('SELL', ASK + 500, 700);
  await until(ticker, (told) => told.askPrice === '60005.01');
  expect((await buy()).body).toMatchObject({ status: 'FILLED', averagePrice: '60005.01' });
});

it('the first order in a market that nobody followed waits a moment for its book', async () => {
  venue.admin.houseLevel('ETHUSDT', 'BUY', 300_000, 500);
  venue.admin.houseLevel('ETHUSDT', 'SELL', 300_001, 500);
  const { body } = await buy({ symbol: 'ETHUSDT', quantity: '0.01' });
  expect(body).toMatchObject({ symbol: 'ETH/USDT', status: 'FILLED', averagePrice: '3000.01' });
});

it('a resting order fills when the live market trades through it', async () => {
  await whenLive();
  const { body } = await buy({ type: 'LIMIT', price: '59999' });
  expect(body.status).toBe('NEW');
  level('BUY', BID, 0);
  venue.admin.houseTrade('BTCUSDT', 'SELL', 5_999_800, 200);
  level('BUY', BID - 500, 900);
  const filled = await until(
    () => order(body.id),
    (told) => told.status === 'FILLED',
  );
  expect(filled.averagePrice).toBe('59999');
});

it('without the feed the market is stale and nothing is filled; it recovers by itself', async () => {
  await whenLive();
  const resting = (await buy({ type: 'LIMIT', price: '59000' })).body;
  venue.admin.setQuirks({ isInMaintenance: true });
  venue.admin.setFault({ target: 'STREAM', match: {}, action: { kind: 'DROP_FRAME' }, times: null });
  level('SELL', ASK + 500, 0);
  level('SELL', ASK + 900, 400);
  await until(ticker, (told) => told.stale === true);
  const refused = await buy();
  expect([refused.status, refused.body.code]).toEqual([422, 'MARKET_STALE']);
  expect(await order(resting.id)).toMatchObject({ status: 'NEW', filledQuantity: '0' });
  const { body: streams } = await call('GET', '/api/market-data/streams');
  expect(streams.data).toContainEqual(
    expect.objectContaining({
      venue: 'PAPER',
      symbol: MARKET,
      stream: 'depth',
      state: expect.not.stringMatching('LIVE'),
    }),
  );

  venue.admin.calm();
  level('SELL', ASK + 901, 1);
  expect(await whenLive()).toMatchObject({ askPrice: '60009.01' });
  expect((await buy()).body).toMatchObject({ status: 'FILLED', averagePrice: '60009.01' });
});

describe('the markets of a venue at an address of its own', () => {
  const markets = () => app.app.get(MarketData, { strict: false }).of('BINANCE', venue.url);
  const incident = async (name: string, options: object = {}) => {
    const url = `${venue.url}/admin/incidents/${name}`;
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(options) });
    expect(answer.ok).toBe(true);
  };
  /** The book as the venue itself tells it, in ticks and lots. */
  const told = async (): Promise<{ bids: [number, number][]; asks: [number, number][] }> => {
    const answer = await fetch(`${venue.url}/api/v3/depth?symbol=BTCUSDT&limit=100`);
    const { bids, asks } = (await answer.json()) as { bids: string[][]; asks: string[][] };
    const counted = ([price, size]: string[]): [number, number] => [
      Math.round(Number(price) * 100),
      Math.round(Number(size) * 100_000),
    ];
    return { bids: bids.map(counted), asks: asks.map(counted) };
  };
  const ask = async () => markets().topOfBook(MARKET)?.askTicks;

  it('have its instruments, and tell prices as they change', async () => {
    await markets().load();
    expect(markets().instrument(MARKET).spec).toMatchObject({ venue: 'BINANCE', tickSize: '0.01' });
    expect(await markets().ready(MARKET, 5_000)).toBe(true);
    const changes: PriceChange[] = [];
    const leave = markets().onPrice(MARKET, (change) => changes.push(change));
    level('SELL', 6_000_700, 30);
    await until(ask, (ticks) => ticks === 6_000_700);
    leave();
    expect(changes.at(-1)).toMatchObject({ bidTicks: BID - 500, askTicks: 6_000_700, stale: false });
  });

  it('are not fooled by what comes twice, nor by ten times the price', async () => {
    markets().follow(MARKET);
    await markets().ready(MARKET, 5_000);
    const refused = () =>
      markets()
        .streams()
        .find(({ stream }) => stream === 'trade')!.refused;
    const twice = { match: { event: 'trade' }, action: { kind: 'DUPLICATE' }, times: 1 } as const;
    venue.admin.setFault({ target: 'STREAM', ...twice });
    venue.admin.houseTrade('BTCUSDT', 'BUY', 6_000_700, 5);
    await until(
      async () => refused(),
      (count) => count > 0,
    );
    const before = refused();
    for (const [ticks] of (await told()).asks) level('SELL', ticks, 0);
    level('SELL', 60_000_000, 9);
    venue.admin.houseTrade('BTCUSDT', 'BUY', 60_000_000, 5);
    await until(
      async () => refused(),
      (count) => count > before,
    );
    await until(ask, (ticks) => ticks === 60_000_000);
    expect(markets().topOfBook(MARKET)).toMatchObject({ stale: true });
    expect((await buy()).body.code).toBe('MARKET_STALE');
    const trades = markets().recentTrades(MARKET, 1_000);
    expect(trades.filter(({ priceTicks }) => priceTicks > 2 * BID)).toEqual([]);
    expect(new Set(trades.map(({ tradeId }) => tradeId)).size).toBe(trades.length);
    level('SELL', 6_000_700, 30);
    expect(await markets().ready(MARKET, 5_000)).toBe(true);
  });

  it('come back to the book of the venue after updates were lost', async () => {
    await markets().ready(MARKET, 5_000);
    await incident('sequence-gap', { symbol: 'BTCUSDT' });
    for (const ticks of [6_000_650, 6_000_640, 6_000_630, 6_000_620, 6_000_610]) {
      level('SELL', ticks, 7);
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    await until(ask, (ticks) => ticks === 6_000_610);
    const { bids, asks } = await told();
    expect(markets().depth(MARKET, 100)).toMatchObject({ bids: bids.flat(), asks: asks.flat() });
  });
});
