import { Clock } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';

/** A clock that stands still until it is moved: for tests and for simulated time. */
export class ManualClock extends Clock {
  private elapsedMs = 0;

  constructor(private wallMs: EpochMs = 1_700_000_000_000) {
    super();
  }

  now(): EpochMs {
    return this.wallMs;
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  advance(ms: number): void {
    this.wallMs += ms;
    this.elapsedMs += ms;
  }

  /** Moves the wall clock only, as an NTP step does. */
  jumpTo(wallMs: EpochMs): void {
    this.wallMs = wallMs;
  }
}
