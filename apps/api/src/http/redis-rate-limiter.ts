import { createHash } from 'node:crypto';
import type { Metrics, Redis } from '@sextant/platform';
import type { MemoryRateLimiter } from './memory-rate-limiter.js';
import { RATE_WINDOW_SECONDS, RateLimiter } from './rate-limiter.js';
import type { RateBucket, RateVerdict } from './rate-limiter.js';

/** Counts one, answers the count and what is left of the window. A counter without an end would refuse for ever. */
const COUNT = `
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[1])
  redis.call('PEXPIRE', KEYS[1], left)
end
return {count, left}`;

/**
 * Budgets that all processes share, in Redis. Without Redis each process goes on counting for itself, from where it
 * last saw the shared count.
 */
export class RedisRateLimiter extends RateLimiter {
  constructor(
    private readonly redis: Redis,
    private readonly local: MemoryRateLimiter,
    private readonly metrics: Metrics,
  ) {
    super();
  }

  async consume(bucket: RateBucket, key: string): Promise<RateVerdict> {
    const name = counterName(bucket, key);
    const counted = await this.redis.attempt((client) =>
      client.eval(COUNT, 1, name, RATE_WINDOW_SECONDS * 1000),
    );
    if (counted === undefined) {
      this.metrics.increment('rate_limits_local_total', { bucket });
      return this.local.consume(bucket, key);
    }
    const [count, resetMs] = counted as [number, number];
    this.local.adopt(bucket, key, count, resetMs);
    const quota = this.local.quotaOf(bucket);
    return { allowed: count <= quota, quota, remaining: Math.max(0, quota - count), resetMs };
  }
}

/** Redis is told no address and no id as it is, and no credential ever comes here. */
function counterName(bucket: RateBucket, key: string): string {
  return `rate:${bucket}:${createHash('sha256').update(key).digest('base64url').slice(0, 22)}`;
}
