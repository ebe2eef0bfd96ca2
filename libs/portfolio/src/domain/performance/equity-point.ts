import type { EpochMs } from '@sextant/kernel';

/** What an account, or several together, were worth at one instant. Units are counts of 10^-18 of one asset. */
export interface EquityPoint {
  at: EpochMs;
  /** Null where something held had no usable price: unknown, never zero. Fees are paid, flows are in it. */
  equityUnits: bigint | null;
  /** Deposits − withdrawals since the point before: "flows are never P&L". */
  flowUnits: bigint;
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
