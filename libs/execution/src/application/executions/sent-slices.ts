import { childOrder } from '../../domain/executions/child-order.js';
import type { ChildOrder } from '../../domain/executions/child-order.js';
import type { OrderSnapshot } from '../../domain/order-snapshot.js';
import type { LiveOrder, LiveOrders } from '../account/live-orders.js';
import type { SentSlice } from './execution-archive.js';

interface Filed {
  slice: SentSlice;
  /** Kept, because an account forgets orders that ended long ago. */
  entry: LiveOrder | null;
}

/** The slices that were sent, each with its order as it is now. */
export class SentSlices {
  private readonly filed = new Map<number, Filed>();

  constructor(
    sent: readonly SentSlice[],
    private readonly orders: LiveOrders,
  ) {
    for (const slice of sent) this.add(slice);
  }

  add(slice: SentSlice): void {
    this.filed.set(slice.slice, { slice, entry: this.orders.get(slice.order.orderId) ?? null });
  }

  entryOf(slice: number): LiveOrder | null {
    return this.filed.get(slice)?.entry ?? null;
  }

  /** By their number. */
  now(): SentSlice[] {
    return this.read(({ order }) => order.snapshot);
  }

  /** As they are in the database: what may be answered. */
  stored(): SentSlice[] {
    return this.read(({ stored, order }) => stored ?? order.snapshot);
  }

  children(): ChildOrder[] {
    return this.now().map(({ slice, order }) => childOrder(slice, order));
  }

  private read(snapshotOf: (entry: LiveOrder) => OrderSnapshot): SentSlice[] {
    const filed = [...this.filed.values()].toSorted((a, b) => a.slice.slice - b.slice.slice);
    return filed.map((each) => {
      each.entry = this.orders.get(each.slice.order.orderId) ?? each.entry;
      return each.entry === null ? each.slice : { ...each.slice, order: snapshotOf(each.entry) };
    });
  }
}
