import type { CancelCountdownRow } from '../countdown/cancel-countdown.js';
import type { AccountId, EpochMs, OrderId, TenantId } from '@sextant/kernel';
import type { OrderSnapshot } from '../../domain/order-snapshot.js';
import type { VenueIds } from './live-orders.js';

/** An order as the owner of its account needs it back. */
export interface StoredOrder {
  order: OrderSnapshot;
  bodyHash: string | null;
  /** Venue keys of the fills that are booked, also on other orders that stand for the same one of the venue. */
  fillKeys: string[];
  /** Fence of its last attempt; 0 when nothing of it was ever handed over. */
  deadlineAt: EpochMs;
}

export interface UsedKey {
  bodyHash: string;
  orderId: OrderId | null;
}

/** What the owner of an account reads of its stored orders: at the start, and where memory does not know. */
export abstract class OrderArchive {
  abstract liveOrders(accountId: AccountId): Promise<StoredOrder[]>;

  abstract byOrderId(accountId: AccountId, orderId: OrderId): Promise<StoredOrder | null>;

  /** By the client's id, else by the venue's. */
  abstract byVenueIds(accountId: AccountId, ids: VenueIds): Promise<StoredOrder | null>;

  /** All orders of the named groups, ended ones too. */
  abstract legsOf(accountId: AccountId, groupIds: readonly string[]): Promise<StoredOrder[]>;

  /** How far the venue's fills have been read; null at the beginning. */
  abstract cursor(accountId: AccountId, venue: string): Promise<string | null>;

  /** The dead man's switch as it was last set; null when it never was. */
  async cancelCountdown(_: AccountId): Promise<CancelCountdownRow | null> {
    return null;
  }

  /** What the last comparison that said something came to, of those that were kept; null when there was none. */
  async lastReconciliation(_: AccountId): Promise<string | null> {
    return null;
  }

  /** Which of the fills are booked, as `<symbol> <fillKey>`. */
  async bookedFills(_: AccountId, _venue: string, _fills: readonly FillIds[]): Promise<ReadonlySet<string>> {
    return new Set();
  }

  abstract usedKey(tenantId: TenantId, route: string, key: string): Promise<UsedKey | null>;
}

/** What a venue calls one execution. */
export interface FillIds {
  symbol: string;
  venueOrderId: string;
  venueTradeId: string;
}

/** What makes a venue's execution the same one, whoever reports it. */
export function fillKey(fill: { venueOrderId: string; venueTradeId: string }): string {
  return `${fill.venueOrderId} ${fill.venueTradeId}`;
}
