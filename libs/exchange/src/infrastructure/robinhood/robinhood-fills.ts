import type { EpochMs } from '@sextant/kernel';
import type { FillPage } from '../../domain/venue-order.js';
import { UnreadableAnswer } from '../ccxt/exact-json.js';
import { isEnded } from '../native/polled-events.js';
import type { ReadOrder } from './robinhood-values.js';

/**
 * Executions are told inside orders, so reading goes on at the last change of an order that was seen; of each order that
 * may be listed again, the cursor names the fills that were told.
 */
export interface RobinhoodCursor {
  at: EpochMs;
  told: Readonly<Record<string, { ended: boolean; updatedAt: EpochMs; ids: readonly string[] }>>;
}

/** An order that has ended is forgotten so long after the last change that was seen: it is not listed again. */
const FORGET_MS = 600_000;
const LONGEST = 2_000_000;

/** Reads on from a time. */
export function robinhoodCursorAt(at: EpochMs): string {
  return JSON.stringify({ at, told: {} });
}

/** @throws UnreadableAnswer when the text is no cursor of this venue */
export function readRobinhoodCursor(text: string | null): RobinhoodCursor {
  if (text === null) return { at: 0, told: {} };
  try {
    const cursor = JSON.parse(text.length <= LONGEST ? text : '') as RobinhoodCursor;
    const told = Object.values(cursor.told);
    if (Number.isSafeInteger(cursor.at) && told.every(({ ids }) => Array.isArray(ids))) return cursor;
  } catch {
    // falls through: no JSON is no cursor
  }
  throw new UnreadableAnswer('the cursor is none of this venue');
}

/** Fills of `orders` that were not told, in the order of execution. @throws UnreadableAnswer */
export function fillsAfter(from: RobinhoodCursor, orders: readonly ReadOrder[]): FillPage {
  const told: Record<string, RobinhoodCursor['told'][string]> = { ...from.told };
  const fresh = orders.flatMap(({ order, fills }) => {
    const known = new Set(told[order.venueOrderId]?.ids);
    const all = fills();
    const ids = all.map(({ venueTradeId }) => venueTradeId.slice(order.venueOrderId.length + 1));
    told[order.venueOrderId] = { ended: isEnded(order), updatedAt: order.updatedAt, ids };
    return all.filter((_, index) => !known.has(ids[index]!));
  });
  const at = orders.reduce((latest, { order }) => Math.max(latest, order.updatedAt), from.at);
  const kept = Object.entries(told)
    .filter(([, { ended, updatedAt, ids }]) => (ended ? updatedAt > at - FORGET_MS : ids.length > 0))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  fresh.sort(
    (one, other) => one.executedAt - other.executedAt || compare(one.venueTradeId, other.venueTradeId),
  );
  return { fills: fresh, cursor: JSON.stringify({ at, told: Object.fromEntries(kept) }) };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
