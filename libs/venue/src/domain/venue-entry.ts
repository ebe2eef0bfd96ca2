import type { EpochMs } from '@sextant/kernel';
import type { RecordedFill, VenueOrderRecord, VenueOrderState, VenuePlacement } from './venue-orders.js';

/** A decision of the exchange about one account: all that is needed to be in the state after it. */
export type VenueEntry = Deposited | Placed | MakerFilled | Canceled;

export interface Deposited {
  kind: 'DEPOSITED';
  at: EpochMs;
  reference: string;
  asset: string;
  units: bigint;
}

/** An accepted order with its fills as a taker and the state that they left it in. */
export interface Placed {
  kind: 'PLACED';
  at: EpochMs;
  number: number;
  placement: VenuePlacement;
  fills: RecordedFill[];
  status: VenueOrderState;
}

/** The market traded with a resting order. */
export interface MakerFilled {
  kind: 'FILLED';
  at: EpochMs;
  clientOrderId: string;
  fills: RecordedFill[];
}

export interface Canceled {
  kind: 'CANCELED';
  at: EpochMs;
  clientOrderId: string;
}

/** What an entry is about: the client order id, or the reference of a deposit. */
export function subjectOf(entry: VenueEntry): string {
  if (entry.kind === 'DEPOSITED') return entry.reference;
  return entry.kind === 'PLACED' ? entry.placement.clientOrderId : entry.clientOrderId;
}

/** The order after an entry about it; the balance side is the account's. */
export function applyToOrder(
  order: VenueOrderRecord | null,
  entry: Placed | MakerFilled | Canceled,
  quoteOf: (ticks: number, lots: number) => bigint,
): VenueOrderRecord {
  if (entry.kind === 'PLACED') {
    const { placement, number, at, status } = entry;
    const fresh = { ...placement, number, status, filledLots: 0, cumulativeQuoteUnits: 0n, updatedAt: at };
    addFills(fresh, entry.fills, quoteOf);
    return fresh;
  }
  if (order === null) throw new Error(`journal entry ${entry.kind} of an order that was never placed`);
  order.updatedAt = entry.at;
  if (entry.kind === 'CANCELED') order.status = 'CANCELED';
  else {
    addFills(order, entry.fills, quoteOf);
    order.status = order.filledLots === order.lots ? 'FILLED' : 'PARTIALLY_FILLED';
  }
  return order;
}

function addFills(
  order: VenueOrderRecord,
  fills: readonly RecordedFill[],
  quoteOf: (ticks: number, lots: number) => bigint,
): void {
  for (const fill of fills) {
    order.filledLots += fill.lots;
    order.cumulativeQuoteUnits += quoteOf(fill.ticks, fill.lots);
  }
}
