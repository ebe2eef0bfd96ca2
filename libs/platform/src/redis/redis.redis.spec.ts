import { TestRedis } from '../../../../test/support/test-redis.js';
import { Config } from '../config/index.js';
import type { ComponentHealth } from '../lifecycle/index.js';
import { Logger, Metrics } from '../telemetry/index.js';
import { SystemClock, SystemTimers } from '../time/index.js';
import { Redis } from './redis.js';

/** What a busy machine may add to the budget of a command. */
const SLACK_MS = 900;
const BUDGET_MS = 50;
/** Where the budget is not the subject, a busy machine must not use it up. */
const AMPLE_MS = 1_000;
/** Within which a Redis that is back is used again: pauses between attempts to connect, and one health check. */
const RETURN_MS = 10_000;

let server: TestRedis;
let lines: string[];
let metrics: Metrics;
const running: Redis[] = [];

beforeEach(async () => {
  server = await TestRedis.start();
  lines = [];
  metrics = new Metrics();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((redis) => redis.stop()));
  await server.close();
});

function make({ url = server.url, budgetMs = AMPLE_MS } = {}): Redis {
  const redis = new Redis({
    config: Config.fromValues({
      'redis.url': url,
      'redis.keyPrefix': server.keyPrefix,
      'redis.budgetMs': budgetMs,
    }),
    clock: new SystemClock(),
    timers: new SystemTimers(),
    metrics,
    logger: Logger.create({
      app: 'test',
      level: 'DEBUG',
      destination: { write: (line) => void lines.push(line), flush: () => undefined },
    }),
    connectionName: 'sextant-test',
  });
  running.push(redis);
  return redis;
}

async function started(options = {}): Promise<Redis> {
  const redis = make(options);
  await redis.start();
  return redis;
}

async function timed<T>(run: () => Promise<T>): Promise<{ value: T; tookMs: number }> {
  const begunMs = performance.now();
  const value = await run();
  return { value, tookMs: performance.now() - begunMs };
}

const count = (redis: Redis) => redis.attempt((client) => client.incr('count'));

async function commands(outcome: string): Promise<number> {
  const line = new RegExp(`^redis_commands_total\\{outcome="${outcome}"\\} (\\d+)$`, 'm');
  return Number(line.exec(await metrics.render())?.[1] ?? 0);
}

async function untilUp(redis: Redis): Promise<ComponentHealth> {
  const endMs = performance.now() + RETURN_MS;
  let health = await redis.health();
  while (health.status !== 'UP' && performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    health = await redis.health();
  }
  return health;
}

it('is used at once, under its prefix', async () => {
  const redis = await started();
  expect(await redis.health()).toEqual({ status: 'UP' });
  expect([await count(redis), await count(redis)]).toEqual([1, 2]);
  const counters = (await server.entries()).filter(({ key }) => key.endsWith('count'));
  expect(counters).toMatchObject([{ key: `${server.keyPrefix}count`, value: '2' }]);
  expect(lines).toEqual([]);
});

it('starts without Redis, goes on without it at once, and uses it when it comes', async () => {
  await server.kill();
  const redis = make();
  expect((await timed(() => redis.start())).tookMs).toBeLessThan(1_000 + SLACK_MS);
  expect(await redis.health()).toEqual({
    status: 'DEGRADED',
    detail: expect.stringMatching(/^not used: .*(ECONNREFUSED|ECONNRESET|closed)/),
  });
  const { value, tookMs } = await timed(() => count(redis));
  expect(value).toBeUndefined();
  expect(tookMs).toBeLessThan(SLACK_MS);
  await server.restart();
  expect(await untilUp(redis)).toEqual({ status: 'UP' });
  expect(await count(redis)).toBe(1);
  expect(lines.filter((line) => line.includes('Redis is not used'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('Redis is used again'))).toHaveLength(1);
});

it('lets nobody wait beyond the budget while Redis stands still, and tries it again', async () => {
  const redis = await started({ budgetMs: BUDGET_MS });
  await untilUp(redis);
  await server.pause(3_000);
  const together = await Promise.all(Array.from({ length: 20 }, () => timed(() => count(redis))));
  for (const { value, tookMs } of together) {
    expect(value).toBeUndefined();
    expect(tookMs).toBeLessThan(BUDGET_MS + SLACK_MS);
  }
  for (let n = 0; n < 5; n += 1) {
    const { value, tookMs } = await timed(() => count(redis));
    expect(value).toBeUndefined();
    expect(tookMs).toBeLessThan(BUDGET_MS + SLACK_MS);
  }
  expect(await redis.health()).toMatchObject({
    status: 'DEGRADED',
    detail: expect.stringMatching(/50 ms|timeout/),
  });
  expect(await untilUp(redis)).toEqual({ status: 'UP' });
  expect(await commands('late')).toBeGreaterThanOrEqual(20);
  expect(await commands('skipped')).toBeGreaterThanOrEqual(1);
  expect((await commands('late')) + (await commands('skipped'))).toBeGreaterThanOrEqual(25);
});

it('settles commands that were under way when the connection broke, and never sends them again', async () => {
  const redis = await started({ budgetMs: BUDGET_MS });
  await server.pause(60_000);
  const underWay = Promise.all(
    Array.from({ length: 10 }, () => timed(() => redis.attempt((client) => client.incr('once')))),
  );
  await server.kill();
  for (const { value, tookMs } of await underWay) {
    expect(value).toBeUndefined();
    expect(tookMs).toBeLessThan(BUDGET_MS + SLACK_MS);
  }
  await server.restart();
  expect(await untilUp(redis)).toEqual({ status: 'UP' });
  expect((await server.entries()).filter(({ key }) => key.endsWith('once'))).toEqual([]);
});

it('goes on from zero after Redis lost everything', async () => {
  const redis = await started();
  expect([await count(redis), await count(redis)]).toEqual([1, 2]);
  await server.flush();
  expect(await count(redis)).toBe(1);
});

it('says that it was refused, and never the password', async () => {
  const url = new URL(server.url);
  url.username = 'nobody';
  url.password = 'orange-carrot-7719';
  const redis = await started({ url: url.toString() });
  const health = await redis.health();
  expect(health).toMatchObject({ status: 'DEGRADED', detail: expect.stringContaining('WRONGPASS') });
  expect(await count(redis)).toBeUndefined();
  expect(lines.join('')).toContain('WRONGPASS');
  expect(JSON.stringify(health) + lines.join('')).not.toContain('orange-carrot-7719');
});

it('is degraded when it may connect and not write', async () => {
  const name = `reader-${server.keyPrefix.slice(5, 13)}`;
  await server.directly((client) =>
    client.acl('SETUSER', name, 'on', '>pear-plum-3318', '~*', '+ping', '+info', '+client', '+select'),
  );
  try {
    const url = new URL(server.url);
    url.username = name;
    url.password = 'pear-plum-3318';
    const redis = await started({ url: url.toString() });
    const detail: unknown = expect.stringContaining('NOPERM');
    expect(await redis.health()).toMatchObject({ status: 'DEGRADED', detail });
    expect(await count(redis)).toBeUndefined();
  } finally {
    await server.directly((client) => client.acl('DELUSER', name));
  }
});

it('leaves no connection behind when it is stopped', async () => {
  const redis = await started();
  const named = () =>
    server.directly(async (client) => /name=sextant-test/.test(String(await client.client('LIST'))));
  expect(await named()).toBe(true);
  await redis.stop();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await named()).toBe(false);
  expect(await count(redis)).toBeUndefined();
  expect(lines).toEqual([]);
});
