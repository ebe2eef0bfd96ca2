import type { VenueOrderRecord } from './venue-orders.js';

/** An account's state at one place of its journal. Ids of closed orders are not in it: the journal has them. */
export interface AccountSnapshot {
  lastOrder: number;
  lastTrade: number;
  balances: { asset: string; freeUnits: bigint; lockedUnits: bigint }[];
  references: string[];
  open: VenueOrderRecord[];
}
