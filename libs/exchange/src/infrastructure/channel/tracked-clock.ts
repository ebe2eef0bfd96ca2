import type { Clock, EpochMs } from '@sextant/kernel';
import { withoutContext } from '@sextant/platform';
import type { Timers } from '@sextant/platform';
import { ClockEstimate } from '../../domain/channel/clock-estimate.js';
import type { ClockSample } from '../../domain/channel/clock-estimate.js';
import type { VenueClock } from '../../domain/channel/channel-state.js';

/**
 * While its clock is not known well enough the venue is asked after these pauses, doubling from the first to
 * the last.
 */
const FIRST_HURRY_MS = 100;
const LAST_HURRY_MS = 1_000;

interface TrackedClockParts {
  clock: Clock;
  timers: Timers;
  intervalMs: number;
  /** Null where the venue has no clock that can be read: ours is trusted then. */
  source: 'ASKED' | 'HEARD' | null;
  windowMs: number | null;
  /** Asks the venue; what it answers comes in by `hear`. */
  ask: () => Promise<void>;
  onSafety: (safe: boolean) => void;
}

/** The venue's clock, looked at again and again. */
export class TrackedClock implements VenueClock {
  private readonly estimate = new ClockEstimate();
  private isRunning = false;
  private isLooking = false;
  private cancelNext: () => void = () => undefined;
  /** Monotonic moment of the next look. */
  private nextMs = Number.POSITIVE_INFINITY;
  private hurryMs = FIRST_HURRY_MS;
  private wasSafe: boolean | null = null;
  /** Our wall clock minus our monotonic one, at the last look. */
  private wallAhead = 0;

  constructor(private readonly parts: TrackedClockParts) {}

  get offsetMs(): number | null {
    const now = this.now();
    return now === null ? null : now.venueNow - this.parts.clock.now();
  }

  get uncertaintyMs(): number | null {
    return this.now()?.uncertaintyMs ?? null;
  }

  /** The venue's time as well as it is known, whole milliseconds. */
  venueNow(): EpochMs {
    return Math.floor(this.now()?.venueNow ?? this.parts.clock.now());
  }

  isSafe(windowMs: number): boolean {
    if (this.parts.source === null) return true;
    const uncertaintyMs = this.uncertaintyMs;
    return uncertaintyMs !== null && uncertaintyMs <= windowMs / 4;
  }

  distrust(): void {
    this.estimate.distrust(this.parts.clock.monotonicMs());
    this.review();
    this.lookIn(0);
  }

  hear(sample: ClockSample): void {
    this.estimate.add(sample);
    this.wallAhead = this.wallAheadNow();
    this.review();
  }

  start(): void {
    if (this.parts.source === null || this.isRunning) return;
    this.isRunning = true;
    this.lookIn(0);
  }

  stop(): void {
    this.isRunning = false;
    this.cancelNext();
  }

  /** Somebody needs the clock and it is not safe: the next look comes soon. */
  hurry(): void {
    this.lookIn(this.hurryMs);
  }

  /** Never puts off a look that would come sooner. */
  private lookIn(delayMs: number): void {
    const dueMs = this.parts.clock.monotonicMs() + delayMs;
    if (!this.isRunning || this.isLooking || dueMs >= this.nextMs) return;
    this.cancelNext();
    this.nextMs = dueMs;
    this.cancelNext = withoutContext(() => this.parts.timers.setTimer(delayMs, () => this.look()));
  }

  private async look(): Promise<void> {
    this.isLooking = true;
    if (this.parts.source === 'ASKED') await this.parts.ask();
    this.review();
    this.isLooking = false;
    this.nextMs = Number.POSITIVE_INFINITY;
    this.lookIn(this.wasSafe === true ? this.parts.intervalMs : this.hurryMs);
    this.hurryMs = this.wasSafe === true ? FIRST_HURRY_MS : Math.min(2 * this.hurryMs, LAST_HURRY_MS);
  }

  /**
   * A wall clock that moved against the monotonic one was set, or the machine slept, when the monotonic one
   * may have stood still: nobody can tell, so that much is uncertain until the venue was asked again.
   */
  private now(): { venueNow: number; uncertaintyMs: number } | null {
    const known = this.estimate.at(this.parts.clock.monotonicMs());
    if (known === null) return null;
    const movedMs = Math.abs(this.wallAheadNow() - this.wallAhead);
    return { venueNow: known.venueNow, uncertaintyMs: known.uncertaintyMs + movedMs };
  }

  private wallAheadNow(): number {
    return this.parts.clock.now() - this.parts.clock.monotonicMs();
  }

  private review(): void {
    const { windowMs, source } = this.parts;
    if (windowMs === null || source === null) {
      this.wasSafe = this.uncertaintyMs !== null || source === null;
      return;
    }
    const safe = this.isSafe(windowMs);
    if (safe === this.wasSafe) return;
    const isFirst = this.wasSafe === null;
    this.wasSafe = safe;
    if (!isFirst || !safe) this.parts.onSafety(safe);
  }
}
