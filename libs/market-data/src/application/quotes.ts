import type { EpochMs } from '@sextant/kernel';

export interface TopOfBook {
  bidTicks: number;
  /** 0 where the venue does not tell sizes. */
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

/** The prices of one market after a change of its book, its last trade or its freshness; null: not known. */
export interface PriceChange {
  bidTicks: number | null;
  askTicks: number | null;
  /** Price of the newest trade. */
  lastTicks: number | null;
  asOf: EpochMs;
  /** Nothing may be decided on these prices. */
  stale: boolean;
}
