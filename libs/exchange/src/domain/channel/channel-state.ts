import type { EpochMs } from '@sextant/kernel';
import type { CallClass } from './call-intent.js';

export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

export interface BudgetState {
  rule: string;
  /** Null for a limit of the address. */
  credentialId: string | null;
  limit: number;
  windowMs: number;
  used: number;
  /** What an entry could still spend now. */
  leftForEntries: number;
}

export interface EndpointState {
  base: string;
  endpoint: string;
  healthy: boolean;
  consecutiveFailures: number;
  inFlight: number;
}

/** The venue's clock as this process knows it. */
export interface VenueClock {
  /** Venue minus this machine; null while unknown. */
  readonly offsetMs: number | null;
  /** The true offset lies within ± this; null while unknown. */
  readonly uncertaintyMs: number | null;
  /** Whether signed requests with that window may open positions: known to a quarter of it. */
  isSafe(windowMs: number): boolean;
  /** The venue complained about a timestamp: what is known is thrown away and asked for anew. */
  distrust(): void;
}

/** How a venue's channel is doing, for the API and for people. */
export interface ChannelState {
  venue: string;
  breakers: Record<CallClass, BreakerState>;
  budgets: BudgetState[];
  queued: number;
  inFlight: number;
  endpoints: EndpointState[];
  /** Round trips of the last few hundred answers; null while there is none. */
  latencyMs: { p50: number; p95: number; p99: number } | null;
  /** A ban; kept over restarts. */
  halt: { until: EpochMs; reason: string } | null;
  /** A Retry-After that is being waited for. */
  pausedUntil: EpochMs | null;
  clock: { offsetMs: number | null; uncertaintyMs: number | null; safe: boolean };
  /** Answered calls and failures (no answer, not connected, 5xx) since the process started. */
  answers: number;
  failures: number;
}
