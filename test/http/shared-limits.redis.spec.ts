import { Lifecycle } from '@sextant/platform';
import { createEmptyDatabase } from '@sextant/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SextantProcess } from '../support/sextant-process.js';
import { TestRedis } from '../support/test-redis.js';
import { TestApp } from './test-app.js';
import type { Answer } from './test-app.js';

const QUOTA = 40;
/** Two budgets are asked for a request, its address's and its principal's, 50 ms each; a busy machine adds to that. */
const LONGEST_MS = 2 * 50 + 1_400;
/** Where the time is not the subject, a busy machine must not use it up. */
const AMPLE_MS = '1000';
const RETURN_MS = 15_000;

let redis: TestRedis;
let one: TestApp;
let two: TestApp;

beforeAll(async () => {
  redis = await TestRedis.start();
  [one, two] = await Promise.all([start(), start()]);
});
beforeEach(() => redis.flush());
afterAll(async () => {
  await Promise.all([one?.close(), two?.close()]);
  await redis.close();
});

function start(budgetMs = AMPLE_MS): Promise<TestApp> {
  return TestApp.start({
    REDIS_URL: redis.url,
    SEXTANT__REDIS__KEYPREFIX: redis.keyPrefix,
    SEXTANT__REDIS__BUDGETMS: budgetMs,
    SEXTANT__HTTP__ADDRESSPERMINUTE: String(QUOTA),
  });
}

async function ask(app: TestApp): Promise<Answer & { tookMs: number }> {
  const begunMs = performance.now();
  const answer = await app.call('GET', '/api/system/capabilities', { as: app.adminKey });
  return { ...answer, tookMs: performance.now() - begunMs };
}

async function askMany(app: TestApp, count: number): Promise<(Answer & { tookMs: number })[]> {
  const answers: (Answer & { tookMs: number })[] = [];
  for (let n = 0; n < count; n += 1) answers.push(await ask(app));
  return answers;
}

const statuses = (answers: readonly Answer[]) => new Set(answers.map(({ status }) => status));

async function health(app: TestApp): Promise<string | undefined> {
  const { components } = await app.app.get(Lifecycle).check();
  return components.find(({ name }) => name === 'redis')?.health.status;
}

async function untilUp(app: TestApp): Promise<void> {
  const endMs = performance.now() + RETURN_MS;
  while ((await health(app)) !== 'UP') {
    if (performance.now() > endMs) throw new Error('Redis was not used again');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

it('holds one budget for an address over two processes, and says so', async () => {
  expect(statuses(await askMany(one, QUOTA / 2))).toEqual(new Set([200]));
  expect(statuses(await askMany(two, QUOTA / 2))).toEqual(new Set([200]));
  const refused = [await ask(one), await ask(two)];
  for (const { status, body, headers } of refused) {
    expect([status, body.code]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
    expect(headers.get('ratelimit-policy')).toBe(`"address";q=${QUOTA};w=60`);
    expect(headers.get('ratelimit')).toMatch(/^"address";r=0;t=\d+$/);
  }
  expect((await ask(one)).body.retryable).toBe(true);
});

it('reports Redis in its capabilities and among its components', async () => {
  expect((await ask(one)).body.redis).toBe(true);
  expect(await health(one)).toBe('UP');
});

it('keeps no credential, id or address in Redis', async () => {
  await askMany(one, 2);
  const text = JSON.stringify(await redis.entries());
  expect(text).toContain('rate:address:');
  expect(text).toContain('rate:requests:');
  const keys = await one.call('GET', '/api/api-keys', { as: one.adminKey });
  const secrets = [one.adminKey, ...one.adminKey.split('_').filter((part) => part.length > 8)];
  for (const telling of [
    ...secrets,
    ...keys.body.data.map(({ keyId }: { keyId: string }) => keyId),
    '127.0.0.1',
  ]) {
    expect(text).not.toContain(telling);
  }
});

it('goes on by itself when Redis is killed: no 5xx, no wait, limits hold; then shares again', async () => {
  await askMany(one, 10);
  await redis.kill();
  const without = await askMany(one, QUOTA - 10);
  expect(statuses(without)).toEqual(new Set([200]));
  expect(Math.max(...without.map(({ tookMs }) => tookMs))).toBeLessThan(LONGEST_MS);
  expect((await ask(one)).status).toBe(429);
  expect(await health(one)).toBe('DEGRADED');
  expect((await one.call('GET', '/health/ready')).status).toBe(200);
  await redis.restart();
  await Promise.all([untilUp(one), untilUp(two)]);
  await redis.flush();
  expect([(await ask(one)).status, (await ask(two)).status]).toEqual([200, 200]);
  const counter = (await redis.entries()).find(({ key }) => key.includes('rate:address:'));
  expect(counter?.value).toBe('2');
});

it('answers within the budget while Redis stands still', async () => {
  const app = await start('50');
  try {
    await untilUp(app);
    await redis.pause(4_000);
    const slow = await askMany(app, 10);
    expect(statuses(slow)).toEqual(new Set([200]));
    expect(Math.max(...slow.map(({ tookMs }) => tookMs))).toBeLessThan(LONGEST_MS);
    await untilUp(app);
  } finally {
    await app.close();
  }
});

it('starts without Redis and is ready', async () => {
  await redis.kill();
  const app = await start();
  try {
    expect((await app.call('GET', '/health/ready')).status).toBe(200);
    expect((await ask(app)).status).toBe(200);
    expect(await health(app)).toBe('DEGRADED');
    await redis.restart();
    await untilUp(app);
  } finally {
    await app.close();
  }
});

it("holds one principal's budget over two processes of the operating system, and over the end of one", async () => {
  const database = await createEmptyDatabase();
  const data = mkdtempSync(path.join(tmpdir(), 'sextant-limits-'));
  const env = {
    SEXTANT_ENV: 'test',
    SEXTANT_DATA_DIR: data,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    SEXTANT__REDIS__KEYPREFIX: redis.keyPrefix,
    SEXTANT__REDIS__BUDGETMS: AMPLE_MS,
    SEXTANT__API__RATELIMITPERMINUTE: '30',
  };
  const processes: SextantProcess[] = [];
  try {
    processes.push(await SextantProcess.start({ env }));
    const key = processes[0]!.apiKey!;
    processes.push(await SextantProcess.start({ env }));
    const request = (n: number) => processes[n]!.request('GET', '/api/system/capabilities', { key });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => request(n % 2)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(30);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
    expect(await processes[0]!.stop()).toBe(0);
    processes[0] = await SextantProcess.start({ env });
    expect((await request(0)).status).toBe(429);
  } finally {
    await Promise.all(processes.map((one) => one.stop()));
    await database.close();
    rmSync(data, { recursive: true });
  }
}, 120_000);
