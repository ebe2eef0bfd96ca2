/** What is left of a budget after a request was counted. */
export interface RateVerdict {
  allowed: boolean;
  /** Requests a window. */
  quota: number;
  remaining: number;
  /** Until the window begins anew. */
  resetMs: number;
}

/** Counts requests against budgets. The memory adapter counts in one process; a shared store counts for all. */
export abstract class RateLimiter {
  /** Takes one from the budget of `key` in `bucket`. */
  abstract consume(bucket: RateBucket, key: string): Promise<RateVerdict>;
}

/** `requests`, `orders`, `cancels`: of a principal. `address`, `login`: of a network address. */
export type RateBucket = 'requests' | 'orders' | 'cancels' | 'address' | 'login';

export const RATE_WINDOW_SECONDS = 60;
