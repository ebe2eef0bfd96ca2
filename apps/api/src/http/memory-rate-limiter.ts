import { Injectable } from '@nestjs/common';
import type { ConfigKey } from '@sextant/platform';
import { Config } from '@sextant/platform';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { RATE_WINDOW_SECONDS, RateLimiter } from './rate-limiter.js';
import type { RateBucket, RateVerdict } from './rate-limiter.js';

const QUOTA_KEYS = {
  requests: 'api.rateLimitPerMinute',
  orders: 'http.ordersPerMinute',
  cancels: 'http.cancelsPerMinute',
  address: 'http.addressPerMinute',
  login: 'http.loginsPerMinute',
} as const satisfies Record<RateBucket, ConfigKey>;

/** Budgets in the memory of this process; quotas follow the configuration while it runs. */
@Injectable()
export class MemoryRateLimiter extends RateLimiter {
  private readonly limiters: Record<RateBucket, RateLimiterMemory>;

  constructor(config: Config) {
    super();
    const limiter = (bucket: RateBucket) => {
      const key = QUOTA_KEYS[bucket];
      const made = new RateLimiterMemory({ points: config.get(key), duration: RATE_WINDOW_SECONDS });
      config.onChange(key, (points) => {
        made.points = points;
      });
      return made;
    };
    this.limiters = {
      requests: limiter('requests'),
      orders: limiter('orders'),
      cancels: limiter('cancels'),
      address: limiter('address'),
      login: limiter('login'),
    };
  }

  async consume(bucket: RateBucket, key: string): Promise<RateVerdict> {
    const limiter = this.limiters[bucket];
    const quota = limiter.points;
    try {
      const { remainingPoints, msBeforeNext } = await limiter.consume(key);
      return { allowed: true, quota, remaining: remainingPoints, resetMs: msBeforeNext };
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return { allowed: false, quota, remaining: 0, resetMs: refusal.msBeforeNext };
    }
  }

  /** Goes on from a count that was made elsewhere and ends in `resetMs`. */
  adopt(bucket: RateBucket, key: string, count: number, resetMs: number): void {
    if (resetMs > 0) void this.limiters[bucket].set(key, count, resetMs / 1000);
  }

  /** Requests a window, as configured now. */
  quotaOf(bucket: RateBucket): number {
    return this.limiters[bucket].points;
  }
}
