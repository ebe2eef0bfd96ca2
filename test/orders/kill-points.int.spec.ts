import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEmptyDatabase } from '@sextant/testing';
import { SextantProcess } from '../support/sextant-process.js';

/** Steps of the order path, each with how often it is reached before the process is killed there. */
const KILLS = ['K2:1', 'K2:3', 'K3:2', 'K6:2', 'K8:2', 'K9:1', 'K10:2', 'K11:2', 'K12:1', 'K12:3', 'K13:1'];
const ORDER = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.001', type: 'MARKET' };

interface Order {
  id: string;
  status: string;
  filledQuantity: string;
}

let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
let directory: string;
let key: string;
let running: SextantProcess | null = null;

beforeAll(async () => {
  database = await createEmptyDatabase();
  directory = mkdtempSync(path.join(tmpdir(), 'sextant-kill-'));
});
afterAll(async () => {
  await running?.stop('SIGKILL');
  await database.close();
  rmSync(directory, { recursive: true, force: true });
});

async function start(kill: string | null): Promise<SextantProcess> {
  const sextant = await SextantProcess.start({
    env: {
      SEXTANT_ENV: 'test',
      DATABASE_URL: database.url,
      SEXTANT_DATA_DIR: directory,
      SEXTANT__OWNERSHIP__BEATMS: '200',
      SEXTANT__OWNERSHIP__LEASEMS: '1000',
      SEXTANT__HTTP__ORDERSPERMINUTE: '100000',
      ...(kill === null ? {} : { CHAOS_KILL: kill }),
    },
  });
  running = sextant;
  key ??= sextant.apiKey ?? '';
  return sextant;
}

async function untilMarketOpen(sextant: SextantProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { body } = await sextant.request('GET', '/api/market-data/tickers?symbols=BTCUSDT', { key });
    if (body.data?.[0]?.stale === false) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no fresh market');
}

/** Sends an order, and again with the same key while the account has no owner. Throws when the process dies. */
async function send(
  sextant: SextantProcess,
  idempotencyKey: string,
): Promise<{ status: number; body: Order }> {
  const headers = { 'Idempotency-Key': idempotencyKey };
  for (let attempt = 0; ; attempt += 1) {
    const answer = await sextant.request('POST', '/api/orders', { key, body: ORDER, headers });
    if ((answer.status !== 503 && answer.status !== 409) || attempt === 100) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Null when the process died before it answered. */
async function place(sextant: SextantProcess, idempotencyKey: string): Promise<Order | null> {
  try {
    const { status, body } = await send(sextant, idempotencyKey);
    return status < 300 ? body : null;
  } catch {
    return null;
  }
}

/** The kill point was reached: the exit follows the broken connection by a moment. */
async function diedOfItself({ child }: SextantProcess): Promise<boolean> {
  for (let attempt = 0; attempt < 40 && child.signalCode === null; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return child.signalCode === 'SIGKILL';
}

/** Everything that was answered is there once; every key has one order; books and venue agree. */
async function check(sextant: SextantProcess, promised: Map<string, Order>, keys: string[]): Promise<void> {
  for (const idempotencyKey of keys) {
    const { status, body } = await send(sextant, idempotencyKey);
    expect([200, 201, 422]).toContain(status);
    const before = promised.get(idempotencyKey);
    if (before !== undefined) expect(body).toMatchObject({ id: before.id, status: before.status });
  }
  const { body: listed } = await sextant.request('GET', '/api/orders?limit=500', { key });
  const orders = listed.data as Order[];
  expect(orders.filter((order) => order.status !== 'FILLED' && order.status !== 'REJECTED')).toEqual([]);
  expect(orders).toHaveLength(keys.length);
  const { body: fills } = await sextant.request('GET', '/api/fills?limit=500', { key });
  const lots = (text: string) => Math.round(Number(text) * 100_000);
  const filled = orders.reduce((sum, order) => sum + lots(order.filledQuantity), 0);
  expect(fills.data.reduce((sum: number, fill: { quantity: string }) => sum + lots(fill.quantity), 0)).toBe(
    filled,
  );
  const { body: report } = await sextant.request('POST', '/api/portfolio/sync', { key, body: {} });
  expect(report).toMatchObject({ verdict: 'EQUAL' });
}

it('loses nothing and does nothing twice when it is killed at any step of the order path', async () => {
  const promised = new Map<string, Order>();
  const keys: string[] = [];
  let sextant = await start(null);
  for (const kill of KILLS) {
    await sextant.stop();
    const armed = await start(kill).catch(() => null);
    sextant = armed ?? (await start(null));
    for (let attempt = 0; attempt < 4; attempt += 1) {
      if (sextant.child.exitCode !== null || sextant.child.signalCode !== null) break;
      await untilMarketOpen(sextant).catch(() => undefined);
      const idempotencyKey = `${kill}-${attempt}`;
      keys.push(idempotencyKey);
      const order = await place(sextant, idempotencyKey);
      if (order !== null) promised.set(idempotencyKey, order);
    }
    expect([kill, armed === null || (await diedOfItself(armed))]).toEqual([kill, true]);
    await sextant.stop('SIGKILL');
    sextant = await start(null);
    await untilMarketOpen(sextant);
    await check(sextant, promised, keys);
  }
  await sextant.stop();
  expect(promised.size).toBeGreaterThan(KILLS.length / 2);
}, 300_000);
