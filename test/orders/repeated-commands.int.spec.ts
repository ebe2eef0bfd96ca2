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

function call(method: string, pathname: string, body?: unknown, key?: string): Promise<Answer> {
  const headers: Record<string, string> = key === undefined ? {} : { 'Idempotency-Key': key };
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

async function restingOrder(): Promise<string> {
  const { body: book } = await call('GET', '/api/market-data/order-book?symbol=BTCUSDT&depth=1');
  const price = String(Math.floor(Number(book.bids[0][0]) / 2));
  const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.001', price };
  const { status, body } = await call('POST', '/api/orders', order);
  expect({ status, state: body.status }).toEqual({ status: 201, state: 'NEW' });
  return body.id;
}

const statusOf = async (id: string) => (await call('GET', `/api/orders/${id}`)).body.status;
const eventsOf = async (type: string) =>
  Number(
    (await database.query<{ n: string }>('SELECT count(*) AS n FROM event_log WHERE type = $1', [type]))[0]
      ?.n,
  );

describe('a repeated cancel-all', () => {
  it('cancels nothing more, and answers the orders of the first one', async () => {
    const first = await restingOrder();
    const cancelled = await call('POST', '/api/orders/cancel-all', { symbol: 'BTCUSDT' }, 'stop-1');
    expect(cancelled).toMatchObject({ status: 202, body: { orders: [{ id: first, status: 'CANCELED' }] } });
    expect(cancelled.headers.get('idempotency-replayed')).toBeNull();

    const later = await restingOrder();
    const again = await call('POST', '/api/orders/cancel-all', { symbol: 'BTCUSDT' }, 'stop-1');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect({ status: again.status, body: again.body }).toEqual({ status: 202, body: cancelled.body });
    expect(await statusOf(later)).toBe('NEW');

    const other = await call('POST', '/api/orders/cancel-all', {}, 'stop-1');
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    expect(await statusOf(later)).toBe('NEW');

    await call('POST', '/api/orders/cancel-all', {}, 'stop-2');
    expect(await statusOf(later)).toBe('CANCELED');
  });

  it('has one effect for many at the same time', async () => {
    const before = await eventsOf('CancelAllRequested');
    await restingOrder();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call('POST', '/api/orders/cancel-all', {}, 'stop-3')),
    );
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toContainEqual(
      expect.objectContaining({ status: 202 }),
    );
    for (const { status, body } of answers) {
      if (status !== 202)
        expect({ status, code: body.code }).toEqual({ status: 409, code: 'IDEMPOTENCY_KEY_IN_FLIGHT' });
    }
    expect(await eventsOf('CancelAllRequested')).toBe(before + 1);
  });

  it('is stored together with the cancellations that it asked for', async () => {
    const id = await restingOrder();
    await call('POST', '/api/orders/cancel-all', {}, 'stop-4');
    const [row] = await database.query<{ status: number; body: string[]; at: Date }>(
      "SELECT status, body, created_at AS at FROM idempotency_key WHERE key = 'stop-4'",
    );
    expect(row).toMatchObject({ status: 202, body: [id] });
    const together = await database.query<{ type: string }>(
      'SELECT type FROM event_log WHERE type IN ($1, $2) ORDER BY stream_seq DESC LIMIT 2',
      ['CancelAllRequested', 'OrderCancelRequested'],
    );
    expect(together.map(({ type }) => type)).toEqual(['OrderCancelRequested', 'CancelAllRequested']);
  });
});

describe('a repeated sync', () => {
  it('answers the report of the first one', async () => {
    const first = await call('POST', '/api/portfolio/sync', {}, 'sync-1');
    expect(first).toMatchObject({ status: 200, body: { verdict: 'EQUAL' } });
    const before = await eventsOf('PortfolioSynced');
    const again = await call('POST', '/api/portfolio/sync', {}, 'sync-1');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect({ status: again.status, body: again.body }).toEqual({ status: 200, body: first.body });
    expect(await eventsOf('PortfolioSynced')).toBe(before);

    const { accountId } = first.body;
    const other = await call('POST', '/api/portfolio/sync', { accountId }, 'sync-1');
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    const unkeyed = await call('POST', '/api/portfolio/sync', {});
    expect(unkeyed.headers.get('idempotency-replayed')).toBeNull();
  });

  it('is made once when many ask at the same time', async () => {
    const before = await eventsOf('PortfolioSynced');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call('POST', '/api/portfolio/sync', {}, 'sync-2')),
    );
    expect(new Set(answers.map(({ status }) => status))).toContain(200);
    for (const { status, body } of answers) {
      if (status !== 200)
        expect({ status, code: body.code }).toEqual({ status: 409, code: 'IDEMPOTENCY_KEY_IN_FLIGHT' });
    }
    expect(await eventsOf('PortfolioSynced')).toBe(before + 1);
  });
});

describe('one key on two accounts at the same time', () => {
  it('has its effect on one of them, and both go on', async () => {
    const balances = [{ asset: 'USDT', amount: '1000' }];
    await call('POST', '/api/accounts', { name: 'second', balances });
    const { body: accounts } = await call('GET', '/api/accounts');
    const ids: string[] = accounts.data.map(({ accountId }: { accountId: string }) => accountId);
    expect(ids).toHaveLength(2);
    const replayed = await call('POST', '/api/portfolio/sync', {}, 'sync-1');
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
    for (const accountId of ids) await call('POST', '/api/portfolio/sync', { accountId });
    const answers = await Promise.all(
      ids.map((accountId) => call('POST', '/api/orders/cancel-all', { accountId }, 'stop-5')),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(202);
    expect([409, 422]).toContain(statuses[1]);
    for (const accountId of ids) {
      const again = await call('POST', '/api/orders/cancel-all', { accountId }, 'stop-5');
      expect([202, 422]).toContain(again.status);
      expect((await call('POST', '/api/portfolio/sync', { accountId })).body).toMatchObject({
        verdict: 'EQUAL',
      });
    }
  });
});
