import { performance } from 'node:perf_hooks';
import { Clock } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';

/** The machine's clock. */
export class SystemClock extends Clock {
  now(): EpochMs {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }
}
