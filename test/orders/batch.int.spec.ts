import { Database } from '@sextant/platform';
import { TestApp } from '../http/test-app.js';
import type { Answer } from '../http/test-app.js';

let app: TestApp;
let database: Database;

beforeAll(async () => {
  app = await TestApp.start();
  database = app.app.get(Database, { strict: false });
  await marketOpen();
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

async function marketOpen(): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { body } = await call('GET', '/api/market-data/tickers?symbols=BTCUSDT');
    if (body.data?.[0]?.stale === false) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no fresh market after 5 s');
}

const LIMIT = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '30000' };

it('places and cancels, each with the status that it would have had by itself', async () => {
  const { body: resting } = await call('POST', '/api/orders', LIMIT);
  const request = {
    orders: [
      { ...LIMIT, clientOrderId: 'batch-1' },
      { ...LIMIT, quantity: '50' },
      { ...LIMIT, price: '30000.001' },
      { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.001' },
    ],
    cancels: [resting.id, 'ord_00000000000000000000000000000000'],
  };
  const { status, body } = await call('POST', '/api/orders/batch', request, { 'Idempotency-Key': 'batch-a' });
  expect(status).toBe(207);
  expect(body.items.map((item: { status: number }) => item.status)).toEqual([201, 422, 422, 201, 202, 404]);
  expect(body.items[2].problem).toMatchObject({ code: 'PRICE_NOT_ON_TICK', nearestValid: '30000' });
  expect(body.items[3].order).toMatchObject({ status: 'FILLED' });
  const denied = body.items[1].problem.orderId as string;
  expect((await call('GET', `/api/orders/${denied}`)).body.status).toBe('RISK_DENIED');
  const again = await call('POST', '/api/orders/batch', request, { 'Idempotency-Key': 'batch-a' });
  expect(again.headers.get('Idempotency-Replayed')).toBe('true');
  expect(again.body.items.map((item: { status: number }) => item.status)).toEqual([
    200, 200, 422, 200, 202, 404,
  ]);
  const other = await call(
    'POST',
    '/api/orders/batch',
    { orders: [LIMIT] },
    { 'Idempotency-Key': 'batch-a' },
  );
  expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  const alone = await call('POST', '/api/orders', { ...LIMIT, clientOrderId: 'batch-1' });
  expect(alone).toMatchObject({ status: 200, body: { id: body.items[0].order.id } });
});

it('writes the events of all its orders one after another, in one commit', async () => {
  const orders = Array.from({ length: 100 }, () => LIMIT);
  const { status, body } = await call('POST', '/api/orders/batch', { orders }, { Prefer: 'wait=0' });
  expect(status).toBe(207);
  expect(new Set(body.items.map((item: { order: { id: string } }) => item.order.id)).size).toBe(100);
  const events = await database.query<{ type: string }>(
    `SELECT type FROM event_log WHERE stream_id = $1 AND stream_seq > (SELECT max(stream_seq) FROM event_log
       WHERE stream_id = $1 AND type = 'OrderBatchTaken') ORDER BY stream_seq LIMIT 100`,
    [body.accountId],
  );
  expect(events.every(({ type }) => type === 'OrderPlaced')).toBe(true);
  await call('POST', '/api/orders/cancel-all', {});
});

it('refuses a batch of none, of too many, and with another account inside', async () => {
  for (const [request, status, code] of [
    [{}, 400, 'BATCH_SIZE_INVALID'],
    [
      { orders: Array.from({ length: 60 }, () => LIMIT), cancels: Array.from({ length: 41 }, () => 'x') },
      400,
      'BATCH_SIZE_INVALID',
    ],
    [
      { orders: [{ ...LIMIT, accountId: 'acc_00000000000000000000000000000000' }] },
      400,
      'ORDER_TERMS_INVALID',
    ],
    [{ orders: [{ ...LIMIT, quantity: 1 }] }, 400, 'DECIMAL_MALFORMED'],
  ] as const) {
    expect(await call('POST', '/api/orders/batch', request)).toMatchObject({ status, body: { code } });
  }
});
