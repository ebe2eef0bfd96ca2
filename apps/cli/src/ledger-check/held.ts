import { shareOf } from './decimal.js';

/** What trades left open in one market, and what came of it. Base and quote in 10^-18. */
export interface Held {
  symbol: string;
  /** NET; in hedge mode LONG or SHORT. */
  positionSide: string;
  /** > 0 long, < 0 short. */
  quantity: bigint;
  /** What is held cost, without fees; negative while short. */
  cost: bigint;
  realized: bigint;
  fees: bigint;
  /** Fees whose worth in quote nobody knew. */
  unvalued: number;
  funding: bigint;
  openedAt: number | null;
  updatedAt: number;
}

/** @param market a symbol, in hedge mode with `#LONG` or `#SHORT` */
export function nothingHeld(market: string): Held {
  const [symbol = '', positionSide = 'NET'] = market.split('#');
  const none = { quantity: 0n, cost: 0n, realized: 0n, fees: 0n, funding: 0n };
  return { symbol, positionSide, ...none, unvalued: 0, openedAt: null, updatedAt: 0 };
}

/**
 * A trade of `quantity` (> 0 bought) for `notional` (> 0), at average cost. What closes takes its share of the cost with
 * it, rounded to the nearest unit, halves to even, and the last of it all that is left; a trade past zero opens the other
 * side with the rest of its notional.
 */
export function trade(held: Held, quantity: bigint, notional: bigint): void {
  const sign = quantity < 0n ? -1n : 1n;
  const traded = sign * quantity;
  const against = sign * held.quantity < 0n ? -sign * held.quantity : 0n;
  const closed = against < traded ? against : traded;
  const closedFor = closed === traded ? notional : shareOf(notional, closed, traded);
  if (closed > 0n) {
    const costOut = closed === against ? held.cost : shareOf(held.cost, closed, against);
    held.cost -= costOut;
    held.realized += -sign * closedFor - costOut;
  }
  held.cost += sign * (notional - closedFor);
  held.quantity += quantity;
}

/** After an entry at `at`: a position opens when it leaves zero or turns to the other side. */
export function touch(held: Held, quantityBefore: bigint, at: number): void {
  const { quantity } = held;
  if (quantity === 0n) held.openedAt = null;
  else if (quantityBefore === 0n || quantityBefore < 0n !== quantity < 0n) held.openedAt = at;
  if (at > held.updatedAt) held.updatedAt = at;
}
