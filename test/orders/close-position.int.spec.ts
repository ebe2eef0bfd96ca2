import { TestApp } from '../http/test-app.js';
import type { Answer } from '../http/test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { body } = await call('GET', '/api/market-data/tickers?symbols=BTCUSDT');
    if (body.data?.[0]?.stale === false) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no fresh market after 5 s');
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

const close = (body: object, headers = {}) => call('POST', '/api/positions/close', body, headers);

it('closes a bracket with its legs, once a key, and says what cannot be sold', async () => {
  const flat = await close({ symbol: 'BTCUSDT' });
  expect(flat).toMatchObject({ status: 422, body: { code: 'REDUCE_ONLY_WITHOUT_POSITION' } });
  const wanted = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.002' };
  const legs = { stopLoss: { stopPrice: '40000' }, takeProfit: { price: '90000' } };
  const { body: entry } = await call('POST', '/api/orders', { ...wanted, ...legs });
  const half = await close({ symbol: 'BTC-USDT', fraction: '0.5' });
  expect(half).toMatchObject({ status: 422, body: { code: 'POSITION_RESERVED' } });
  const key = { 'Idempotency-Key': 'close-1', Prefer: 'wait=8' };
  const { status, body } = await close({ symbol: 'BTC/USDT' }, key);
  expect(status).toBe(201);
  expect(body).toMatchObject({ status: 'FILLED', side: 'SELL', reduceOnly: true });
  expect(body.sizing).toMatchObject({ by: 'POSITION', share: '1', asset: 'BTC', quantity: body.quantity });
  const { body: group } = await call('GET', `/api/order-groups/${entry.groupId}`);
  expect(group.orders.map((order: { status: string }) => order.status).sort()).toEqual([
    'CANCELED',
    'CANCELED',
    'FILLED',
  ]);
  const { body: position } = await call('GET', '/api/portfolio/positions/BTCUSDT');
  expect(position.quantity).toBe(body.sizing.dust ?? '0');
  expect(await close({ symbol: 'BTC/USDT' }, key)).toMatchObject({ status: 200, body: { id: body.id } });
});
