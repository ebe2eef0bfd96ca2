import type { ManualClock } from './manual-clock.js';
import { Timers } from './timers.js';
import type { Cancel } from './timers.js';

interface Pending {
  dueMs: number;
  order: number;
  run: () => void | Promise<void>;
}

/** Timers over a `ManualClock`: nothing fires until `advance` is called. */
export class ManualTimers extends Timers {
  private readonly pending = new Set<Pending>();
  private order = 0;

  constructor(private readonly clock: ManualClock) {
    super();
  }

  setTimer(delayMs: number, run: () => void | Promise<void>): Cancel {
    const timer: Pending = { dueMs: this.clock.monotonicMs() + delayMs, order: this.order++, run };
    this.pending.add(timer);
    return () => this.pending.delete(timer);
  }

  /** How many timers are armed. */
  get armed(): number {
    return this.pending.size;
  }

  /** Moves the clock and fires what falls due on the way, in order of time, each run awaited. */
  async advance(ms: number): Promise<void> {
    const endMs = this.clock.monotonicMs() + ms;
    for (let next = this.nextDue(endMs); next; next = this.nextDue(endMs)) {
      this.pending.delete(next);
      this.clock.advance(Math.max(0, next.dueMs - this.clock.monotonicMs()));
      await next.run();
    }
    this.clock.advance(endMs - this.clock.monotonicMs());
  }

  private nextDue(endMs: number): Pending | undefined {
    let first: Pending | undefined;
    for (const timer of this.pending) {
      if (timer.dueMs > endMs) continue;
      if (!first || timer.dueMs < first.dueMs || (timer.dueMs === first.dueMs && timer.order < first.order))
        first = timer;
    }
    return first;
  }
}
