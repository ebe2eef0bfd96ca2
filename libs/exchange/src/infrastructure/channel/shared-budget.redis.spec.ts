import { Config, Logger, Metrics, Redis, SystemClock, SystemTimers } from '@sextant/platform';
import { TestRedis } from '../../../../../test/support/test-redis.js';
import { CallBudget } from '../../domain/channel/call-budget.js';
import type { CallClass, CallIntent } from '../../domain/channel/call-intent.js';
import type { BudgetRule } from '../../domain/channel/channel-profile.js';
import { SharedBudget } from './shared-budget.js';

const WINDOW_MS = 600;
const rule = (name: string, limit: number): BudgetRule => ({
  ...{ name, limit, windowMs: WINDOW_MS, scope: 'ADDRESS', buckets: ['trading'], counts: 'WEIGHT' },
});
const BOTH = [rule('wide', 100), rule('narrow', 20)];

function intent(callClass: CallClass, weight = 1): CallIntent {
  return { class: callClass, bucket: 'trading', weight, credentialId: null, idempotentRead: false };
}

let server: TestRedis;
let metrics: Metrics;
const running: Redis[] = [];
beforeEach(async () => {
  server = await TestRedis.start();
  metrics = new Metrics();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((redis) => redis.stop()));
  await server.close();
});

/** One of several processes: its own count, the same Redis. */
async function process(): Promise<{
  take: (asked: CallIntent) => Promise<number>;
  giveBack: (asked: CallIntent) => Promise<void>;
}> {
  const redis = new Redis({
    config: Config.fromValues({
      'redis.url': server.url,
      'redis.keyPrefix': server.keyPrefix,
      'redis.budgetMs': 1_000,
    }),
    clock: new SystemClock(),
    timers: new SystemTimers(),
    metrics,
    logger: Logger.silent(),
    connectionName: 'sextant-test',
  });
  running.push(redis);
  await redis.start();
  const shared = new SharedBudget(redis, metrics, 'TESTVENUE');
  const budget = new CallBudget(BOTH, 0.2);
  return {
    take: (asked) => shared.take(budget.take(asked), asked.class, budget),
    giveBack: (asked) => shared.giveBack(budget.take(asked)),
  };
}

it('counts for all processes together, with the reserve of each class', async () => {
  const processes = await Promise.all([process(), process(), process()]);
  const takes = Array.from({ length: 30 }, (_, n) => processes[n % 3]!.take(intent('ENTRY')));
  const granted = (await Promise.all(takes)).filter((waitMs) => waitMs === 0);
  expect(granted).toHaveLength(16);
  const cancels = await Promise.all(
    Array.from({ length: 6 }, (_, n) => processes[n % 3]!.take(intent('CANCEL'))),
  );
  expect(cancels.filter((waitMs) => waitMs === 0)).toHaveLength(4);
});

it('says how long to wait, and has room then', async () => {
  const one = await process();
  expect(await one.take(intent('CANCEL', 20))).toBe(0);
  const waitMs = await one.take(intent('CANCEL', 5));
  expect(waitMs).toBeGreaterThan(WINDOW_MS / 2);
  expect(waitMs).toBeLessThanOrEqual(WINDOW_MS + WINDOW_MS / 60 + 1);
  await new Promise((resolve) => setTimeout(resolve, waitMs + 5));
  expect(await one.take(intent('CANCEL', 20))).toBe(0);
});

it('takes from all limits or from none', async () => {
  const one = await process();
  await one.take(intent('CANCEL', 15));
  for (let count = 0; count < 10; count += 1) expect(await one.take(intent('CANCEL', 10))).toBeGreaterThan(0);
  expect(await one.take(intent('CANCEL', 5))).toBe(0);
});

it('gets back what was not sent', async () => {
  const one = await process();
  await one.take(intent('CANCEL', 20));
  await one.giveBack(intent('CANCEL', 20));
  expect(await one.take(intent('CANCEL', 20))).toBe(0);
});

it('goes on alone, at once, while Redis is down, and says so', async () => {
  const one = await process();
  await server.kill();
  for (let count = 0; count < 30; count += 1) expect(await one.take(intent('ENTRY'))).toBe(0);
  expect(await metrics.render()).toContain('rate_limits_local_total{bucket="venue"}');
});
