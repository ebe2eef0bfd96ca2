import type { Row } from './read-books.js';

/** One of the orders that the venue was to have of one of ours: an amendment may end one and place another. */
export interface Revision {
  clientOrderId: string;
  venueOrderId: string | null;
  /** Number of its first attempt. */
  firstAttempt: number;
}

/** Oldest first; an order that was never replaced is its own only one. */
export function revisionsOf(order: Row): Revision[] {
  const revisions = (order['progress']?.revisions ?? []) as Revision[];
  if (revisions.length > 0) return revisions;
  const { client_order_id: clientOrderId, venue_order_id: venueOrderId } = order;
  return [{ clientOrderId, venueOrderId, firstAttempt: 1 }];
}
