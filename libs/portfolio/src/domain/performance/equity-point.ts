import type { EpochMs } from '@sextant/kernel';

/** Value of one or several accounts at one moment, in one asset; units at scale 18. */
export interface EquityPoint {
  /** When the last of what it consists of was valued; 00:00:00.000 UTC is the end of the day before it. */
  at: EpochMs;
  /** Null when something held had no usable price, or an account was not valued at that time: unknown, never zero. */
  equityUnits: bigint | null;
  /** Net deposits − withdrawals since the previous point, as far as they could be valued by now: never P&L. */
  flowUnits: bigint;
  /** False when the equity is not known, or a flow still waits for a price: it counts in a later point. */
  complete: boolean;
}

/** One day and the return within it, a fraction. */
export interface DailyReturn {
  /** 00:00 UTC, where the day begins. */
  day: EpochMs;
  value: number;
}

export const DAY_MS = 86_400_000;

/** Markets never close: a year has 365 daily returns. */
export const DAYS_A_YEAR = 365;
