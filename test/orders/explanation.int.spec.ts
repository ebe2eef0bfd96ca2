import { Database } from '@sextant/platform';
import { TestApp } from '../http/test-app.js';
import type { Answer } from '../http/test-app.js';

let app: TestApp;
let database: Database;
let bid: number;

beforeAll(async () => {
  app = await TestApp.start();
  database = app.app.get(Database, { strict: false });
  bid = await marketOpen();
});
afterAll(() => app.close());

function call(method: string, pathname: string, body?: unknown): Promise<Answer> {
  return app.call(method, pathname, { as: app.adminKey, body });
}

async function marketOpen(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { status, body } = await call('GET', '/api/market-data/order-book?symbol=BTCUSDT&depth=1');
    if (status === 200 && body.bids?.length > 0 && body.stale !== true) return Number(body.bids[0][0]);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no fresh market after 5 s');
}

it('explains an order from the request to the ledger, revisions included, by what is stored', async () => {
  const terms = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.001', strategy: 'hand' };
  const { body: order } = await call('POST', '/api/orders', { ...terms, price: String(Math.floor(bid / 2)) });
  await call('PATCH', `/api/orders/${order.id}`, { price: String(Math.ceil(bid * 1.02)) });
  await call('GET', `/api/orders/${order.id}?waitFor=terminal&timeout=5`);
  const { status, body } = await call('GET', `/api/orders/${order.id}/explanation`);
  expect(status).toBe(200);
  expect(body.order).toMatchObject({ id: order.id, status: 'FILLED' });
  expect(body.order.venueOrders).toHaveLength(2);
  expect(body.request).toMatchObject({ origin: 'SEXTANT', strategy: 'hand', relatives: [] });
  expect(body.request.actor).toMatch(/^key_/);
  expect(body.request.asked).toMatchObject({ type: 'LIMIT', quantity: '0.001' });
  expect(body.normalisation).toMatchObject({ tickSize: '0.01', stepSize: '0.00001', lots: 100 });
  expect(body.decisions.map(({ attempt }: { attempt: number }) => attempt)).toEqual([1, 2]);
  const rules = body.decisions[1].verdicts.map(({ rule }: { rule: string }) => rule);
  expect(rules).toContain('INSUFFICIENT_BALANCE');
  const types = body.commits.map(({ type }: { type: string }) => type);
  expect(types.slice(0, 5)).toEqual([
    'OrderPlaced',
    'OrderAccepted',
    'OrderAmendRequested',
    'OrderRevisionEnded',
    'OrderReplaced',
  ]);
  expect(body.venueMessages.length).toBeGreaterThan(1);
  const [fill] = body.fills;
  expect(fill.ledger).toHaveLength(1);
  const { body: entries } = await call('GET', `/api/accounts/${order.accountId}/ledger/entries?limit=500`);
  const booked = entries.data.find(({ hash }: { hash: string }) => hash === fill.ledger[0].hash);
  expect(booked).toMatchObject({ kind: 'FILL', transactionId: fill.ledger[0].transactionId });
  expect((await call('GET', `/api/orders/${order.id}/audit`)).body.events).toEqual(body.commits);
});

it('reads what happened to an order by its index, however much its account has written', async () => {
  await database.query(`INSERT INTO event_log (stream_id, stream_seq, type, payload, occurred_at, hash)
    SELECT 'acc_many', n, 'OrderPlaced', json_build_object('orderId', 'ord_' || n), now(), '' FROM generate_series(1, 20000) n`);
  await database.query('ANALYZE event_log');
  const plan = await database.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN SELECT stream_seq, payload FROM event_log WHERE stream_id = 'acc_many' AND payload ->> 'orderId' = 'ord_7'
     ORDER BY stream_seq`,
  );
  expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('event_log_order');
});
