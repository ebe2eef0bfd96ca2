import { Database } from '@sextant/platform';
import { TestApp } from '../http/test-app.js';
import type { Answer } from '../http/test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
  await until(async () => {
    const { body } = await call('GET', '/api/market-data/tickers?symbols=BTCUSDT');
    return body.data?.[0]?.stale === false;
  });
});
afterAll(() => app.close());

function call(
  method: string,
  pathname: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return app.call(method, pathname, { as: app.adminKey, body, headers });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('not within 10 s');
}

const orderOf = async (id: string) => (await call('GET', `/api/orders/${id}`)).body;
const groupOf = async (id: string) => (await call('GET', `/api/order-groups/${id}`)).body;
const legOf = (group: { orders: { leg: string }[] }, leg: string) =>
  group.orders.find((order) => order.leg === leg) as never as Record<string, unknown>;

async function bidPrice(fraction: number): Promise<string> {
  const { body } = await call('GET', '/api/market-data/order-book?symbol=BTCUSDT&depth=1');
  return String(Math.floor(Number(body.bids[0][0]) * fraction));
}

const BUY = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.001' };

const beside = (price: string, ticks: number) => (Number(price) + ticks / 100).toFixed(2);

/** Both legs wait here, right beside the market: whichever way it goes, one of them is touched. */
async function straddle(): Promise<string> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { body } = await call('GET', '/api/market-data/order-book?symbol=BTCUSDT&depth=1');
    const leg = { side: 'BUY', triggerBy: 'MARK' };
    const legs = [
      { ...leg, type: 'TAKE_PROFIT_MARKET', quantity: '0.001', stopPrice: beside(body.bids[0][0], -1) },
      { ...leg, type: 'STOP_MARKET', stopPrice: beside(body.asks[0][0], 1) },
    ];
    const made = await call('POST', '/api/order-groups', { symbol: 'BTCUSDT', type: 'OCO', legs });
    if (made.status === 201) return made.body.id;
  }
  throw new Error('the market never stood still');
}

it('fills the leg that the market touches, and ends the other', async () => {
  const id = await straddle();
  await until(async () => (await groupOf(id)).status === 'CLOSED');
  const { orders } = await groupOf(id);
  const [filled] = orders.filter(({ status }: { status: string }) => status === 'FILLED');
  const [ended] = orders.filter(({ status }: { status: string }) => status === 'CANCELED');
  expect(filled).toMatchObject({
    filledQuantity: '0.001',
    heldBy: 'SEXTANT',
    trigger: { state: 'TRIGGERED' },
  });
  expect(ended).toMatchObject({ filledQuantity: '0', reason: { code: 'GROUP_FILLED' } });
  const audit = await call('GET', `/api/orders/${filled.id}/audit`);
  expect(audit.body.attempts).toMatchObject([{ attempt: 1, decision: 'APPROVED' }]);
  const types = audit.body.events.map(({ type }: { type: string }) => type);
  expect(types).toEqual(expect.arrayContaining(['OrderArmed', 'OrderTriggered', 'OrderFilled']));
});

it('ends a GTD order at its time', async () => {
  const { body } = await call('POST', '/api/orders', {
    ...BUY,
    type: 'LIMIT',
    price: await bidPrice(0.5),
    timeInForce: 'GTD',
    expireTime: Date.now() + 1_500,
  });
  expect(body.status).toBe('NEW');
  await until(async () => (await orderOf(body.id)).status === 'EXPIRED');
  expect((await orderOf(body.id)).reason).toMatchObject({ code: 'EXPIRED_BY_TIME' });
});

describe('a bracket', () => {
  it('protects what its entry bought, says what its end leaves unprotected, and is reserved once', async () => {
    const locked = async () => {
      const { body } = await call('GET', '/api/portfolio/balances');
      return Number(body.data.find(({ asset }: { asset: string }) => asset === 'BTC')?.locked ?? 0);
    };
    const before = await locked();
    const { status, body } = await call('POST', '/api/orders', {
      ...BUY,
      type: 'MARKET',
      stopLoss: { stopPrice: await bidPrice(0.8) },
      takeProfit: { price: await bidPrice(1.2) },
    });
    expect({ status, state: body.status, leg: body.leg }).toEqual({
      status: 201,
      state: 'FILLED',
      leg: 'ENTRY',
    });
    await until(async () => legOf(await groupOf(body.groupId), 'TAKE_PROFIT')['status'] === 'NEW');
    const group = await groupOf(body.groupId);
    expect(group).toMatchObject({ type: 'BRACKET', status: 'OPEN', quantity: '0.001', filledQuantity: '0' });
    expect(legOf(group, 'STOP_LOSS')).toMatchObject({ status: 'CREATED', trigger: { state: 'ARMED' } });
    expect((await locked()) - before).toBeCloseTo(0.00099, 8);
    const listed = await call('GET', '/api/order-groups?symbol=BTC-USDT&limit=1');
    expect(listed.body.data).toEqual([group]);
    const ended = await call('DELETE', `/api/order-groups/${body.groupId}`);
    expect(ended.status).toBe(202);
    expect(ended.body.unprotected).toMatchObject([{ symbol: 'BTC/USDT' }]);
    await until(async () => (await groupOf(body.groupId)).status === 'CLOSED');
    expect(await locked()).toBeCloseTo(before, 8);
    expect((await call('DELETE', `/api/order-groups/${body.groupId}`)).status).toBe(200);
  });

  it('names the field of a leg that does not fit', async () => {
    const entry = { ...BUY, type: 'LIMIT', price: await bidPrice(0.9) };
    const refused = await call('POST', '/api/orders', {
      ...entry,
      stopLoss: { stopPrice: await bidPrice(0.95) },
    });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'TRIGGER_ALREADY_TOUCHED', errors: [{ pointer: '/stopLoss/stopPrice' }] },
    });
    const previewed = await call('POST', '/api/orders/preview', {
      ...entry,
      stopLoss: { stopPrice: await bidPrice(0.8) },
    });
    expect(previewed.body).toMatchObject({
      approved: true,
      legs: [{ leg: 'STOP_LOSS', begins: 'AFTER_ENTRY', order: { type: 'STOP_MARKET', side: 'SELL' } }],
    });
  });

  it('is kept where only what protects is kept', async () => {
    const { body } = await call('POST', '/api/orders', {
      ...BUY,
      type: 'MARKET',
      stopLoss: { stopPrice: await bidPrice(0.8) },
    });
    const resting = await call('POST', '/api/orders', { ...BUY, type: 'LIMIT', price: await bidPrice(0.5) });
    const kept = await call('POST', '/api/orders/cancel-all', { keepProtective: true });
    expect(kept.body).toMatchObject({ unprotected: [] });
    expect(kept.body.orders.map(({ id }: { id: string }) => id)).toEqual([resting.body.id]);
    expect((await groupOf(body.groupId)).status).toBe('OPEN');
    const all = await call('POST', '/api/orders/cancel-all', {});
    expect(all.body.unprotected).toMatchObject([{ symbol: 'BTC/USDT' }]);
  });
});

describe('an OCO', () => {
  it('is one group however often it is asked for, each leg once in the tables', async () => {
    const legs = [
      { side: 'BUY', type: 'LIMIT', quantity: '0.001', price: await bidPrice(0.5) },
      { side: 'BUY', type: 'STOP_MARKET', stopPrice: await bidPrice(1.5) },
    ];
    const request = { symbol: 'BTCUSDT', type: 'OCO', legs };
    const key = { 'Idempotency-Key': 'oco-1' };
    const made = await Promise.all([1, 2, 3].map(() => call('POST', '/api/order-groups', request, key)));
    const done = made.filter(({ status }) => status < 300);
    expect(done.length).toBeGreaterThan(0);
    const again = await call('POST', '/api/order-groups', request, key);
    expect(again.status).toBe(200);
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    const ids = new Set([...done, again].map(({ body }) => body.id));
    expect(ids.size).toBe(1);
    const rows = await app.app
      .get(Database, { strict: false })
      .query(
        `SELECT status, reserved FROM orders WHERE conditions -> 'group' ->> 'groupId' = $1 ORDER BY order_id`,
        [again.body.id],
      );
    expect(rows).toMatchObject([{ status: 'NEW' }, { status: 'CREATED', reserved: '0' }]);
    expect(again.body.orders.map(({ leg }: { leg: string }) => leg)).toEqual(['LEG_1', 'LEG_2']);
    await call('DELETE', `/api/order-groups/${again.body.id}`);
  });

  it.each([
    [[{ side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '20000' }], 'LIST_INVALID'],
    [
      [
        { side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '20000' },
        { side: 'SELL', type: 'STOP_MARKET', stopPrice: '20000' },
      ],
      'ORDER_TERMS_INVALID',
    ],
    [
      [
        { side: 'BUY', type: 'LIMIT', price: '20000' },
        { side: 'BUY', type: 'STOP_MARKET', stopPrice: '200000' },
      ],
      'ORDER_TERMS_INVALID',
    ],
  ])('refuses legs that are none: %#', async (legs, code) => {
    const { status, body } = await call('POST', '/api/order-groups', {
      symbol: 'BTCUSDT',
      type: 'OCO',
      legs,
    });
    expect({ status, code: body.code }).toEqual({ status: 400, code });
  });

  it('answers 404 for a group that is not there', async () => {
    const missing = `/api/order-groups/grp_${'0'.repeat(32)}`;
    for (const method of ['GET', 'DELETE']) {
      expect(await call(method, missing)).toMatchObject({
        status: 404,
        body: { code: 'ORDER_GROUP_NOT_FOUND' },
      });
    }
  });
});
