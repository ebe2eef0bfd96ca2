import { Injectable } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import type { UserId } from '@sextant/kernel';
import { Metrics } from '@sextant/platform';

const WINDOW_MS = 5 * 60_000;
/** Far more than one process serves; beyond it those that were noted longest ago are left out. */
const CAPACITY = 100_000;

/** The users who made a request lately, for the metric `users_active`. */
@Injectable()
export class ActiveUsers {
  /** `Clock.monotonicMs()` of each user's last request, the latest last. */
  private readonly seenMs = new Map<UserId, number>();

  constructor(
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    metrics.beforeRender(() => metrics.set('users_active', {}, this.count()));
  }

  note(userId: UserId): void {
    this.seenMs.delete(userId);
    this.seenMs.set(userId, this.clock.monotonicMs());
    if (this.seenMs.size > CAPACITY) this.forgetFirst();
  }

  private count(): number {
    const since = this.clock.monotonicMs() - WINDOW_MS;
    for (const seenMs of this.seenMs.values()) {
      if (seenMs >= since) break;
      this.forgetFirst();
    }
    return this.seenMs.size;
  }

  private forgetFirst(): void {
    const [first] = this.seenMs.keys();
    if (first !== undefined) this.seenMs.delete(first);
  }
}
