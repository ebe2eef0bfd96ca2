import type { EngineEvent } from './events.js';
import type { Lifecycle } from './lifecycle.js';
import type { MarketState } from './matching.js';
import { needOf } from './matching.js';
import type { Order } from './order.js';
import { isOpen } from './order.js';
import type { OrderStore } from './order-store.js';
import type { Sequences } from './sequences.js';
import type { Settlement } from './settlement.js';
import { seesTrade } from './triggers.js';

interface Parts {
  readonly settlement: Settlement;
  readonly orders: OrderStore;
  readonly markets: ReadonlyMap<string, MarketState>;
  readonly lifecycle: Lifecycle;
  readonly sequences: Sequences;
  readonly now: () => number;
}

/** Makes an engine what its events say that it was. */
export class Restorer {
  readonly #trailing = new Set<Order>();

  constructor(private readonly parts: Parts) {}

  /** Puts back one event; balances are the settlement's own matter. */
  restore(event: EngineEvent): void {
    const { orders, sequences, lifecycle } = this.parts;
    switch (event.kind) {
      case 'OrderChanged':
        this.#restoreOrder(event.order);
        return;
      case 'Filled':
        this.#restoreOrder(event.order);
        orders.addFill({ ...event.fill });
        sequences.seen(event.fill);
        return;
      case 'OrderListChanged':
        orders.addList({ ...event.list });
        sequences.seen({ orderListId: event.list.orderListId });
        return;
      case 'FeeCharged': {
        const { orderId, fillId, commission } = event.fill;
        const fill = orders.fillsOf(orderId).find((known) => known.fillId === fillId);
        if (fill !== undefined) fill.commission = commission;
        return;
      }
      case 'Traded': {
        const { market } = lifecycle.state(event.symbol);
        market.lastTicks = event.ticks;
        market.lastTradeId = Math.max(market.lastTradeId, event.tradeId);
        for (const order of this.#trailing) {
          if (order.symbol === event.symbol) seesTrade(order, event.ticks, event.at);
        }
        return;
      }
      case 'BookChanged':
        lifecycle.state(event.symbol).market.lastUpdateId = event.u;
        return;
      case 'BalanceChanged':
    }
  }

  /** After the last event: open orders take their places again and hold their funds. */
  finish(): void {
    const { orders, settlement, lifecycle, markets } = this.parts;
    const open = [...orders.allOpen()].sort((a, b) => a.priority - b.priority);
    for (const order of open) {
      const state = lifecycle.state(order.symbol);
      if (!settlement.hold(order, needOf(state, order))) {
        throw new Error(`order ${order.orderId} is open but its account cannot hold what it needs`);
      }
      if (order.isWorking) lifecycle.rest(state, order);
      else state.dormant.add(order);
    }
    // None of this is news.
    for (const { book } of markets.values()) {
      book.takeChanges('BUY');
      book.takeChanges('SELL');
    }
    settlement.takeChanges(this.parts.now());
  }

  #restoreOrder(copy: Readonly<Order>): void {
    const { orders, sequences } = this.parts;
    const known = orders.order(copy.orderId);
    if (known !== null) orders.rename(known, copy.clientOrderId);
    const order = known === null ? { ...copy } : Object.assign(known, copy);
    if (known === null) orders.add(order);
    if (!isOpen(order)) orders.close(order);
    const trails = isOpen(order) && !order.isWorking && order.trigger?.trailingBps !== undefined;
    if (trails) this.#trailing.add(order);
    else this.#trailing.delete(order);
    const { orderId, priority } = order;
    sequences.seen({ orderId, priority });
  }
}
