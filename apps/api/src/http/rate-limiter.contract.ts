import { Config } from '@sextant/platform';
import { RATE_WINDOW_SECONDS } from './rate-limiter.js';
import type { RateLimiter } from './rate-limiter.js';

export const CONTRACT_QUOTAS = {
  'api.rateLimitPerMinute': 5,
  'http.ordersPerMinute': 3,
  'http.cancelsPerMinute': 3,
  'http.addressPerMinute': 7,
  'http.loginsPerMinute': 2,
} as const;

/** What every adapter of the port does, wherever it counts. */
export function describeRateLimiter(make: (config: Config) => RateLimiter): void {
  const fresh = () => make(Config.fromValues(CONTRACT_QUOTAS));

  it('allows the quota and refuses what comes after, until the window ends', async () => {
    const limiter = fresh();
    for (const remaining of [4, 3, 2, 1, 0]) {
      expect(await limiter.consume('requests', 'ada')).toMatchObject({ allowed: true, quota: 5, remaining });
    }
    const refused = await limiter.consume('requests', 'ada');
    expect(refused).toMatchObject({ allowed: false, quota: 5, remaining: 0 });
    expect(refused.resetMs).toBeGreaterThan((RATE_WINDOW_SECONDS - 20) * 1000);
    expect(refused.resetMs).toBeLessThanOrEqual(RATE_WINDOW_SECONDS * 1000);
  });

  it('keeps the budgets of keys and of buckets apart', async () => {
    const limiter = fresh();
    for (let n = 0; n < 3; n += 1) await limiter.consume('orders', 'ada');
    expect((await limiter.consume('orders', 'ada')).allowed).toBe(false);
    expect((await limiter.consume('orders', 'bob')).remaining).toBe(2);
    expect((await limiter.consume('cancels', 'ada')).remaining).toBe(2);
    expect((await limiter.consume('address', 'ada')).quota).toBe(7);
    expect((await limiter.consume('login', 'ada')).quota).toBe(2);
  });

  it('lets requests that come together have the quota exactly', async () => {
    const limiter = fresh();
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, () => limiter.consume('requests', 'many at once')),
    );
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(5);
  });

  it('takes any text for a key', async () => {
    const limiter = fresh();
    for (const key of ['', '::1', 'a:b', 'a*', '\r\nFLUSHALL\r\n', '😀', 'x'.repeat(10_000), '__proto__']) {
      expect(await limiter.consume('requests', key)).toMatchObject({ allowed: true, remaining: 4 });
    }
  });

  it('follows a quota that changes while it runs', async () => {
    const config = Config.fromValues(CONTRACT_QUOTAS);
    const limiter = make(config);
    for (let n = 0; n < 3; n += 1) await limiter.consume('orders', 'ada');
    config.applyOverrides(new Map([['http.ordersPerMinute', 10]]));
    expect(await limiter.consume('orders', 'ada')).toMatchObject({ allowed: true, quota: 10, remaining: 6 });
  });
}
