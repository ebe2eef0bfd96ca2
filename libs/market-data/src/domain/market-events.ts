import type { EpochMs, Side } from '@sextant/kernel';

/** Price levels as flat pairs `ticks, lots, ticks, lots, …`; sizes are absolute, 0 removes the level. */
export type LevelPairs = readonly number[];

/** A whole book. `sequence` is the last update it contains. */
export interface DepthSnapshot {
  symbol: string;
  sequence: number;
  bids: LevelPairs;
  asks: LevelPairs;
  receivedAt: EpochMs;
}

/** A change of the book that covers the updates `firstId` to `lastId`, both included. */
export interface DepthUpdate {
  symbol: string;
  firstId: number;
  lastId: number;
  bids: LevelPairs;
  asks: LevelPairs;
  receivedAt: EpochMs;
}

/** The best bid and ask after update `updateId`. */
export interface Tick {
  symbol: string;
  updateId: number;
  bidTicks: number;
  bidLots: number;
  askTicks: number;
  askLots: number;
  receivedAt: EpochMs;
}

/** One public execution. `aggressor` is the side of the order that removed liquidity. */
export interface Trade {
  symbol: string;
  tradeId: number | string;
  priceTicks: number;
  lots: number;
  /** Null where the venue does not say. */
  aggressor: Side | null;
  executedAt: EpochMs;
}

/** What changed in a book: `whole` after a snapshot, else the levels with their new sizes. */
export interface BookChange {
  symbol: string;
  whole: boolean;
  bids: LevelPairs;
  asks: LevelPairs;
}
