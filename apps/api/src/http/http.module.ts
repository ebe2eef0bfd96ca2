import { Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { Config, Metrics, Redis } from '@sextant/platform';
import { MemoryRateLimiter } from './memory-rate-limiter.js';
import { ProblemFilter } from './problem-filter.js';
import { RateLimiter } from './rate-limiter.js';
import { RedisRateLimiter } from './redis-rate-limiter.js';
import { RequestPipe } from './request-pipe.js';

/** What every route goes through on its way in and out. Needs, globally: Config, Logger, Metrics, Redis. */
@Module({
  providers: [
    ProblemFilter,
    { provide: APP_FILTER, useExisting: ProblemFilter },
    { provide: APP_PIPE, useClass: RequestPipe },
    { provide: RateLimiter, useFactory: rateLimiter, inject: [Config, Redis, Metrics] },
  ],
  exports: [ProblemFilter, RateLimiter],
})
export class HttpModule {}

function rateLimiter(config: Config, redis: Redis, metrics: Metrics): RateLimiter {
  const local = new MemoryRateLimiter(config);
  return config.get('redis.url') === null ? local : new RedisRateLimiter(redis, local, metrics);
}
