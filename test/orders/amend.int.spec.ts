import { OrderArchive } from '@sextant/execution';
import { TestApp } from '../http/test-app.js';
import type { Answer } from '../http/test-app.js';

let app: TestApp;
let bid: number;

beforeAll(async () => {
  app = await TestApp.start();
  bid = await marketOpen();
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

async function marketOpen(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { status, body } = await call('GET', '/api/market-data/order-book?symbol=BTCUSDT&depth=1');
    if (status === 200 && body.bids?.length > 0 && body.stale !== true) return Number(body.bids[0][0]);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no fresh market after 5 s');
}

const priced = (fraction: number) => String(Math.floor(bid * fraction));

async function resting(quantity = '0.01'): Promise<Answer['body']> {
  const terms = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity, price: priced(0.5) };
  const { status, body } = await call('POST', '/api/orders', terms);
  expect({ status, state: body.status }).toEqual({ status: 201, state: 'NEW' });
  return body;
}

it('changes a resting order under its id, and holds what the new terms need', async () => {
  const order = await resting();
  const read = await call('GET', `/api/orders/${order.id}`);
  const etag = read.headers.get('ETag') ?? '';
  const amended = await call(
    'PATCH',
    `/api/orders/${order.id}`,
    { quantity: '0.02', price: priced(0.4), expectedFilledQuantity: '0' },
    { 'If-Match': etag },
  );
  expect(amended).toMatchObject({
    status: 200,
    body: { id: order.id, status: 'NEW', quantity: '0.02', price: priced(0.4), queuePriorityKept: false },
  });
  expect(amended.body.venueOrders).toHaveLength(2);
  expect(amended.headers.get('ETag')).not.toBe(etag);
  const stale = await call('PATCH', `/api/orders/${order.id}`, { price: priced(0.3) }, { 'If-Match': etag });
  expect(stale).toMatchObject({ status: 412, body: { code: 'ORDER_CHANGED' } });
  const { body: balances } = await call('GET', '/api/portfolio/balances');
  const usdt = balances.data.find(({ asset }: { asset: string }) => asset === 'USDT');
  expect(Number(usdt.locked)).toBeCloseTo(0.02 * Number(priced(0.4)));
  const canceled = await call('DELETE', `/api/orders/${order.id}`);
  expect(canceled.body).toMatchObject({ status: 'CANCELED', reason: { code: 'CANCELED_ON_REQUEST' } });
  expect(await call('PATCH', `/api/orders/${order.id}`, { price: priced(0.3) })).toMatchObject({
    status: 409,
    body: { code: 'ORDER_ALREADY_CLOSED' },
  });
});

it('books what the replacement fills on the order, which is found by every id that the venue had', async () => {
  const order = await resting('0.001');
  const { status, body } = await call('PATCH', `/api/orders/${order.id}`, { price: priced(1.02) });
  expect(status).toBe(200);
  const ended = await call('GET', `/api/orders/${order.id}?waitFor=terminal&timeout=5`);
  expect(ended.body).toMatchObject({ status: 'FILLED', filledQuantity: '0.001' });
  const [first, second] = body.venueOrders;
  const fills = await call('GET', `/api/orders/${order.id}/fills`);
  expect(
    fills.body.data.every((fill: { venueOrderId: string }) => fill.venueOrderId !== first.venueOrderId),
  ).toBe(true);
  const archive = app.app.get(OrderArchive, { strict: false });
  for (const { clientOrderId, venueOrderId } of [first, second]) {
    const symbol = 'BTC/USDT';
    const byOurs = await archive.byVenueIds(order.accountId, { clientOrderId, venueOrderId: '', symbol });
    expect(byOurs?.order.orderId).toBe(order.id);
    const byTheirs = await archive.byVenueIds(order.accountId, { clientOrderId: '?', venueOrderId, symbol });
    expect(byTheirs?.order.orderId).toBe(order.id);
  }
});

it('refuses what the terms cannot be, and says what would be nearest', async () => {
  const order = await resting();
  for (const [change, status, code, nearestValid] of [
    [{ quantity: '0.000001' }, 422, 'QUANTITY_TOO_SMALL', '0.00001'],
    [{ quantity: '0.0100001' }, 422, 'QUANTITY_NOT_ON_STEP', '0.01'],
    [{ price: '50000.001' }, 422, 'PRICE_NOT_ON_TICK', '50000'],
    [{}, 400, 'ORDER_TERMS_INVALID', undefined],
    [{ quantity: '1e3' }, 400, 'DECIMAL_MALFORMED', undefined],
    [{ stopPrice: '1' }, 400, 'FIELD_UNKNOWN', undefined],
  ] as const) {
    const answer = await call('PATCH', `/api/orders/${order.id}`, change);
    expect([answer.status, answer.body.code, answer.body.nearestValid]).toEqual([status, code, nearestValid]);
  }
  const malformed = await call('PATCH', `/api/orders/${order.id}`, { price: '1' }, { 'If-Match': 'x' });
  expect(malformed).toMatchObject({ status: 400, body: { code: 'HEADER_INVALID' } });
  expect((await call('GET', `/api/orders/${order.id}`)).body).toMatchObject({ version: order.version });
});
