import type { Engine } from '../engine/engine.js';
import type { Fill, Order } from '../engine/order.js';
import { isOpen } from '../engine/order.js';
import type { QuirkBook } from '../faults/quirks.js';
import { archivedOrder, intervalTooBig, noSuchOrder } from '../rest/venue-error.js';
import type { OrderDesk, OrderName } from './order-desk.js';

const DAY_MS = 86_400_000;

export interface Page {
  readonly startTime: number | null;
  readonly endTime: number | null;
  readonly limit: number;
}

/** What queries see of orders and fills: the truth, less what the venue's quirks keep from them. */
export class OrderArchive {
  constructor(
    private readonly engine: Engine,
    private readonly desk: OrderDesk,
    private readonly quirks: QuirkBook,
    private readonly now: () => number,
  ) {}

  /** Throws −2013, or −2026 once it is archived. */
  order(accountId: string, name: OrderName): Order {
    const order = this.desk.find(accountId, name);
    if (order === null || !this.#isVisible(order)) throw noSuchOrder();
    const { archiveAfterMs } = this.quirks.of(accountId);
    if (archiveAfterMs !== null && isUnfilledEnd(order) && this.now() - order.updatedAt >= archiveAfterMs) {
      throw archivedOrder();
    }
    return order;
  }

  open(accountId: string, symbol?: string): Order[] {
    return this.engine.orders.open(accountId, symbol).filter((order) => this.#isVisible(order));
  }

  /** From an order id on, or by time of creation. */
  all(accountId: string, symbol: string, fromId: number | null, page: Page): Order[] {
    checkSpan(page);
    const visible = this.engine.orders.of(accountId, symbol).filter((order) => this.#isVisible(order));
    if (fromId !== null) return visible.filter(({ orderId }) => orderId >= fromId).slice(0, page.limit);
    return pageOf(visible, page, ({ createdAt }) => createdAt);
  }

  fills(
    accountId: string,
    symbol: string,
    fromId: number | null,
    orderId: number | null,
    page: Page,
  ): Fill[] {
    checkSpan(page);
    const { visibilityLagMs } = this.quirks.of(accountId);
    const visible = this.engine.orders
      .fillsOfAccount(accountId, symbol)
      .filter((fill) => this.now() - fill.at >= visibilityLagMs)
      .filter((fill) => orderId === null || fill.orderId === orderId);
    if (fromId !== null) return visible.filter(({ tradeId }) => tradeId >= fromId).slice(0, page.limit);
    return pageOf(visible, page, ({ at }) => at);
  }

  #isVisible(order: Order): boolean {
    const { visibilityLagMs, forgetsUnfilled } = this.quirks.of(order.accountId);
    if (this.now() - order.createdAt < visibilityLagMs) return false;
    return !(forgetsUnfilled && isUnfilledEnd(order));
  }
}

/** With a start the oldest from it on, else the newest up to the end; oldest first either way. */
function pageOf<Row>(rows: readonly Row[], page: Page, timeOf: (row: Row) => number): Row[] {
  const { startTime, endTime, limit } = page;
  const within = rows.filter(
    (row) => timeOf(row) >= (startTime ?? 0) && timeOf(row) <= (endTime ?? Number.MAX_SAFE_INTEGER),
  );
  return startTime === null ? within.slice(-limit) : within.slice(0, limit);
}

function checkSpan({ startTime, endTime }: Page): void {
  if (startTime !== null && endTime !== null && endTime - startTime > DAY_MS) throw intervalTooBig(24);
}

function isUnfilledEnd(order: Order): boolean {
  return !isOpen(order) && order.filledLots === 0;
}
