import type { Side } from '../engine/order.js';

/** `[side, ticks, lots]`: the house's whole size at a price, 0 for none. */
export type HouseLevel = readonly [side: Side, ticks: number, lots: number];

/**
 * What a source of market data may do. It plays the house: everybody in the market who is not an account of this venue.
 * The books, the trades and the numbering are the engine's; a source only says what the house wants.
 */
export interface HouseDesk {
  /** The house's sizes from now on, whatever accounts have resting there; one event of the book. */
  setLevels(symbol: string, levels: readonly HouseLevel[]): void;
  /** The house takes up to `lots` from the other side, no worse than `ticks`. */
  trade(symbol: string, aggressor: Side, ticks: number, lots: number): void;
}

export interface MarketSource {
  /** The symbols that it moves. */
  readonly symbols: readonly string[];
  /** Lays the first book out. Called once, before `advance`. */
  open(desk: HouseDesk): void;
  /** Plays what happens in the next `elapsedMs` of market time. */
  advance(desk: HouseDesk, elapsedMs: number): void;
}
