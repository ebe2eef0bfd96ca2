import type { Side } from '@sextant/kernel';

/** No price: an empty side, or no level further out. */
export const NO_TICKS = 0;

/** What the simulated exchange sees of one real market. `side` names the side that the resting orders are on. */
export interface MarketView {
  /** False while the book is out of sequence, crossed, one-sided or too old: nothing fills then. */
  isOpen(): boolean;
  bestTicks(side: Side): number;
  lotsAt(side: Side, ticks: number): number;
  /** The next displayed price after `ticks`, away from the best. */
  nextTicks(side: Side, ticks: number): number;
  /** Keeps the market going while an order rests in it; absent where it always goes. */
  follow?(): () => void;
}

/** A change of the displayed book, already applied. Levels are flat pairs `ticks, lots, …`; `whole`: all may differ. */
export interface DisplayedChange {
  symbol: string;
  whole: boolean;
  bids: readonly number[];
  asks: readonly number[];
}

/** A real execution; `aggressor` is the side that removed liquidity. */
export interface MarketTrade {
  symbol: string;
  priceTicks: number;
  lots: number;
  aggressor: Side;
}

/** A market that nothing is known of. */
export const CLOSED_MARKET: MarketView = {
  isOpen: () => false,
  bestTicks: () => NO_TICKS,
  lotsAt: () => 0,
  nextTicks: () => NO_TICKS,
};
