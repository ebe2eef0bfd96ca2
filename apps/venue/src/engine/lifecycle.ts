import type { OrderChanged } from './events.js';
import type { MarketState } from './matching.js';
import { crosses, needOf, walkBudget, walkLots } from './matching.js';
import type { Operations } from './operations.js';
import type { Order, OrderStatus, OrderTerms } from './order.js';
import { isOpen, opposite, shownLots } from './order.js';
import type { OrderStore } from './order-store.js';
import { Refusal } from './refusal.js';
import type { Sequences } from './sequences.js';
import type { Settlement } from './settlement.js';
import { Trading } from './trading.js';
import { isReached, seesTrade, startOf } from './triggers.js';

/** The end that an order may be given from outside. */
export type Ending = Extract<OrderStatus, 'CANCELED' | 'EXPIRED'>;

interface Parts {
  readonly settlement: Settlement;
  readonly orders: OrderStore;
  readonly markets: ReadonlyMap<string, MarketState>;
  readonly operations: Operations;
  readonly sequences: Sequences;
  readonly sharesTradeIds: (accountId: string) => boolean;
}

/** How an order begins, waits, works and ends. */
export class Lifecycle {
  readonly trading: Trading;

  constructor(private readonly parts: Parts) {
    const { settlement, orders, sequences, sharesTradeIds, operations } = parts;
    this.trading = new Trading({
      settlement,
      orders,
      sequences,
      sharesTradeIds,
      emit: (event) => operations.emit(event),
      needOf: (order) => needOf(this.state(order.symbol), order),
      onTrade: (symbol, ticks) => this.#showTrade(symbol, ticks),
      finish: (order, status) => this.finish(order, status, null),
      endSiblings: (order) => this.#endSiblings(order, 'EXPIRED', null),
    });
  }

  /** Throws UNKNOWN_SYMBOL. */
  state(symbol: string): MarketState {
    const state = this.parts.markets.get(symbol);
    if (state === undefined) throw new Refusal('UNKNOWN_SYMBOL');
    return state;
  }

  /** All legs are checked and funded before the first is told of; a refusal leaves nothing behind. */
  accept(legs: readonly OrderTerms[]): Order[] {
    const { settlement, orders: store } = this.parts;
    const orders = legs.map((leg) => this.#check(leg));
    for (const [index, order] of orders.entries()) {
      if (settlement.hold(order, needOf(this.state(order.symbol), order))) continue;
      for (const held of orders.slice(0, index)) settlement.release(held);
      throw new Refusal('INSUFFICIENT_BALANCE');
    }
    if (orders.some((order) => order.postOnly && this.#wouldTake(order))) {
      for (const held of orders) settlement.release(held);
      throw new Refusal('WOULD_TAKE');
    }
    for (const order of orders) {
      store.add(order);
      this.changed('NEW', order);
    }
    return orders;
  }

  /** A new or woken order meets the book. */
  activate(order: Order): void {
    const state = this.state(order.symbol);
    if (!order.isWorking) {
      state.dormant.add(order);
      return;
    }
    const isFillable = order.timeInForce !== 'FOK' || walkLots(state, order, order.lots).lots >= order.lots;
    if (isFillable) this.trading.match(state, order, this.parts.operations.at);
    if (!isOpen(order)) return;
    const rests = order.ticks !== null && order.timeInForce === 'GTC';
    if (rests) this.rest(state, order);
    else this.finish(order, 'EXPIRED', null);
  }

  /** The order leaves its place and meets the book anew under other terms. */
  replace(order: Order, ticks: number, lots: number): void {
    const { settlement, operations, sequences } = this.parts;
    const state = this.state(order.symbol);
    const before = { ticks: order.ticks, lots: order.lots };
    Object.assign(order, { ticks, lots });
    const wouldTake = order.postOnly && this.#wouldTake(order);
    if (wouldTake || !settlement.hold(order, needOf(state, order))) {
      Object.assign(order, before);
      throw new Refusal(wouldTake ? 'WOULD_TAKE' : 'INSUFFICIENT_BALANCE');
    }
    const entry = state.entries.get(order.orderId);
    if (entry !== undefined) state.book.remove(entry);
    state.entries.delete(order.orderId);
    const priority = sequences.nextPriority();
    const amendments = order.amendments + 1;
    Object.assign(order, { priority, amendments, shownLots: undefined, updatedAt: operations.at });
    this.changed('REPLACED', order);
    this.activate(order);
  }

  rest(state: MarketState, order: Order): void {
    const entry = state.book.append(order.side, order.ticks as number, shownLots(order), order);
    state.entries.set(order.orderId, entry);
  }

  /** Wakes what trades and marks have reached, one by one: each may move the price again. */
  wake(): void {
    for (const state of this.parts.markets.values()) {
      while (state.dormant.size > 0) {
        const woken = nextToWake(state);
        if (woken === null) break;
        this.#wakeOrder(state, woken);
      }
    }
  }

  /** An order is over, and with it its list. */
  finish(order: Order, status: OrderStatus, requestId: string | null): void {
    this.#end(order, status, requestId);
    this.#endSiblings(order, status === 'CANCELED' ? 'CANCELED' : 'EXPIRED', requestId);
  }

  changed(change: OrderChanged['change'], order: Order): void {
    const { operations } = this.parts;
    operations.emit({ kind: 'OrderChanged', change, order: { ...order }, at: operations.at });
  }

  #showTrade(symbol: string, ticks: number): void {
    const { dormant, due } = this.state(symbol);
    for (const order of dormant) {
      if (order.trigger?.source !== 'LAST') continue;
      if (seesTrade(order, ticks, this.parts.operations.at)) due.add(order);
    }
  }

  #check(terms: OrderTerms): Order {
    const state = this.state(terms.symbol);
    const { operations, sequences } = this.parts;
    if (state.market.status !== 'TRADING') throw new Refusal('MARKET_CLOSED');
    const { trigger } = terms;
    if (trigger !== null && isReached(trigger, state.market)) throw new Refusal('WOULD_TRIGGER');
    const lots = terms.lots ?? walkBudget(state, terms, terms.quoteBudget as bigint).lots;
    const startTicks = startOf(terms, state.market);
    return {
      ...terms,
      orderId: sequences.nextOrderId(),
      lots,
      status: 'NEW',
      filledLots: 0,
      filledQuote: 0n,
      preventedLots: 0,
      isWorking: trigger === null,
      createdAt: operations.at,
      updatedAt: operations.at,
      workingAt: trigger === null ? operations.at : null,
      extremeTicks: startTicks,
      startTicks,
      trailingAt: startTicks === undefined ? undefined : operations.at,
      shownLots: undefined,
      requestId: null,
      amendments: 0,
      priority: sequences.nextPriority(),
    };
  }

  #wouldTake({ symbol, side, ticks }: Order): boolean {
    const best = this.state(symbol).book.best(opposite(side));
    return best !== null && crosses(side, ticks, best.ticks);
  }

  #wakeOrder(state: MarketState, order: Order): void {
    const { settlement, operations, sequences } = this.parts;
    const { at } = operations;
    state.dormant.delete(order);
    state.due.delete(order);
    Object.assign(order, {
      isWorking: true,
      workingAt: at,
      updatedAt: at,
      priority: sequences.nextPriority(),
    });
    this.#endSiblings(order, 'EXPIRED', null);
    if (!settlement.hold(order, needOf(state, order))) {
      this.finish(order, 'EXPIRED', null);
      return;
    }
    this.changed('TRIGGERED', order);
    this.activate(order);
  }

  #end(order: Order, status: OrderStatus, requestId: string | null): void {
    const { settlement, orders, operations } = this.parts;
    const state = this.state(order.symbol);
    const entry = state.entries.get(order.orderId);
    if (entry !== undefined && entry.lots > 0) state.book.remove(entry);
    state.entries.delete(order.orderId);
    state.dormant.delete(order);
    state.due.delete(order);
    settlement.release(order);
    orders.close(order);
    // A fill has been told as a fill.
    if (status === 'FILLED') return;
    Object.assign(order, { status, requestId, updatedAt: operations.at });
    this.changed(changeOf(status), order);
  }

  /** The other orders of its list end; the list itself is done when this one is over too. */
  #endSiblings(order: Order, status: Ending, requestId: string | null): void {
    const { orders, operations } = this.parts;
    const list = order.orderListId < 0 ? null : orders.list(order.orderListId);
    if (list === null || list.status === 'ALL_DONE') return;
    for (const id of list.orderIds) {
      const leg = orders.order(id) as Order;
      if (leg !== order && isOpen(leg)) this.#end(leg, status, requestId);
    }
    if (isOpen(order)) return;
    list.status = 'ALL_DONE';
    operations.emit({ kind: 'OrderListChanged', list: { ...list }, at: operations.at });
  }
}

function changeOf(status: OrderStatus): OrderChanged['change'] {
  if (status === 'CANCELED') return 'CANCELED';
  return status === 'EXPIRED_IN_MATCH' ? 'TRADE_PREVENTION' : 'EXPIRED';
}

/** Whom trades have reached, in the order of these; then whom the mark has. */
function nextToWake({ due, dormant, market }: MarketState): Order | null {
  for (const order of due) return order;
  for (const order of dormant)
    if (order.trigger?.source === 'MARK' && isReached(order.trigger, market)) return order;
  return null;
}
