import { Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { MemoryRateLimiter } from './memory-rate-limiter.js';
import { ProblemFilter } from './problem-filter.js';
import { RateLimiter } from './rate-limiter.js';
import { RequestPipe } from './request-pipe.js';

/** What every route goes through on its way in and out. Needs, globally: Config, Logger. */
@Module({
  providers: [
    ProblemFilter,
    { provide: APP_FILTER, useExisting: ProblemFilter },
    { provide: APP_PIPE, useClass: RequestPipe },
    { provide: RateLimiter, useClass: MemoryRateLimiter },
  ],
  exports: [ProblemFilter, RateLimiter],
})
export class HttpModule {}
