import { Book } from './book.js';
import type { EngineEvent, EngineListener, LevelChange, OrderList } from './events.js';
import { House } from './house.js';
import type { Ending } from './lifecycle.js';
import { Lifecycle } from './lifecycle.js';
import type { MarketRules } from './market.js';
import { Market } from './market.js';
import type { MarketState } from './matching.js';
import { needOf } from './matching.js';
import { Operations } from './operations.js';
import type { Fill, Order, OrderTerms } from './order.js';
import { isOpen, opposite, remainingLots } from './order.js';
import { OrderStore } from './order-store.js';
import { Refusal } from './refusal.js';
import { Restorer } from './restorer.js';
import { Sequences } from './sequences.js';
import type { Settlement } from './settlement.js';

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

/**
 * Matching for all symbols of one kind of account. Every change is one operation: it runs to its end, triggers
 * included, and then tells the listeners what happened, balances and book last.
 */
export class Engine {
  readonly orders = new OrderStore();
  readonly house: House;
  readonly #markets = new Map<string, MarketState>();
  readonly #settlement: Settlement;
  readonly #sequences = new Sequences();
  readonly #operations: Operations;
  readonly #lifecycle: Lifecycle;
  readonly #restorer: Restorer;

  constructor({ settlement, now, sharesTradeIds = () => false }: EngineOptions) {
    this.#settlement = settlement;
    const { orders } = this;
    const [markets, sequences] = [this.#markets, this.#sequences];
    const operations = new Operations({ settlement, markets, now, wake: () => this.#lifecycle.wake() });
    const lifecycle = new Lifecycle({ settlement, orders, markets, operations, sequences, sharesTradeIds });
    this.#operations = operations;
    this.#lifecycle = lifecycle;
    this.#restorer = new Restorer({ settlement, orders, markets, lifecycle, sequences, now });
    this.house = new House({
      state: (symbol) => lifecycle.state(symbol),
      operate: (run) => operations.run(run),
      trading: lifecycle.trading,
      now: () => operations.at,
    });
  }

  addMarket(rules: MarketRules): Market {
    if (this.#markets.has(rules.symbol)) throw new RangeError(`market ${rules.symbol} exists`);
    const market = new Market(rules);
    this.#markets.set(rules.symbol, {
      market,
      book: new Book(),
      dormant: new Set(),
      due: new Set(),
      entries: new Map(),
    });
    return market;
  }

  /** @returns how to stop listening. */
  listen(listener: EngineListener): () => void {
    return this.#operations.listen(listener);
  }

  symbols(): string[] {
    return [...this.#markets.keys()];
  }

  market(symbol: string): Market | null {
    return this.#markets.get(symbol)?.market ?? null;
  }

  /** Throws UNKNOWN_SYMBOL. */
  state(symbol: string): MarketState {
    return this.#lifecycle.state(symbol);
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
    return this.#operations.run(() => {
      const [order] = this.#lifecycle.accept([terms]);
      this.#lifecycle.activate(order as Order);
      return order as Order;
    });
  }

  /** Orders of which only one may trade; they share a reservation, and the first to trade or wake ends the rest. */
  placeList(listClientOrderId: string, legs: readonly OrderTerms[]): { list: OrderList; orders: Order[] } {
    return this.#operations.run(() => {
      const orderListId = this.#sequences.nextListId();
      const orders = this.#lifecycle.accept(legs.map((leg) => ({ ...leg, orderListId })));
      const { accountId, symbol } = orders[0] as Order;
      const orderIds = orders.map((order) => order.orderId);
      const list: OrderList = {
        orderListId,
        accountId,
        symbol,
        listClientOrderId,
        orderIds,
        status: 'EXEC_STARTED',
        createdAt: this.#operations.at,
      };
      this.orders.addList(list);
      this.#operations.emit({ kind: 'OrderListChanged', list: { ...list }, at: this.#operations.at });
      for (const order of orders) if (isOpen(order)) this.#lifecycle.activate(order);
      return { list, orders };
    });
  }

  /** Ends an open order, and its list with it; `requestId` is the client id of the request itself. */
  cancel(order: Order, requestId: string | null, status: Ending = 'CANCELED'): void {
    this.#operations.run(() => {
      if (!isOpen(order)) throw new Refusal('NOT_OPEN');
      this.#lifecycle.finish(order, status, requestId);
    });
  }

  /** Makes an open order smaller; it keeps its place in the queue and goes by `clientOrderId` from now on. */
  amend(order: Order, lots: number, clientOrderId: string): void {
    this.#operations.run(() => {
      if (!isOpen(order)) throw new Refusal('NOT_OPEN');
      const taken = order.lots - lots;
      if (taken <= 0 || taken >= remainingLots(order)) throw new Refusal('NOT_SMALLER');
      const state = this.state(order.symbol);
      const requestId = order.clientOrderId;
      this.orders.rename(order, clientOrderId);
      Object.assign(order, {
        lots,
        requestId,
        amendments: order.amendments + 1,
        updatedAt: this.#operations.at,
      });
      const entry = state.entries.get(order.orderId);
      // What is hidden goes first.
      const excess = (entry?.lots ?? 0) - remainingLots(order);
      if (entry !== undefined && excess > 0) state.book.reduce(entry, excess);
      this.#settlement.hold(order, needOf(state, order));
      this.#lifecycle.changed('REPLACED', order);
    });
  }

  /**
   * Gives an open limit order another price or size, as futures allow: it joins the end of the queue there, or trades.
   * Throws with nothing changed when it may not.
   */
  modify(order: Order, ticks: number, lots: number): void {
    this.#operations.run(() => {
      if (!isOpen(order)) throw new Refusal('NOT_OPEN');
      if (lots <= order.filledLots + order.preventedLots) throw new Refusal('NOT_SMALLER');
      this.#lifecycle.replace(order, ticks, lots);
    });
  }

  /** The house takes `lots` of an order that rests, at its own price, whatever stands before it in the queue. */
  fillOpen(order: Order, lots: number): void {
    this.#operations.run(() => {
      const state = this.state(order.symbol);
      if (!isOpen(order) || lots > remainingLots(order)) throw new Refusal('NOT_OPEN');
      for (let left = lots; left > 0;) {
        const entry = state.entries.get(order.orderId);
        if (entry === undefined) throw new Refusal('NOT_OPEN');
        const size = Math.min(left, entry.lots);
        this.#lifecycle.trading.take(state, entry, opposite(order.side), null, size, this.#operations.at);
        left -= size;
      }
    });
  }

  /**
   * The house takes `lots` of an order that was already canceled, at the order's own price: the fill that the venue
   * had made before the cancel, told late. @returns null when the account no longer has the funds.
   */
  fillLate(order: Order, lots: number): Fill | null {
    return this.#operations.run(() => {
      if (order.status !== 'CANCELED' || order.ticks === null || lots > remainingLots(order)) return null;
      const { market } = this.state(order.symbol);
      const need = { lots, quoteUnits: market.quoteUnitsUp(order.ticks, lots) };
      if (!this.#settlement.hold(order, need)) return null;
      const fill = this.#lifecycle.trading.tradeOffBook(
        market,
        order,
        order.ticks,
        lots,
        this.#operations.at,
      );
      this.#settlement.release(order);
      return fill;
    });
  }

  /** The mark price moved: orders that watch it may wake. */
  markPrice(symbol: string, ticks: number): void {
    this.#operations.run(() => {
      this.state(symbol).market.markTicks = ticks;
    });
  }

  /** Runs a change of the settlement's own (a deposit, a late commission) and tells the listeners. */
  settleNow(run: (emit: (event: EngineEvent) => void, at: number) => void): void {
    this.#operations.run(() => run((event) => this.#operations.emit(event), this.#operations.at));
  }

  /** Puts back one event that was told before; see `finishRestore`. */
  restore(event: EngineEvent): void {
    this.#restorer.restore(event);
  }

  /** After the last restored event: open orders take their places again and hold their funds. */
  finishRestore(): void {
    this.#restorer.finish();
  }
}
