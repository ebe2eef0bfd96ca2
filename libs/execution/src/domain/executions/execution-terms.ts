import type { AccountId, EpochMs, Side } from '@sextant/kernel';
import type { Reason } from '../order-snapshot.js';
import type { ExecutionStatus } from './execution-status.js';

export const algorithms = ['TWAP', 'VWAP', 'ICEBERG', 'POV'] as const;
export type Algorithm = (typeof algorithms)[number];

/** PASSIVE rests at the own side of the book, AGGRESSIVE takes the other side up to a limit. */
export type Urgency = 'PASSIVE' | 'AGGRESSIVE';

/** What was asked for. Nothing of it changes. */
export interface ExecutionTerms {
  readonly executionId: string;
  readonly accountId: AccountId;
  readonly venue: string;
  readonly symbol: string;
  readonly side: Side;
  readonly algorithm: Algorithm;
  readonly lots: number;
  /** The grid it was planned on, 10^-18 a tick and a lot. */
  readonly tickUnits: bigint;
  readonly stepUnits: bigint;
  /** No child is ever priced beyond it; null sets no bound. An ICEBERG rests at it. */
  readonly limitTicks: number | null;
  readonly startAt: EpochMs;
  /** Nothing is sent from here on; null only for an ICEBERG: until it is filled. */
  readonly endAt: EpochMs | null;
  readonly urgency: Urgency;
  /** How far beyond the touch an aggressive child may be priced, basis points. */
  readonly maxSlippageBps: number;
  /** No slice is larger than this many times what was planned for it, however much is behind. */
  readonly maxSliceFactor: number;
  /** POV: share of the observed volume, basis points. */
  readonly participationBps: number | null;
  /** ICEBERG: what is shown at a time. */
  readonly displayLots: number | null;
  /** How much smaller or larger a slice may be drawn, basis points of its size. */
  readonly sizeJitterBps: number;
  /** How far into its interval a slice may be drawn, basis points of the interval. */
  readonly timeJitterBps: number;
  readonly seed: number;
  /** Where the weights of a VWAP came from; null elsewhere. */
  readonly profileSource: ProfileSource | null;
  readonly strategy: string | null;
  readonly tags: readonly string[];
}

/** REQUEST: the request brought its weights. HISTORY: the venue's hourly volume of the last days. */
export type ProfileSource = 'REQUEST' | 'HISTORY';

/** One slice as planned. An ICEBERG knows no times, a POV no quantities before it has seen the market. */
export interface PlannedSlice {
  readonly slice: number;
  readonly at: EpochMs | null;
  readonly lots: number | null;
}

/** Why it sends nothing although it is running. */
export interface Waiting {
  readonly code: string;
  readonly since: EpochMs;
}

export interface ExecutionSnapshot extends ExecutionTerms {
  readonly schedule: readonly PlannedSlice[];
  readonly status: ExecutionStatus;
  readonly reason: Reason | null;
  readonly waiting: Waiting | null;
  /** While paused the resting child is cancelled too. */
  readonly cancelsResting: boolean;
  /** Mid of the book when it started, quote per base, 10^-18; null before. */
  readonly arrivalUnits: bigint | null;
  readonly createdAt: EpochMs;
  readonly startedAt: EpochMs | null;
  readonly updatedAt: EpochMs;
  /** When its last child had ended: nothing more can be filled. */
  readonly closedAt: EpochMs | null;
  readonly version: number;
}
