import type { BalanceChanged } from './events.js';
import type { Commission, Fill, Order } from './order.js';

/** What an order may still need: `lots` of the base asset, or at most `quoteUnits` of the quote asset. */
export interface Need {
  readonly lots: number;
  readonly quoteUnits: bigint;
}

/** Whose money moves: the spot ledger, or a margin account. The engine calls it, in the middle of an operation. */
export interface Settlement {
  /**
   * Sets the order's reservation to what it needs from now on; called at acceptance, after each fill and after an
   * amendment. `false`, with nothing changed, when the account has too little.
   */
  hold(order: Order, need: Need): boolean;
  /** The order is over, or gone: nothing stays reserved for it. */
  release(order: Order): void;
  /** Books one side of a trade and says what it was charged. The house's side is booked by `settleHouse`. */
  settle(order: Order, fill: Omit<Fill, 'commission'>): Commission;
  /** The house was the other side of `fill`. */
  settleHouse(fill: Omit<Fill, 'commission'>): void;
  /** Balances that differ since the last call. */
  takeChanges(at: number): BalanceChanged[];
}
