import { DomainError } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** 1 January 1970 was a Thursday: weeks, which begin on Monday, began four days later. */
const FIRST_MONDAY = 4 * DAY;

const SIZES = {
  '1s': SECOND,
  '1m': MINUTE,
  '3m': 3 * MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '1h': HOUR,
  '2h': 2 * HOUR,
  '4h': 4 * HOUR,
  '6h': 6 * HOUR,
  '8h': 8 * HOUR,
  '12h': 12 * HOUR,
  '1d': DAY,
  '3d': 3 * DAY,
  '1w': WEEK,
} as const;

export type TimeframeName = keyof typeof SIZES | '1M';

/**
 * The interval of a candle. All are in UTC: a day begins at 00:00, a week on Monday, a month on its first; what is
 * shorter than a week counts from 1 January 1970, so that three days are always the same three days.
 */
export class Timeframe {
  private static readonly all = new Map<string, Timeframe>();

  private constructor(
    readonly name: TimeframeName,
    /** Milliseconds; null for months, which differ. */
    readonly sizeMs: number | null,
  ) {}

  /** From the shortest to the longest. */
  static readonly names: readonly TimeframeName[] = [...(Object.keys(SIZES) as TimeframeName[]), '1M'];

  /** @throws DomainError INTERVAL_UNKNOWN */
  static of(name: string): Timeframe {
    if (Timeframe.all.size === 0) {
      for (const [each, sizeMs] of Object.entries(SIZES)) {
        Timeframe.all.set(each, new Timeframe(each as TimeframeName, sizeMs));
      }
      Timeframe.all.set('1M', new Timeframe('1M', null));
    }
    const known = Timeframe.all.get(name);
    if (known !== undefined) return known;
    const detail = `${JSON.stringify(name.slice(0, 10))} is no interval: one of ${Timeframe.names.join(', ')}.`;
    throw new DomainError('INTERVAL_UNKNOWN', detail, { pointer: '/interval' });
  }

  /** When the candle that holds `time` opens. */
  openOf(time: EpochMs): EpochMs {
    if (this.sizeMs === null) return monthsFrom(time, 0);
    const from = this.sizeMs === WEEK ? FIRST_MONDAY : 0;
    return Math.floor((time - from) / this.sizeMs) * this.sizeMs + from;
  }

  /** closeTime = the next openTime; a candle is [openTime, closeTime). */
  closeOf(openTime: EpochMs): EpochMs {
    return this.sizeMs === null ? monthsFrom(openTime, 1) : openTime + this.sizeMs;
  }

  /** True when each candle of `longer` is made of whole candles of this one. */
  divides(longer: Timeframe): boolean {
    if (this === longer) return true;
    if (this.sizeMs === null) return false;
    // Weeks and months begin at a midnight that is none of the three days'.
    if (longer.sizeMs === null || longer.sizeMs === WEEK) return DAY % this.sizeMs === 0;
    return longer.sizeMs > this.sizeMs && longer.sizeMs % this.sizeMs === 0;
  }

  toString(): string {
    return this.name;
  }
}

function monthsFrom(time: EpochMs, months: number): EpochMs {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
}
