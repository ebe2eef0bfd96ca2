import { Book } from './book.js';
import type { LevelChange } from './events.js';
import type { EngineEvent, EngineListener, OrderChanged, OrderList } from './events.js';
import { House } from './house.js';
import type { MarketRules } from './market.js';
import { Market } from './market.js';
import type { MarketState, Walk } from './matching.js';
import { crosses, walkBudget, walkLots } from './matching.js';
import type { Fill, Order, OrderStatus, OrderTerms } from './order.js';
import { isOpen, opposite, remainingLots } from './order.js';
import { OrderStore } from './order-store.js';
import { Refusal } from './refusal.js';
import type { Settlement } from './settlement.js';
import { Trading } from './trading.js';

export interface EngineOptions {
  readonly settlement: Settlement;
  /** Epoch milliseconds of the venue's clock. */
  readonly now: () => number;
  /** A quirk: all fills of an order of this account carry the trade id of its first. */
  readonly sharesTradeIds?: (accountId: string) => boolean;
}

export interface Depth {
  readonly lastUpdateId: number;
  readonly bids: LevelChange[];
  readonly asks: LevelChange[];
}

/** The end that an order may be given from outside. */
export type Ending = Extract<OrderStatus, 'CANCELED' | 'EXPIRED'>;

/**
 * Matching for all symbols of one kind of account. Every change is one operation: it runs to its end, triggers
 * included, and then tells the listeners what happened, balances and book last.
 */
export class Engine {
  readonly orders = new OrderStore();
  readonly house: House;
  readonly #markets = new Map<string, MarketState>();
  readonly #listeners = new Set<EngineListener>();
  readonly #settlement: Settlement;
  readonly #trading: Trading;
  readonly #now: () => number;
  #events: EngineEvent[] = [];
  #depth = 0;
  #at = 0;
  #lastOrderId = 0;
  #lastListId = -1;
  #lastPriority = 0;

  constructor({ settlement, now, sharesTradeIds = () => false }: EngineOptions) {
    this.#settlement = settlement;
    this.#now = now;
    this.#trading = new Trading({
      settlement,
      orders: this.orders,
      emit: (event) => this.#events.push(event),
      needOf: (order) => this.#needOf(this.state(order.symbol), order),
      finish: (order, status) => this.#finish(order, status, null),
      endSiblings: (order) => this.#endSiblings(order, 'EXPIRED', null),
      sharesTradeIds,
    });
    this.house = new House({
      state: (symbol) => this.state(symbol),
      operate: (run) => this.#operate(run),
      trading: this.#trading,
      now: () => this.#at,
    });
  }

  addMarket(rules: MarketRules): Market {
    if (this.#markets.has(rules.symbol)) throw new RangeError(`market ${rules.symbol} exists`);
    const market = new Market(rules);
    this.#markets.set(rules.symbol, { market, book: new Book(), dormant: new Set(), entries: new Map() });
    return market;
  }

  /** @returns how to stop listening. */
  listen(listener: EngineListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  symbols(): string[] {
    return [...this.#markets.keys()];
  }

  market(symbol: string): Market | null {
    return this.#markets.get(symbol)?.market ?? null;
  }

  /** Throws UNKNOWN_SYMBOL. */
  state(symbol: string): MarketState {
    const state = this.#markets.get(symbol);
    if (state === undefined) throw new Refusal('UNKNOWN_SYMBOL');
    return state;
  }

  /** The book now, best first, with the id of the newest event that it contains. */
  depth(symbol: string, limit = Infinity): Depth {
    const { market, book } = this.state(symbol);
    return {
      lastUpdateId: market.lastUpdateId,
      bids: book.depth('BUY', limit),
      asks: book.depth('SELL', limit),
    };
  }

  /** Accepts an order and matches it, or throws a `Refusal`. Filters, ids and limits are the caller's matter. */
  place(terms: OrderTerms): Order {
    return this.#operate(() => {
      const [order] = this.#accept([terms]);
      this.#activate(order as Order);
      return order as Order;
    });
  }

  /** Orders of which only one may trade; they share a reservation, and the first to trade or wake ends the rest. */
  placeList(listClientOrderId: string, legs: readonly OrderTerms[]): { list: OrderList; orders: Order[] } {
    return this.#operate(() => {
      const orderListId = (this.#lastListId += 1);
      const orders = this.#accept(legs.map((leg) => ({ ...leg, orderListId })));
      const { accountId, symbol } = orders[0] as Order;
      const orderIds = orders.map((order) => order.orderId);
      const list: OrderList = {
        orderListId,
        accountId,
        symbol,
        listClientOrderId,
        orderIds,
        status: 'EXEC_STARTED',
        createdAt: this.#at,
      };
      this.orders.addList(list);
      this.#events.push({ kind: 'OrderListChanged', list: { ...list }, at: this.#at });
      for (const order of orders) if (isOpen(order)) this.#activate(order);
      return { list, orders };
    });
  }

  /** Ends an open order, and its list with it; `requestId` is the client id of the request itself. */
  cancel(order: Order, requestId: string | null, status: Ending = 'CANCELED'): void {
    this.#operate(() => {
      if (!isOpen(order)) throw new Refusal('NOT_OPEN');
      this.#finish(order, status, requestId);
    });
  }

  /** Makes an open order smaller; it keeps its place in the queue and goes by `clientOrderId` from now on. */
  amend(order: Order, lots: number, clientOrderId: string): void {
    this.#operate(() => {
      if (!isOpen(order)) throw new Refusal('NOT_OPEN');
      const taken = order.lots - lots;
      if (taken <= 0 || taken >= remainingLots(order)) throw new Refusal('NOT_SMALLER');
      const state = this.state(order.symbol);
      const requestId = order.clientOrderId;
      this.orders.rename(order, clientOrderId);
      Object.assign(order, { lots, requestId, amendments: order.amendments + 1, updatedAt: this.#at });
      const entry = state.entries.get(order.orderId);
      if (entry !== undefined) state.book.reduce(entry, taken);
      this.#settlement.hold(order, this.#needOf(state, order));
      this.#changed('REPLACED', order);
    });
  }

  /** The house takes `lots` of an order that rests, at its own price, whatever stands before it in the queue. */
  fillOpen(order: Order, lots: number): void {
    this.#operate(() => {
      const state = this.state(order.symbol);
      const entry = state.entries.get(order.orderId);
      if (!isOpen(order) || entry === undefined || lots > entry.lots) throw new Refusal('NOT_OPEN');
      this.#trading.take(state, entry, opposite(order.side), null, lots, this.#at);
    });
  }

  /**
   * The house takes `lots` of an order that was already canceled, at the order's own price: the fill that the venue
   * had made before the cancel, told late. @returns null when the account no longer has the funds.
   */
  fillLate(order: Order, lots: number): Fill | null {
    return this.#operate(() => {
      if (order.status !== 'CANCELED' || order.ticks === null || lots > remainingLots(order)) return null;
      const { market } = this.state(order.symbol);
      const need = { lots, quoteUnits: market.quoteUnitsUp(order.ticks, lots) };
      if (!this.#settlement.hold(order, need)) return null;
      const fill = this.#trading.tradeOffBook(market, order, order.ticks, lots, this.#at);
      this.#settlement.release(order);
      return fill;
    });
  }

  /** The mark price moved: orders that watch it may wake. */
  markPrice(symbol: string, ticks: number): void {
    this.#operate(() => {
      this.state(symbol).market.markTicks = ticks;
    });
  }

  /** Runs a change of the settlement's own (a deposit, a late commission) and tells the listeners. */
  settleNow(run: (emit: (event: EngineEvent) => void, at: number) => void): void {
    this.#operate(() => run((event) => this.#events.push(event), this.#at));
  }

  /** Puts back one event that was told before; see `finishRestore`. */
  restore(event: EngineEvent): void {
    if (event.kind === 'OrderChanged' || event.kind === 'Filled') this.#restoreOrder(event.order);
    if (event.kind === 'Filled') {
      this.orders.addFill({ ...event.fill });
      this.#trading.continueFrom(event.fill.fillId);
    }
    if (event.kind === 'OrderListChanged') {
      this.orders.addList({ ...event.list });
      this.#lastListId = Math.max(this.#lastListId, event.list.orderListId);
    }
    if (event.kind === 'FeeCharged') {
      const { orderId, fillId, commission } = event.fill;
      const fill = this.orders.fillsOf(orderId).find((known) => known.fillId === fillId);
      if (fill !== undefined) fill.commission = commission;
    }
    if (event.kind === 'Traded') {
      const { market } = this.state(event.symbol);
      market.lastTicks = event.ticks;
      market.lastTradeId = Math.max(market.lastTradeId, event.tradeId);
    }
    if (event.kind === 'BookChanged') this.state(event.symbol).market.lastUpdateId = event.u;
  }

  /** After the last restored event: open orders take their places again and hold their funds. */
  finishRestore(): void {
    const open = [...this.orders.allOpen()].sort((a, b) => a.priority - b.priority);
    for (const order of open) {
      const state = this.state(order.symbol);
      if (!this.#settlement.hold(order, this.#needOf(state, order))) {
        throw new Error(`order ${order.orderId} is open but its account cannot hold what it needs`);
      }
      if (order.isWorking) this.#rest(state, order);
      else state.dormant.add(order);
    }
    for (const { book } of this.#markets.values()) {
      book.takeChanges('BUY');
      book.takeChanges('SELL');
    }
    this.#settlement.takeChanges(this.#now());
  }

  #restoreOrder(copy: Readonly<Order>): void {
    const known = this.orders.order(copy.orderId);
    if (known !== null) this.orders.rename(known, copy.clientOrderId);
    const order = known === null ? { ...copy } : Object.assign(known, copy);
    if (known === null) this.orders.add(order);
    if (!isOpen(order)) this.orders.close(order);
    this.#lastOrderId = Math.max(this.#lastOrderId, order.orderId);
    this.#lastPriority = Math.max(this.#lastPriority, order.priority);
  }

  #operate<Result>(run: () => Result): Result {
    if (this.#depth === 0) this.#at = this.#now();
    this.#depth += 1;
    try {
      const result = run();
      if (this.#depth === 1) this.#wake();
      return result;
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) this.#tell();
    }
  }

  #tell(): void {
    const events = this.#events;
    events.push(...this.#settlement.takeChanges(this.#at));
    for (const { market, book } of this.#markets.values()) {
      const bids = book.takeChanges('BUY');
      const asks = book.takeChanges('SELL');
      if (bids.length + asks.length === 0) continue;
      const U = market.lastUpdateId + 1;
      const u = (market.lastUpdateId += bids.length + asks.length);
      events.push({ kind: 'BookChanged', symbol: market.symbol, U, u, bids, asks, at: this.#at });
    }
    this.#events = [];
    for (const event of events) for (const listener of this.#listeners) listener(event);
  }

  /** All legs are checked and funded before the first is told of. */
  #accept(legs: readonly OrderTerms[]): Order[] {
    const orders = legs.map((leg) => this.#check(leg));
    for (const [index, order] of orders.entries()) {
      if (this.#settlement.hold(order, this.#needOf(this.state(order.symbol), order))) continue;
      for (const held of orders.slice(0, index)) this.#settlement.release(held);
      throw new Refusal('INSUFFICIENT_BALANCE');
    }
    if (orders.some((order) => order.postOnly && this.#wouldTake(order))) {
      for (const held of orders) this.#settlement.release(held);
      throw new Refusal('WOULD_TAKE');
    }
    for (const order of orders) {
      this.orders.add(order);
      this.#changed('NEW', order);
    }
    return orders;
  }

  #check(terms: OrderTerms): Order {
    const state = this.state(terms.symbol);
    const { market } = state;
    if (market.status !== 'TRADING') throw new Refusal('MARKET_CLOSED');
    const { trigger } = terms;
    if (trigger !== null && isReached(trigger, market)) throw new Refusal('WOULD_TRIGGER');
    const lots = terms.lots ?? walkBudget(state, terms, terms.quoteBudget as bigint).lots;
    return {
      ...terms,
      orderId: (this.#lastOrderId += 1),
      lots,
      status: 'NEW',
      filledLots: 0,
      filledQuote: 0n,
      preventedLots: 0,
      isWorking: trigger === null,
      createdAt: this.#at,
      updatedAt: this.#at,
      workingAt: trigger === null ? this.#at : null,
      requestId: null,
      amendments: 0,
      priority: (this.#lastPriority += 1),
    };
  }

  #wouldTake({ symbol, side, ticks }: Order): boolean {
    const best = this.state(symbol).book.best(opposite(side));
    return best !== null && crosses(side, ticks, best.ticks);
  }

  /** A new or woken order meets the book. */
  #activate(order: Order): void {
    const state = this.state(order.symbol);
    if (!order.isWorking) {
      state.dormant.add(order);
      return;
    }
    const isFillable = order.timeInForce !== 'FOK' || walkLots(state, order, order.lots).lots >= order.lots;
    if (isFillable) this.#trading.match(state, order, this.#at);
    if (!isOpen(order)) return;
    const rests = order.ticks !== null && order.timeInForce === 'GTC';
    if (rests) this.#rest(state, order);
    else this.#finish(order, 'EXPIRED', null);
  }

  #rest(state: MarketState, order: Order): void {
    const entry = state.book.append(order.side, order.ticks as number, remainingLots(order), order);
    state.entries.set(order.orderId, entry);
  }

  /** Wakes what the last prices reached, one by one: each may move the price again. */
  #wake(): void {
    for (const state of this.#markets.values()) {
      while (state.dormant.size > 0) {
        const woken = [...state.dormant].find(
          ({ trigger }) => trigger !== null && isReached(trigger, state.market),
        );
        if (woken === undefined) break;
        this.#wakeOrder(state, woken);
      }
    }
  }

  #wakeOrder(state: MarketState, order: Order): void {
    state.dormant.delete(order);
    const priority = (this.#lastPriority += 1);
    Object.assign(order, { isWorking: true, workingAt: this.#at, updatedAt: this.#at, priority });
    this.#endSiblings(order, 'EXPIRED', null);
    if (!this.#settlement.hold(order, this.#needOf(state, order))) {
      this.#finish(order, 'EXPIRED', null);
      return;
    }
    this.#changed('TRIGGERED', order);
    this.#activate(order);
  }

  /** An order is over, and with it its list. */
  #finish(order: Order, status: OrderStatus, requestId: string | null): void {
    this.#end(order, status, requestId);
    this.#endSiblings(order, status === 'CANCELED' ? 'CANCELED' : 'EXPIRED', requestId);
  }

  #end(order: Order, status: OrderStatus, requestId: string | null): void {
    const state = this.state(order.symbol);
    const entry = state.entries.get(order.orderId);
    if (entry !== undefined && entry.lots > 0) state.book.remove(entry);
    state.entries.delete(order.orderId);
    state.dormant.delete(order);
    this.#settlement.release(order);
    this.orders.close(order);
    // A fill has been told as a fill.
    if (status === 'FILLED') return;
    Object.assign(order, { status, requestId, updatedAt: this.#at });
    this.#changed(changeOf(status), order);
  }

  /** The other orders of its list end; the list itself is done when this one is over too. */
  #endSiblings(order: Order, status: Ending, requestId: string | null): void {
    const list = order.orderListId < 0 ? null : this.orders.list(order.orderListId);
    if (list === null || list.status === 'ALL_DONE') return;
    for (const id of list.orderIds) {
      const leg = this.orders.order(id) as Order;
      if (leg !== order && isOpen(leg)) this.#end(leg, status, requestId);
    }
    if (isOpen(order)) return;
    list.status = 'ALL_DONE';
    this.#events.push({ kind: 'OrderListChanged', list: { ...list }, at: this.#at });
  }

  /** What must stay set aside for the rest of an order. */
  #needOf(state: MarketState, order: Order): Walk {
    const lots = remainingLots(order);
    const { market } = state;
    if (order.ticks !== null) return { lots, quoteUnits: market.quoteUnitsUp(order.ticks, lots) };
    if (!order.isWorking && order.trigger !== null) {
      return { lots, quoteUnits: market.quoteUnitsUp(order.trigger.ticks, lots) };
    }
    return { lots, quoteUnits: walkLots(state, order, lots).quoteUnits };
  }

  #changed(change: OrderChanged['change'], order: Order): void {
    this.#events.push({ kind: 'OrderChanged', change, order: { ...order }, at: this.#at });
  }
}

function changeOf(status: OrderStatus): OrderChanged['change'] {
  if (status === 'CANCELED') return 'CANCELED';
  return status === 'EXPIRED_IN_MATCH' ? 'TRADE_PREVENTION' : 'EXPIRED';
}

function isReached(trigger: NonNullable<Order['trigger']>, market: Market): boolean {
  const price = trigger.source === 'MARK' ? market.markTicks : market.lastTicks;
  if (price === null) return false;
  return trigger.when === 'UP' ? price >= trigger.ticks : price <= trigger.ticks;
}
