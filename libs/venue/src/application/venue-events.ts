import type { Instrument } from '@sextant/kernel';
import type { VenueEntry } from '../domain/venue-entry.js';
import type { RecordedFill, ReportedFill, VenueOrderRecord } from '../domain/venue-orders.js';

/** What the exchange tells an account unasked: fills first, then the order that contains them. */
export type VenueReport = { kind: 'FILL'; fill: ReportedFill } | { kind: 'ORDER'; order: VenueOrderRecord };

/** The reports of one entry. `order` is the order after it; its own copy is taken. */
export function reportsOf(entry: VenueEntry, order: VenueOrderRecord, instrument: Instrument): VenueReport[] {
  if (entry.kind === 'DEPOSITED') return [];
  const copy = { ...order };
  return [
    ...fillsOf(entry, copy, instrument).map((fill) => ({ kind: 'FILL' as const, fill })),
    { kind: 'ORDER', order: copy },
  ];
}

/** The fills of one entry as the account is told them. */
export function fillsOf(entry: VenueEntry, order: VenueOrderRecord, instrument: Instrument): ReportedFill[] {
  if (entry.kind === 'DEPOSITED' || entry.kind === 'CANCELED') return [];
  const feeAsset = order.side === 'BUY' ? instrument.base : instrument.quote;
  const role = entry.kind === 'PLACED' ? 'TAKER' : 'MAKER';
  return entry.fills.map((fill: RecordedFill) => ({ ...fill, order, feeAsset, role, at: entry.at }));
}
