import { Database } from '@sextant/platform';
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

function call(method: string, pathname: string, body?: unknown): Promise<Answer> {
  return app.call(method, pathname, { as: app.adminKey, body });
}

const PATH = '/api/orders/cancel-all-after';
const LIMIT = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '30000' };

it('is off at first, armed durably, taken back with 0, and cancels what rests when its time is over', async () => {
  expect((await call('GET', PATH)).body).toMatchObject({ state: 'OFF', expiresAt: null });
  const { body: order } = await call('POST', '/api/orders', LIMIT);
  const { status, body } = await call('POST', PATH, { seconds: 60 });
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { state: 'ARMED', seconds: 60, keepProtective: true, venueCounts: false },
  });
  expect(Date.parse(body.expiresAt) - Date.parse(body.armedAt)).toBe(60_000);
  expect((await call('GET', PATH)).body).toEqual(body);
  expect((await call('POST', PATH, { seconds: 0 })).body).toMatchObject({ state: 'DISARMED' });
  await call('POST', PATH, { seconds: 1 });
  const ended = await call('GET', `/api/orders/${order.id}?waitFor=terminal&timeout=5`);
  expect(ended.body.status).toBe('CANCELED');
  expect((await call('GET', PATH)).body.state).toBe('EXPIRED');
  const events = await app.app
    .get(Database, { strict: false })
    .query<{ type: string; actor: string | null }>(
      `SELECT type, actor FROM event_log WHERE stream_id = $1 AND type LIKE 'CancelAll%' ORDER BY stream_seq`,
      [body.accountId],
    );
  expect(events.map(({ type }) => type)).toEqual([
    'CancelAllAfterArmed',
    'CancelAllAfterDisarmed',
    'CancelAllAfterArmed',
    'CancelAllAfterExpired',
    'CancelAllRequested',
  ]);
  expect(events.at(-1)?.actor).toBe('cancel-all-after');
  expect(await call('POST', PATH, { seconds: -1 })).toMatchObject({ status: 400 });
});
