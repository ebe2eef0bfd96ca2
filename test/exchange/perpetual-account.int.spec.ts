import { ExchangeGateways, valueOfOutcome } from '@sextant/exchange';
import type { AccountId } from '@sextant/kernel';
import { marketSide } from '../../apps/venue/src/market/market-side.js';
import type { MarketSide } from '../../apps/venue/src/market/market-side.js';
import { startVenue } from '../../apps/venue/src/venue.js';
import type { RunningVenue } from '../../apps/venue/src/venue.js';
import { TestApp } from '../http/test-app.js';
import { REHEARSAL_KEY, REHEARSAL_SECRET } from './chaos-target.js';

const SYMBOL = 'BTC/USDT:USDT';

let venue: RunningVenue;
let side: MarketSide;
let app: TestApp;
let accountId: AccountId;

beforeAll(async () => {
  venue = await startVenue(
    {
      accounts: [
        {
          accountId: 'rehearsal',
          keys: [{ apiKey: REHEARSAL_KEY, secret: REHEARSAL_SECRET }],
          balances: { USDT: '1000' },
        },
      ],
      market: { historyMinutes: 10, speed: 0 },
      futures: { balances: { rehearsal: '50000' }, historyMinutes: 10 },
    },
    [(core, options) => (side = marketSide(core, options))],
  );
  const variables = {
    SEXTANT__EXCHANGE__ALLOWCUSTOMENDPOINTS: 'true',
    SEXTANT__EXECUTION__LIVETRADING: 'true',
  };
  app = await TestApp.start(variables, { scripted: false });
  const { body } = await call('POST', '/api/exchange-connections', {
    venue: 'BINANCE_USDM',
    label: 'Perpetuals',
    endpoint: venue.url,
    credential: { apiKey: REHEARSAL_KEY, secret: REHEARSAL_SECRET },
  });
  ({ accountId } = body);
  await reconciled();
});

afterAll(async () => {
  await app.close();
  await venue.close();
});

function call(method: string, path: string, body?: object) {
  return app.call(method, path, { as: app.adminKey, ...(body !== undefined && { body }) });
}

async function put(setting: string, body: object) {
  return call('PUT', `/api/accounts/${accountId}/${setting}`, { symbol: SYMBOL, ...body });
}

let orders = 0;
async function market(side: string, quantity: string) {
  const clientOrderId = `perpetual-${(orders += 1)}`;
  const order = { accountId, clientOrderId, symbol: SYMBOL, side, type: 'MARKET', quantity };
  const { status, body } = await call('POST', '/api/orders', order);
  expect([status, body.status]).toEqual([201, 'FILLED']);
}

/** A round that agrees to the last unit, with nothing on the way. */
async function reconciled(): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const { body } = await call('POST', '/api/reconciliations', { accountId });
    if (body.outcome === 'EQUAL' && body.reconciled === true) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error('the account and its venue do not agree');
}

async function balance() {
  const { body } = await call('GET', `/api/portfolio/balances?accountId=${accountId}`);
  return body.data[0];
}

async function position() {
  const { body } = await call('GET', `/api/portfolio/positions?accountId=${accountId}`);
  return body.data[0];
}

async function booked(kind: string) {
  const { body } = await call('GET', `/api/portfolio/transactions?accountId=${accountId}`);
  return body.data.filter((transaction: { kind: string }) => transaction.kind === kind);
}

async function positionsAtVenue() {
  const session = await app.app.get(ExchangeGateways, { strict: false }).of('BINANCE_USDM').at!(
    venue.url,
  ).open(accountId);
  try {
    return valueOfOutcome(await session.positions!());
  } finally {
    await session.close();
  }
}

const atVenue = () => side.futures.book.view(side.futures.book.account('rehearsal'));

it('opens with the wallet, and takes leverage and margin mode to the venue', async () => {
  expect(await balance()).toMatchObject({ asset: 'USDT', total: '50000', locked: '0' });
  expect((await put('leverage', { leverage: 10 })).body).toMatchObject({
    leverage: 10,
    positionMode: 'ONE_WAY',
  });
  expect((await put('margin-mode', { marginMode: 'ISOLATED' })).body).toMatchObject({
    marginMode: 'ISOLATED',
  });
  expect((await put('leverage', { leverage: 126 })).body.code).toBe('MARGIN_REFUSED');
  expect((await put('leverage', { leverage: 0 })).status).toBe(400);
});

it('trades on margin: the books are the venue’s to the last unit', async () => {
  await market('BUY', '0.5');
  await market('SELL', '0.2');
  await reconciled();
  const view = atVenue();
  const held = await position();
  expect(held).toMatchObject({
    side: 'LONG',
    positionSide: 'NET',
    quantity: '0.3',
    leverage: 10,
    marginMode: 'ISOLATED',
  });
  const [theirs] = await positionsAtVenue();
  expect(Number(held.liquidationPrice)).toBeCloseTo(Number(theirs!.liquidationPriceUnits) / 1e18, 6);
  expect((await put('leverage', { leverage: 20 })).body).toMatchObject({
    code: 'MARGIN_IN_USE',
    status: 409,
  });
  expect((await put('leverage', { leverage: 10 })).status).toBe(200);
  const { total, locked } = await balance();
  expect(locked).toBe(held.initialMargin);
  expect(Number(total)).toBeCloseTo(Number(view.wallet) / 1e8, 8);
});

it('is liquidated by the venue, and the books follow: fill, fee of the fund, wallet', async () => {
  const { liquidationPrice } = await position();
  side.futures.pinMark('BTCUSDT', (Number(liquidationPrice) - 10).toFixed(2));
  await reconciled();
  expect(await booked('LIQUIDATION')).not.toEqual([]);
  expect(await booked('INSURANCE')).toHaveLength(1);
  expect(await position()).toBeUndefined();
  expect(Number((await balance()).total)).toBeCloseTo(Number(atVenue().wallet) / 1e8, 8);
  expect((await balance()).locked).toBe('0');
});

it('in hedge mode it is read and reconciled, and takes no orders from here', async () => {
  expect((await put('position-mode', { symbol: undefined, positionMode: 'HEDGE' })).body.positionMode).toBe(
    'HEDGE',
  );
  const order = {
    accountId,
    clientOrderId: 'hedged',
    symbol: SYMBOL,
    side: 'BUY',
    type: 'MARKET',
    quantity: '0.1',
  };
  const { status, body } = await call('POST', '/api/orders', order);
  expect([status, body.code]).toEqual([422, 'ORDER_TERMS_NOT_SUPPORTED']);
  await reconciled();
  expect((await put('position-mode', { symbol: undefined, positionMode: 'ONE_WAY' })).status).toBe(200);
});
