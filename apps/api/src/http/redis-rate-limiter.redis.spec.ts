import { Config, Logger, Metrics, Redis, SystemClock, SystemTimers } from '@sextant/platform';
import { TestRedis } from '../../../../test/support/test-redis.js';
import { MemoryRateLimiter } from './memory-rate-limiter.js';
import { CONTRACT_QUOTAS, describeRateLimiter } from './rate-limiter.contract.js';
import type { RateLimiter } from './rate-limiter.js';
import { RedisRateLimiter } from './redis-rate-limiter.js';

const BUDGET_MS = 50;
/** Where the budget is not the subject, a busy machine must not use it up. */
const AMPLE_MS = 1_000;
/** The budget of a command, and what a busy machine adds. */
const LONGEST_MS = BUDGET_MS + 900;
const RETURN_MS = 10_000;

let server: TestRedis;
let metrics: Metrics;
const running: Redis[] = [];

beforeAll(async () => {
  server = await TestRedis.start();
});
beforeEach(async () => {
  metrics = new Metrics();
  await server.flush();
});
afterEach(() => Promise.all(running.splice(0).map((redis) => redis.stop())));
afterAll(() => server.close());

/** A process of its own, as far as limits go. */
async function instance(budgetMs = AMPLE_MS): Promise<RateLimiter & { redis: Redis }> {
  const redis = connection(budgetMs);
  await redis.start();
  return withRedis(redis, Config.fromValues(CONTRACT_QUOTAS));
}

function connection(budgetMs = AMPLE_MS): Redis {
  const redis = new Redis({
    config: Config.fromValues({
      'redis.url': server.url,
      'redis.keyPrefix': server.keyPrefix,
      'redis.budgetMs': budgetMs,
    }),
    clock: new SystemClock(),
    timers: new SystemTimers(),
    metrics,
    logger: Logger.silent(),
    connectionName: 'sextant-test',
  });
  running.push(redis);
  return redis;
}

function withRedis(redis: Redis, config: Config): RateLimiter & { redis: Redis } {
  const limiter = new RedisRateLimiter(redis, new MemoryRateLimiter(config), metrics);
  return Object.assign(limiter as RateLimiter, { redis });
}

async function countedLocally(): Promise<number> {
  const line = /^rate_limits_local_total\{bucket="requests"\} (\d+)$/m;
  return Number(line.exec(await metrics.render())?.[1] ?? 0);
}

async function untilUp(redis: Redis): Promise<void> {
  const endMs = performance.now() + RETURN_MS;
  while ((await redis.health()).status !== 'UP') {
    if (performance.now() > endMs) throw new Error('Redis was not used again');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('counting in Redis', () => {
  let redis: Redis;
  beforeEach(async () => {
    redis = connection();
    await redis.start();
  });
  describeRateLimiter((config) => withRedis(redis, config));

  it('was in Redis indeed', async () => {
    await withRedis(redis, Config.fromValues(CONTRACT_QUOTAS)).consume('requests', 'ada');
    expect(await countedLocally()).toBe(0);
    expect((await server.entries()).filter(({ key }) => key.includes('rate:requests:'))).toHaveLength(1);
  });
});

describe('counting without Redis', () => {
  describeRateLimiter((config) => withRedis(connection(), config));
});

it('shares one budget among instances', async () => {
  const [one, two] = await Promise.all([instance(), instance()]);
  const verdicts = await Promise.all(
    Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? one : two).consume('requests', 'ada')),
  );
  expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(5);
  expect((await two.consume('requests', 'bob')).remaining).toBe(4);
  expect((await one.consume('requests', 'bob')).remaining).toBe(3);
});

it('goes on from the shared count when Redis is killed, without delay, and shares again when it is back', async () => {
  const [one, two] = await Promise.all([instance(), instance()]);
  for (let n = 0; n < 3; n += 1) await one.consume('requests', 'ada');
  expect((await two.consume('requests', 'ada')).remaining).toBe(1);
  await server.kill();
  const begunMs = performance.now();
  expect(await two.consume('requests', 'ada')).toMatchObject({ allowed: true, remaining: 0 });
  expect(await two.consume('requests', 'ada')).toMatchObject({ allowed: false, quota: 5 });
  expect(performance.now() - begunMs).toBeLessThan(2 * LONGEST_MS);
  expect((await two.redis.health()).status).toBe('DEGRADED');
  expect(await countedLocally()).toBe(2);
  await server.restart();
  await Promise.all([untilUp(one.redis), untilUp(two.redis)]);
  await server.flush();
  expect((await one.consume('requests', 'ada')).remaining).toBe(4);
  expect((await two.consume('requests', 'ada')).remaining).toBe(3);
  expect(await countedLocally()).toBe(2);
});

it('answers within the budget while Redis stands still', async () => {
  const one = await instance(BUDGET_MS);
  await untilUp(one.redis);
  await one.consume('requests', 'ada');
  await server.pause(4_000);
  for (const remaining of [3, 2, 1, 0]) {
    const begunMs = performance.now();
    expect(await one.consume('requests', 'ada')).toMatchObject({ allowed: true, remaining });
    expect(performance.now() - begunMs).toBeLessThan(LONGEST_MS);
  }
  expect((await one.consume('requests', 'ada')).allowed).toBe(false);
  await untilUp(one.redis);
});

it('begins anew after Redis was emptied', async () => {
  const one = await instance();
  for (let n = 0; n < 6; n += 1) await one.consume('requests', 'ada');
  await server.flush();
  expect(await one.consume('requests', 'ada')).toMatchObject({ allowed: true, remaining: 4 });
});

it('gives an end to a counter that has none', async () => {
  const one = await instance();
  await one.consume('requests', 'ada');
  const [counter] = (await server.entries()).filter(({ key }) => key.includes('rate:'));
  await server.directly((client) => client.persist(counter!.key));
  const { resetMs } = await one.consume('requests', 'ada');
  expect(resetMs).toBe(60_000);
  const after = (await server.entries()).find(({ key }) => key === counter!.key)!;
  expect(after.lifeMs).toBeGreaterThan(30_000);
});

it('leaves in Redis counters that end, under the prefix, and nothing of the key', async () => {
  const one = await instance();
  await one.consume('login', '203.0.113.77');
  const counters = (await server.entries()).filter(({ key }) => key.includes('rate:'));
  expect(counters).toEqual([
    {
      key: expect.stringMatching(/^test-[\w-]+:rate:login:[\w-]{22}$/),
      value: '1',
      lifeMs: expect.any(Number),
    },
  ]);
  expect(counters[0]!.lifeMs).toBeGreaterThan(0);
  expect(counters[0]!.key).not.toContain('203');
});
