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

const TWAP = { symbol: 'BTCUSDT', side: 'BUY', algorithm: 'TWAP', quantity: '0.004' };

function call(
  method: string,
  pathname: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return app.call(method, pathname, { as: app.adminKey, body, headers });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 160; attempt += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within 8 s`);
}

function marketOpen(): Promise<void> {
  return until('a fresh market', async () => {
    const { body } = await call('GET', '/api/market-data/tickers?symbols=BTCUSDT');
    return body.data?.[0]?.stale === false;
  });
}

async function bid(fraction: number): Promise<string> {
  const { body } = await call('GET', '/api/market-data/order-book?symbol=BTCUSDT&depth=1');
  return String(Math.floor(Number(body.bids[0][0]) * fraction));
}

const read = async (id: string) => (await call('GET', `/api/executions/${id}`)).body;
const isOver = (id: string) => async () => (await read(id)).closedAt !== null;

it('works off a TWAP on the paper venue and shows plan, orders and cost', async () => {
  const terms = { ...TWAP, durationSeconds: 2, slices: 4, seed: 7, sizeJitter: '0.1' };
  const started = await call('POST', '/api/executions', terms);
  expect([started.status, started.body.slices.length]).toEqual([201, 4]);
  const { id } = started.body;
  await until('the end', isOver(id));
  const ended = await read(id);
  expect(ended).toMatchObject({ status: 'COMPLETED', filledQuantity: '0.004', reason: null });
  expect(ended.slices.map((slice: any) => slice.plannedQuantity)).toEqual(
    started.body.slices.map((slice: any) => slice.plannedQuantity),
  );
  const orders = await database.query<{ filled: string; n: string }>(
    `SELECT count(*) AS n, sum(filled_lots) AS filled FROM orders WHERE conditions ->> 'executionId' = $1`,
    [id],
  );
  expect(orders).toEqual([{ n: '4', filled: '400' }]);
  const cost = (Number(ended.averagePrice) / Number(ended.arrivalPrice) - 1) * 10_000;
  expect(Number(ended.shortfallBps)).toBeCloseTo(cost, 6);
  const order = await call('GET', `/api/orders/${ended.slices[0].orderId}`);
  expect(order.body).toMatchObject({ executionId: id, timeInForce: 'IOC', status: 'FILLED' });
  const listed = await call('GET', '/api/executions?status=COMPLETED&symbol=BTC-USDT&limit=1');
  const { slices: _, ...summary } = ended;
  expect(listed.body.data).toEqual([summary]);
});

it('pauses, resumes and cancels, each once for a key', async () => {
  const terms = { symbol: 'BTCUSDT', side: 'BUY', algorithm: 'ICEBERG', quantity: '0.01' };
  const iceberg = { ...terms, limitPrice: await bid(0.5), displayQuantity: '0.002' };
  const headers = { 'Idempotency-Key': 'iceberg-1' };
  const started = await call('POST', '/api/executions', iceberg, headers);
  const again = await call('POST', '/api/executions', iceberg, headers);
  expect([again.status, again.headers.get('Idempotency-Replayed')]).toEqual([201, 'true']);
  expect(again.body).toEqual(started.body);
  const reused = await call('POST', '/api/executions', { ...iceberg, quantity: '0.02' }, headers);
  expect(reused).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  const { id } = started.body;
  const resting = async () =>
    (await read(id)).slices.filter(({ orderStatus }: any) => orderStatus === 'NEW').length;
  await until('one part at the venue', async () => (await resting()) === 1);
  const keyed = { 'Idempotency-Key': 'pause-1' };
  const paused = await call('POST', `/api/executions/${id}/pause`, { cancelResting: true }, keyed);
  expect(paused).toMatchObject({ status: 200, body: { status: 'PAUSED' } });
  await until('nothing at the venue', async () => (await resting()) === 0);
  expect((await call('POST', `/api/executions/${id}/resume`)).body.status).toBe('RUNNING');
  const replayed = await call('POST', `/api/executions/${id}/pause`, { cancelResting: true }, keyed);
  expect(replayed).toMatchObject({ status: 200, body: paused.body });
  await until('one part at the venue', async () => (await resting()) === 1);
  expect((await read(id)).status).toBe('RUNNING');
  expect((await call('POST', `/api/executions/${id}/cancel`)).body.status).toBe('CANCELED');
  await until('the end', isOver(id));
  expect(await resting()).toBe(0);
  expect((await call('POST', `/api/executions/${id}/cancel`)).status).toBe(200);
  expect(await call('POST', `/api/executions/${id}/resume`)).toMatchObject({
    status: 409,
    body: { code: 'EXECUTION_ALREADY_ENDED' },
  });
  const balances = await call('GET', '/api/portfolio/balances');
  expect(balances.body.data.every(({ locked }: { locked: string }) => locked === '0')).toBe(true);
});

it('waits while a kill switch is on, says so, and catches up once it is released', async () => {
  const scope = { strategy: 'sliced' };
  const reason = 'a look at the feed';
  await call('POST', '/api/risk/kill-switch', { mode: 'HALT', scope, reason });
  const terms = { ...TWAP, durationSeconds: 5, slices: 5, strategy: 'sliced', maxSliceFactor: 5 };
  const { id } = (await call('POST', '/api/executions', terms)).body;
  await until('the wait is told', async () => (await read(id)).waitingFor?.code === 'KILL_SWITCH');
  expect(await read(id)).toMatchObject({ status: 'RUNNING', filledQuantity: '0' });
  expect((await call('DELETE', '/api/risk/kill-switch', { scope, reason })).status).toBe(200);
  await until('the end', isOver(id));
  const ended = await read(id);
  expect(ended).toMatchObject({
    status: 'COMPLETED',
    reason: null,
    filledQuantity: '0.004',
    waitingFor: null,
  });
  expect(ended.slices[0].orderId).toBeNull();
});

it.each([
  ['a field of another algorithm', { displayQuantity: '0.002' }, 400, 'EXECUTION_TERMS_INVALID'],
  ['no end', { durationSeconds: null }, 400, 'EXECUTION_TERMS_INVALID'],
  [
    'slices below the smallest order',
    { slices: 1_000, durationSeconds: 600 },
    422,
    'EXECUTION_SLICES_INVALID',
  ],
  ['a quantity off the step', { quantity: '0.0000151' }, 422, 'QUANTITY_NOT_ON_STEP'],
  ['more than there is', { quantity: '5' }, 422, 'INSUFFICIENT_BALANCE'],
  ['a VWAP without a profile', { algorithm: 'VWAP' }, 422, 'VOLUME_PROFILE_REQUIRED'],
  ['an unknown market', { symbol: 'NOPE' }, 422, 'UNKNOWN_SYMBOL'],
  ['a rate of a TWAP', { participationRate: '0.1' }, 400, 'EXECUTION_TERMS_INVALID'],
])('refuses %s and writes nothing', async (_, changes, status, code) => {
  const count = () => database.query('SELECT count(*) AS n FROM execution');
  const before = await count();
  const answer = await call('POST', '/api/executions', { ...TWAP, durationSeconds: 60, ...changes });
  expect(answer).toMatchObject({ status, body: { code } });
  expect(await count()).toEqual(before);
});

it('previews a plan with the verdicts, and starts nothing', async () => {
  const weights = { algorithm: 'VWAP', durationSeconds: 60, volumeProfile: ['1', '3'] };
  const { status, body } = await call('POST', '/api/executions/preview', { ...TWAP, ...weights });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    approved: true,
    execution: { profileSource: 'REQUEST' },
    value: { asset: 'USDT' },
  });
  expect(body.execution.slices.map((slice: any) => slice.plannedQuantity)).toEqual(['0.001', '0.003']);
  expect((await call('GET', `/api/executions/${body.execution.id}`)).status).toBe(404);
});
