import type { EpochMs } from '@sextant/kernel';

export interface TopOfBook {
  bidTicks: number;
  bidLots: number;
  askTicks: number;
  askLots: number;
  asOf: EpochMs;
  /** Milliseconds since the last message of the book's stream, by the monotonic clock. */
  ageMs: number;
  stale: boolean;
}

/** What a position is valued at: for spot the mid of the book. `stale`: nothing may be decided on it. */
export interface Mark {
  /** Quote per base, 10^-18. */
  priceUnits: bigint;
  asOf: EpochMs;
  stale: boolean;
}

/** Levels as flat pairs `ticks, lots, …`, best first. */
export interface BookDepth {
  sequence: number;
  asOf: EpochMs;
  ageMs: number;
  stale: boolean;
  bids: number[];
  asks: number[];
}
