import { Config, Logger, Metrics, Redis, SystemClock, SystemTimers } from '@sextant/platform';
import { TestRedis } from '../../../../../test/support/test-redis.js';
import { CallBudget } from '../../domain/channel/call-budget.js';
import type { CallClass, CallIntent } from '../../domain/channel/call-intent.js';
import type { BudgetRule } from '../../domain/channel/channel-profile.js';
import { response, ScriptedVenue } from './scripted-venue.contract.js';
import { SharedBudget } from './shared-budget.js';
import type { SharedCharge } from './shared-budget.js';
import { standaloneChannels } from './standalone-channels.js';

const WINDOW_MS = 600;
const HOLD_MS = 10_000;
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

async function connected(): Promise<Redis> {
  const redis = new Redis({
    config: Config.fromValues(redisAt(server)),
    clock: new SystemClock(),
    timers: new SystemTimers(),
    metrics,
    logger: Logger.silent(),
    connectionName: 'sextant-test',
  });
  running.push(redis);
  await redis.start();
  return redis;
}

function redisAt({ url, keyPrefix }: TestRedis) {
  return { 'redis.url': url, 'redis.keyPrefix': keyPrefix, 'redis.budgetMs': 1_000 };
}

/** One of several processes: its own count, the same Redis. */
class OneProcess {
  readonly budget = new CallBudget(BOTH, 0.2);

  private constructor(readonly shared: SharedBudget) {}

  static async start(): Promise<OneProcess> {
    return new OneProcess(new SharedBudget(await connected(), metrics, 'TESTVENUE'));
  }

  take(asked: CallIntent, holdMs = HOLD_MS): Promise<SharedCharge | number | null> {
    return this.shared.take(this.budget.take(asked), asked, this.budget, holdMs);
  }

  async taken(asked: CallIntent, holdMs = HOLD_MS): Promise<SharedCharge> {
    const result = await this.take(asked, holdMs);
    if (result === null || typeof result === 'number') throw new Error(`not taken: ${result}`);
    return result;
  }
}

const isTaken = (result: SharedCharge | number | null): boolean =>
  typeof result === 'object' && result !== null;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it('counts for all processes together, with the reserve of each class', async () => {
  const processes = await Promise.all([OneProcess.start(), OneProcess.start(), OneProcess.start()]);
  const entries = Array.from({ length: 30 }, (_, n) => processes[n % 3]!.take(intent('ENTRY')));
  expect((await Promise.all(entries)).filter(isTaken)).toHaveLength(16);
  const cancels = Array.from({ length: 6 }, (_, n) => processes[n % 3]!.take(intent('CANCEL')));
  expect((await Promise.all(cancels)).filter(isTaken)).toHaveLength(4);
});

it('says how long to wait once what stands in the way is answered, and has room then', async () => {
  const one = await OneProcess.start();
  await one.shared.end(await one.taken(intent('CANCEL', 20)), true);
  const waitMs = (await one.take(intent('CANCEL', 5))) as number;
  expect(waitMs).toBeGreaterThan(WINDOW_MS / 2);
  expect(waitMs).toBeLessThanOrEqual(WINDOW_MS + WINDOW_MS / 60 + 1);
  await pause(waitMs + 5);
  expect(isTaken(await one.take(intent('CANCEL', 20)))).toBe(true);
});

it('holds what is under way for longer than a window, and has it looked at often', async () => {
  const one = await OneProcess.start();
  const slow = await one.taken(intent('CANCEL', 20));
  await pause(WINDOW_MS + 50);
  expect(await one.take(intent('CANCEL'))).toBe(WINDOW_MS / 60);
  await one.shared.end(slow, true);
  expect(await one.take(intent('CANCEL'))).toBeGreaterThan(WINDOW_MS / 2);
});

it('gets back in the end what a process held that died', async () => {
  const one = await OneProcess.start();
  await one.taken(intent('CANCEL', 20), 200);
  expect(await one.take(intent('CANCEL'))).toBe(WINDOW_MS / 60);
  await pause(200 + WINDOW_MS + 50);
  expect(isTaken(await one.take(intent('CANCEL', 20)))).toBe(true);
});

it('takes from all limits or from none', async () => {
  const one = await OneProcess.start();
  await one.taken(intent('CANCEL', 15));
  for (let count = 0; count < 10; count += 1)
    expect(isTaken(await one.take(intent('CANCEL', 10)))).toBe(false);
  expect(isTaken(await one.take(intent('CANCEL', 5)))).toBe(true);
});

it('gets back what was not sent', async () => {
  const one = await OneProcess.start();
  await one.shared.end(await one.taken(intent('CANCEL', 20)), false);
  expect(isTaken(await one.take(intent('CANCEL', 20)))).toBe(true);
});

it('goes on alone, at once, while Redis is down, and says so', async () => {
  const one = await OneProcess.start();
  await server.kill();
  for (let count = 0; count < 30; count += 1) expect(await one.take(intent('ENTRY'))).toBeNull();
  expect(await metrics.render()).toContain('rate_limits_local_total{bucket="venue"}');
});

it('keeps the channels of two processes together under a limit, and lets all of their calls through', async () => {
  const heardMs: number[] = [];
  const venue = await ScriptedVenue.start((_, socket) => {
    heardMs.push(performance.now());
    socket.write(response(200, '{}'));
  });
  const config = Config.fromValues(redisAt(server));
  const both = await Promise.all(
    [1, 2].map(async () => standaloneChannels({ config, metrics, redis: await connected() })),
  );
  const profile = {
    endpoints: { api: [venue.url] },
    serverTime: null,
    validityWindowMs: null,
    allowLoopback: true,
  };
  const channels = both.map((own) => own.open({ ...profile, venue: 'TESTVENUE', budgets: BOTH }));
  const calls = Array.from({ length: 40 }, (_, n) =>
    channels[n % 2]!.call(intent('CANCEL'), () => ({
      method: 'POST',
      url: `${venue.url}/x`,
      headers: {},
      body: '',
    })),
  );
  const answers = await Promise.all(calls);
  await Promise.all(both.map((own) => own.stop()));
  await venue.close();
  expect(answers.map(({ kind }) => kind)).toEqual(Array(40).fill('ANSWER'));
  for (const startMs of heardMs) {
    expect(heardMs.filter((ms) => ms >= startMs && ms < startMs + WINDOW_MS).length).toBeLessThanOrEqual(20);
  }
});
