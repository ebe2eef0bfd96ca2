import type { EpochMs } from '@sextant/kernel';
import type { BudgetBucket } from './call-intent.js';
import type { PreparedRequest } from './venue-answer.js';

/** One limit of a venue: at most `limit` in any stretch of `windowMs`. */
export interface BudgetRule {
  /** Unique in the profile: names it in metrics and state. */
  name: string;
  limit: number;
  windowMs: number;
  /**
   * ADDRESS: shared by everything this address sends. CREDENTIAL: each key has its own; public calls are not
   * counted.
   */
  scope: 'ADDRESS' | 'CREDENTIAL';
  buckets: readonly BudgetBucket[];
  /** WEIGHT: the call's weight; CALLS: one each. */
  counts: 'WEIGHT' | 'CALLS';
  /** Only these calls count (order placements); default all of its buckets. */
  only?: 'ENTRY_AND_PROTECTIVE';
}

/** What a venue's headers say of a limit. */
export interface BudgetReading {
  rule: string;
  /** Used in the venue's present window. */
  used: number;
  /** The limit, where the venue says that it is another one than the profile's. */
  limit?: number;
}

/** The venue will not be spoken to until then. */
export interface VenueBan {
  until: EpochMs;
  reason: string;
}

export interface ServerTimeSource {
  request: PreparedRequest;
  weight: number;
  /** The venue's time in epoch ms out of an answer of status 200; null when it is not there. */
  read(body: string): EpochMs | null;
}

/** What is particular to one venue, as data; made by its adapter. */
export interface ChannelProfile {
  venue: string;
  /**
   * Base name → interchangeable roots (`https://api.venue.example`, path allowed, no trailing slash). A request
   * may go to any root of the base that its URL begins with. No other host is ever called.
   */
  endpoints: Readonly<Record<string, readonly string[]>>;
  /** Empty: the limits of `exchange.budget.*`. */
  budgets: readonly BudgetRule[];
  headersToBudget?(headers: Readonly<Record<string, string>>): BudgetReading[];
  /**
   * Default: `banOf` of venue-ban.ts (418, and 403 of a firewall). `now` and the end are by the venue's
   * clock.
   */
  banOf?(
    status: number,
    headers: Readonly<Record<string, string>>,
    body: string,
    now: EpochMs,
  ): VenueBan | null;
  /** Whom an answer tells to slow down, where that is not a plain 429, which is for the address. */
  rateLimitScope?(
    status: number,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): 'ADDRESS' | 'CREDENTIAL' | null;
  /**
   * DATE_HEADER: the `Date` of every answer, good to a second. Null: the venue has no clock that we can read.
   */
  serverTime: ServerTimeSource | 'DATE_HEADER' | null;
  /** The signed window; entries are refused while the clock is not known to a quarter of it. Null: none. */
  validityWindowMs: number | null;
  /** Lets `http:` and loopback addresses be endpoints: for a chaos venue and tests. */
  allowLoopback?: boolean;
}
