import type { Row } from './simulated-database.js';
import type { BookedOrder, VenueBooks } from './venue-books.js';

/** One order at the venue of an order that has had several, as a row tells it. */
export interface Revision {
  clientOrderId: string;
  venueOrderId: string | null;
  lots: number;
  filledBefore: number;
}

export interface Trigger {
  state: 'WAITING' | 'ARMED' | 'TOUCHED' | 'TRIGGERED' | 'RELEASED';
  extremeTicks: number | null;
  triggeredTicks: number | null;
}

export interface Group {
  groupId: string;
  type: string;
  leg: string;
  lots: number;
}

export interface Conditions {
  stopTicks: number | null;
  trailingBps: number | null;
  expiresAt: number | null;
  group: Group | null;
}

interface Progress {
  trigger: Trigger | null;
  revisions: Revision[];
  amendment?: Amendment | null;
}

export interface Amendment {
  lots: number;
  priceTicks: number | null;
  by: string;
}

export function conditionsOf(row: Row): Conditions | null {
  return row['conditions'] as Conditions | null;
}

export function groupIdOf(row: Row): string | null {
  return conditionsOf(row)?.group?.groupId ?? null;
}

export function revisionsOf(row: Row): Revision[] {
  return (row['progress'] as Progress | null)?.revisions ?? [];
}

export function triggerOf(row: Row): Trigger | null {
  return (row['progress'] as Progress | null)?.trigger ?? null;
}

export function amendmentIn(row: Row): Amendment | null {
  return (row['progress'] as Progress | null)?.amendment ?? null;
}

/** Every id that the venue may know it by. */
export function namesOf(row: Row): Set<string> {
  const own = row['client_order_id'] as string;
  return new Set([own, ...revisionsOf(row).map(({ clientOrderId }) => clientOrderId)]);
}

/** The id of what is at the venue now. */
export function lastNameOf(row: Row): string {
  return revisionsOf(row).at(-1)?.clientOrderId ?? (row['client_order_id'] as string);
}

/** What left for the venue, and what it made of it. */
interface SentAndBooked {
  sent: readonly { orderId: string; clientOrderId: string }[];
  books: VenueBooks;
}

/** What the venue has had of an order, by the bytes that left for it. Oldest first. */
export function ordersOf(row: Row, { venue }: { venue: SentAndBooked }): BookedOrder[] {
  const sent = venue.sent.filter(({ orderId }) => orderId === row['order_id']);
  const names = new Set(sent.map(({ clientOrderId }) => clientOrderId)).add(row['client_order_id'] as string);
  return venue.books.orders.filter(({ by, clientId }) => by === 'PLATFORM' && names.has(clientId));
}
