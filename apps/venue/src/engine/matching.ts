import type { Book, BookEntry, Level } from './book.js';
import type { Market } from './market.js';
import type { Order, OrderTerms, Side } from './order.js';
import { opposite, remainingLots } from './order.js';
import { expectedWaking } from './triggers.js';

/** A market with its book and the orders that wait for their price. */
export interface MarketState {
  readonly market: Market;
  readonly book: Book;
  /** Orders that are not in the book yet, oldest first. */
  readonly dormant: Set<Order>;
  /** Of these, whom trades have reached; they wake when the operation is over. */
  readonly due: Set<Order>;
  readonly entries: Map<number, BookEntry>;
}

export function crosses(side: Side, limit: number | null, ticks: number): boolean {
  if (limit === null) return true;
  return side === 'BUY' ? ticks <= limit : ticks >= limit;
}

export interface Walk {
  readonly lots: number;
  /** Of all planned fills, each rounded up: never less than what they will cost. */
  readonly quoteUnits: bigint;
}

type Taker = Pick<OrderTerms, 'accountId' | 'side' | 'stp' | 'ticks'>;

/** What a taker of at most `lots` would meet in the book now, without touching it. */
export function walkLots({ market, book }: MarketState, taker: Taker, lots: number): Walk {
  let left = lots;
  let quoteUnits = 0n;
  for (const level of book.levels(opposite(taker.side))) {
    if (left === 0 || !crosses(taker.side, taker.ticks, level.ticks)) break;
    const taken = Math.min(left, lotsFor(level, taker));
    left -= taken;
    quoteUnits += market.quoteUnitsUp(level.ticks, taken);
  }
  return { lots: lots - left, quoteUnits };
}

/** How many lots a market order for `budget` units of the quote asset gets; `isFilled` when the book had enough. */
export function walkBudget(
  { market, book }: MarketState,
  taker: Taker,
  budget: bigint,
): Walk & { readonly isFilled: boolean } {
  let left = budget;
  let lots = 0;
  for (const level of book.levels(opposite(taker.side))) {
    const affordable = market.affordableLots(level.ticks, left);
    const available = lotsFor(level, taker);
    const taken = Math.min(affordable, available);
    lots += taken;
    left -= market.quoteUnitsUp(level.ticks, taken);
    if (affordable <= available) return { lots, quoteUnits: budget - left, isFilled: true };
  }
  return { lots, quoteUnits: budget - left, isFilled: false };
}

/** A level's size, what it hides included, without what self-trade prevention would keep the taker from. */
function lotsFor(level: Level, taker: Taker): number {
  const keepsOwn = taker.stp !== 'NONE';
  if (level.icebergs === 0 && (!keepsOwn || level.houseLots === level.lots)) return level.lots;
  let lots = level.lots;
  for (let entry = level.head; entry !== null; entry = entry.next) {
    if (entry.order === null) continue;
    const isOwn = keepsOwn && entry.order.accountId === taker.accountId;
    lots += (isOwn ? 0 : remainingLots(entry.order)) - entry.lots;
  }
  return lots;
}

/** What must stay set aside for the rest of an order. */
export function needOf(state: MarketState, order: Order): Walk {
  const { market } = state;
  const lots = remainingLots(order);
  if (order.ticks !== null) return { lots, quoteUnits: market.quoteUnitsUp(order.ticks, lots) };
  if (!order.isWorking && order.trigger !== null) {
    const waking = expectedWaking(order);
    return { lots, quoteUnits: waking === null ? 0n : market.quoteUnitsUp(waking, lots) };
  }
  return { lots, quoteUnits: walkLots(state, order, lots).quoteUnits };
}
