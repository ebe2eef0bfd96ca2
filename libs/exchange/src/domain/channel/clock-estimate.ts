import type { EpochMs } from '@sextant/kernel';

/** One look at the venue's clock: `serverMs` was read there between our two monotonic moments. */
export interface ClockSample {
  serverMs: EpochMs;
  sentMs: number;
  receivedMs: number;
  /** What the venue cuts off: its time is `serverMs` … `serverMs + resolutionMs`. */
  resolutionMs: number;
}

interface Kept {
  /** Venue time minus our monotonic time, middle of what is possible. */
  difference: number;
  errorMs: number;
  takenMs: number;
}

const MOST_SAMPLES = 16;
const OLDEST_MS = 15 * 60_000;
/** How fast two quartz clocks may drift apart: 200 ppm is worse than any that still counts as working. */
const DRIFT = 0.0002;
const EARLIEST = Date.UTC(2017, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/**
 * The venue's time as a function of our monotonic clock, in NTP's way: of the last looks the one with the
 * shortest round trip counts, and what is known of it decays. A step of our wall clock changes nothing. Two
 * looks that contradict each other mean that a clock was set: nothing is known then until two agree again.
 */
export class ClockEstimate {
  private samples: Kept[] = [];
  private unconfirmed: Kept | null = null;

  add(sample: ClockSample): void {
    const { serverMs, sentMs, receivedMs, resolutionMs } = sample;
    if (!(serverMs > EARLIEST && serverMs < LATEST) || receivedMs < sentMs) return;
    const kept = {
      difference: serverMs + resolutionMs / 2 - (sentMs + receivedMs) / 2,
      errorMs: (receivedMs - sentMs + resolutionMs) / 2,
      takenMs: receivedMs,
    };
    const known = this.best(receivedMs) ?? this.unconfirmed;
    if (known !== null && !agree(known, kept, receivedMs)) {
      this.samples = [];
      this.unconfirmed = kept;
      return;
    }
    if (this.unconfirmed !== null) this.samples.push(this.unconfirmed);
    this.unconfirmed = null;
    this.samples.push(kept);
    if (this.samples.length > MOST_SAMPLES) this.samples.shift();
  }

  /** Nothing is known any more: the next two looks must agree. */
  distrust(nowMs: number): void {
    this.unconfirmed = this.best(nowMs) ?? this.unconfirmed;
    this.samples = [];
  }

  /** The venue's time at this monotonic moment and how wrong it may be; null while unknown. */
  at(nowMs: number): { venueNow: EpochMs; uncertaintyMs: number } | null {
    const best = this.best(nowMs);
    return best === null ? null : { venueNow: nowMs + best.difference, uncertaintyMs: errorAt(best, nowMs) };
  }

  private best(nowMs: number): Kept | null {
    let best: Kept | null = null;
    for (const sample of this.samples) {
      if (nowMs - sample.takenMs > OLDEST_MS) continue;
      if (best === null || errorAt(sample, nowMs) < errorAt(best, nowMs)) best = sample;
    }
    return best;
  }
}

function errorAt({ errorMs, takenMs }: Kept, nowMs: number): number {
  return errorMs + Math.max(0, nowMs - takenMs) * DRIFT;
}

function agree(one: Kept, other: Kept, nowMs: number): boolean {
  return Math.abs(one.difference - other.difference) <= errorAt(one, nowMs) + errorAt(other, nowMs);
}
