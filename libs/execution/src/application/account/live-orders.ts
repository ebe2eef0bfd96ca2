import type { VenueOrder } from '@sextant/exchange';
import type { EpochMs, Instrument, OrderId } from '@sextant/kernel';
import type { OrderSnapshot, Proof, Reason } from '../../domain/order-snapshot.js';
import type { Order } from '../../domain/order.js';

/** An order in the memory of its account's owner. */
export interface LiveOrder {
  readonly order: Order;
  readonly instrument: Instrument;
  readonly bodyHash: string | null;
  /** Venue keys of its booked fills. */
  readonly fillKeys: Set<string>;
  /** Past it, by the venue's clock as far as it was known, nothing of its last attempt was sent. */
  deadlineAt: EpochMs;
  /** The same by this process's monotonic clock, which nobody moves: for how long to wait. */
  fencedFromMs: number;
  /** Lease epoch that its last attempt was approved under. */
  epoch: number;
  /** Number of the venue session in which its last attempt was handed over; 0 in an earlier process. */
  sentIn: number;
  /** The venue's word about a state whose fills have not all arrived. */
  awaited: { report: VenueOrder; proof: Proof } | null;
  /** The order as it is in the database: what may be answered. Null until its first commit. */
  stored: OrderSnapshot | null;
  /** Its row is in the database, or in a commit that comes before every later one. */
  hasRow: boolean;
  /** Somebody is already finding out what became of it. */
  resolving: boolean;
  /** Since when the venue, that acknowledged what has this id there, no longer shows it; null while it does. */
  missing: { clientOrderId: string; sinceMs: number } | null;
  /** Why its last amendment was refused; for the one who waits for it. */
  amendRefusal?: Reason | null;
}

/** An order that was just made here: nothing of it is stored or sent. */
export function newLiveOrder(
  order: Order,
  instrument: Instrument,
  bodyHash: string | null = null,
): LiveOrder {
  return {
    order,
    instrument,
    bodyHash,
    fillKeys: new Set(),
    deadlineAt: 0,
    fencedFromMs: 0,
    epoch: 0,
    sentIn: 0,
    awaited: null,
    stored: null,
    hasRow: false,
    resolving: false,
    missing: null,
  };
}

/** What a venue calls an order. Its own id may be another order's in another market. */
export interface VenueIds {
  clientOrderId: string;
  venueOrderId: string;
  symbol: string;
}

/** An order by the venue's own name for it. */
export function venueName({ venueOrderId, symbol }: Omit<VenueIds, 'clientOrderId'>): string {
  return `${symbol} ${venueOrderId}`;
}

const KEPT_CLOSED = 1_000;

/** The orders of an account by each of their ids: all live ones, and the last closed ones for what comes late. */
export class LiveOrders {
  private readonly live = new Map<OrderId, LiveOrder>();
  private readonly closed = new Map<OrderId, LiveOrder>();
  private readonly byClientId = new Map<string, LiveOrder>();
  private readonly byVenueId = new Map<string, LiveOrder>();

  all(): LiveOrder[] {
    return [...this.live.values()];
  }

  get size(): number {
    return this.live.size;
  }

  get(orderId: OrderId): LiveOrder | undefined {
    return this.live.get(orderId) ?? this.closed.get(orderId);
  }

  byClientOrderId(clientOrderId: string): LiveOrder | undefined {
    return this.byClientId.get(clientOrderId);
  }

  /** By what the venue calls it: our id, else its own. */
  byVenueIds(ids: VenueIds): LiveOrder | undefined {
    return this.byClientId.get(ids.clientOrderId) ?? this.byVenueId.get(venueName(ids));
  }

  /** Files the order where its status says, by every id that the venue has had for it. Called after every change. */
  put(entry: LiveOrder): void {
    const { orderId, clientOrderId, venueOrderId, progress } = entry.order.snapshot;
    this.file(entry, clientOrderId, venueOrderId);
    for (const one of progress?.revisions ?? []) this.file(entry, one.clientOrderId, one.venueOrderId);
    if (!entry.order.isTerminal) {
      this.live.set(orderId, entry);
      return;
    }
    this.live.delete(orderId);
    this.closed.set(orderId, entry);
    if (this.closed.size > KEPT_CLOSED) this.forgetOldest();
  }

  /** The order never came to be. */
  remove(entry: LiveOrder): void {
    const { orderId, clientOrderId, venueOrderId, progress } = entry.order.snapshot;
    this.live.delete(orderId);
    this.closed.delete(orderId);
    this.unfile(entry, clientOrderId, venueOrderId);
    for (const one of progress?.revisions ?? []) this.unfile(entry, one.clientOrderId, one.venueOrderId);
  }

  private file(entry: LiveOrder, clientOrderId: string, venueOrderId: string | null): void {
    const { symbol } = entry.order.snapshot;
    this.byClientId.set(clientOrderId, entry);
    if (venueOrderId !== null) this.byVenueId.set(venueName({ venueOrderId, symbol }), entry);
  }

  private unfile(entry: LiveOrder, clientOrderId: string, venueOrderId: string | null): void {
    if (this.byClientId.get(clientOrderId) === entry) this.byClientId.delete(clientOrderId);
    if (venueOrderId === null) return;
    const name = venueName({ venueOrderId, symbol: entry.order.snapshot.symbol });
    if (this.byVenueId.get(name) === entry) this.byVenueId.delete(name);
  }

  private forgetOldest(): void {
    for (const entry of this.closed.values()) {
      this.remove(entry);
      return;
    }
  }
}
