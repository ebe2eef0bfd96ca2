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

const LIMIT = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', price: '30000' };

it('takes a share of the equity for a quantity, shows it before, keeps where it came from, and repeats the order', async () => {
  const { body: portfolio } = await call('GET', '/api/portfolio');
  const wanted = { ...LIMIT, equityPercent: '0.3' };
  const preview = await call('POST', '/api/orders/preview', wanted);
  expect(preview.body.sizing).toMatchObject({ by: 'EQUITY', of: portfolio.total.equity, price: '30000' });
  const key = { 'Idempotency-Key': 'share-1' };
  const { status, body } = await call('POST', '/api/orders', wanted, key);
  expect(status).toBe(201);
  expect(body.quantity).toBe(preview.body.order.quantity);
  const { body: why } = await call('GET', `/api/orders/${body.id}/explanation`);
  expect(why.request.sizing).toEqual({ ...preview.body.sizing, quantity: body.quantity });
  const again = await call('POST', '/api/orders', wanted, key);
  expect(again).toMatchObject({ status: 200, body: { id: body.id } });
  expect(await call('POST', '/api/orders', { ...wanted, equityPercent: '0.4' }, key)).toMatchObject({
    status: 422,
    body: { code: 'IDEMPOTENCY_KEY_REUSED' },
  });
});

it('reckons a risk with the attached stop, or with a stop that is only named', async () => {
  const attached = { ...LIMIT, riskPercent: '0.1', stopLoss: { stopPrice: '27000' } };
  const named = { ...LIMIT, riskPercent: '0.1', stopPrice: '27000' };
  const [one, other] = [
    await call('POST', '/api/orders/preview', attached),
    await call('POST', '/api/orders/preview', named),
  ];
  expect(one.body.sizing).toEqual(other.body.sizing);
  expect(one.body.legs).toHaveLength(1);
  expect(other.body).toMatchObject({ legs: [], order: { stopPrice: null } });
  const both = { ...named, equityPercent: '1' };
  expect(await call('POST', '/api/orders', both)).toMatchObject({
    status: 400,
    body: { code: 'ORDER_TERMS_INVALID', errors: [{ pointer: '/riskPercent' }] },
  });
});
