import type { BookEntry } from './book.js';
import type { EngineEvent } from './events.js';
import type { Market } from './market.js';
import type { MarketState } from './matching.js';
import { crosses } from './matching.js';
import type { Fill, Order, OrderStatus, Side } from './order.js';
import { isOpen, opposite, remainingLots, shownLots } from './order.js';
import type { OrderStore } from './order-store.js';
import type { Sequences } from './sequences.js';
import type { Need, Settlement } from './settlement.js';

interface Parts {
  readonly settlement: Settlement;
  readonly orders: OrderStore;
  readonly sequences: Sequences;
  readonly emit: (event: EngineEvent) => void;
  readonly needOf: (order: Order) => Need;
  readonly finish: (order: Order, status: OrderStatus) => void;
  /** A trade was made: who waits for its price is to see it. */
  readonly onTrade: (symbol: string, ticks: number) => void;
  /** An order of a list traded: the list's others end. */
  readonly endSiblings: (order: Order) => void;
  /** True: all fills of an order of this account carry the trade id of its first. */
  readonly sharesTradeIds: (accountId: string) => boolean;
}

interface Print {
  readonly market: Market;
  readonly ticks: number;
  readonly lots: number;
  readonly quoteUnits: bigint;
  readonly tradeId: number;
  readonly at: number;
}

/** How trades happen: who meets whom, what self-trade prevention does, and how both sides are booked. */
export class Trading {
  constructor(private readonly parts: Parts) {}

  /** Trades an order against the other side's book as far as its price reaches. */
  match(state: MarketState, taker: Order, at: number): void {
    while (isOpen(taker) && remainingLots(taker) > 0) {
      const level = state.book.best(opposite(taker.side));
      if (level === null || !crosses(taker.side, taker.ticks, level.ticks)) return;
      const entry = level.head as BookEntry;
      if (entry.order?.accountId === taker.accountId && taker.stp !== 'NONE') {
        this.#prevent(state, taker, entry, entry.order, at);
        continue;
      }
      this.take(state, entry, taker.side, taker, Math.min(entry.lots, remainingLots(taker)), at);
    }
  }

  /** One trade at a resting entry's price; `taker` is null when the house takes. */
  take(
    state: MarketState,
    entry: BookEntry,
    side: Side,
    taker: Order | null,
    lots: number,
    at: number,
  ): void {
    const { market, book } = state;
    const maker = entry.order;
    book.reduce(entry, lots);
    const print = this.#print(market, entry.level.ticks, lots, side === 'SELL', at);
    if (maker !== null) this.#fill(maker, print, true);
    if (taker !== null) this.#fill(taker, print, false);
    if (maker === null && taker !== null) this.#houseFill(print, entry.side, true);
    if (taker === null && maker !== null) this.#houseFill(print, side, false);
    // What a taker still needs is counted in the book that it meets next.
    if (maker !== null) this.#showMore(state, entry, maker);
    for (const order of [maker, taker]) if (order !== null) this.#afterFill(order);
  }

  /** A trade of an account with the house that no book shows. */
  tradeOffBook(market: Market, order: Order, ticks: number, lots: number, at: number): Fill {
    const print = this.#print(market, ticks, lots, order.side === 'BUY', at);
    const fill = this.#fill(order, print, true);
    this.#houseFill(print, opposite(order.side), false);
    return fill;
  }

  /** A trade among the house's own participants, for the tape only. */
  printHouse(market: Market, aggressor: Side, ticks: number, lots: number, at: number): void {
    this.#print(market, ticks, lots, aggressor === 'SELL', at);
  }

  #print(market: Market, ticks: number, lots: number, buyerIsMaker: boolean, at: number): Print {
    const tradeId = (market.lastTradeId += 1);
    const quoteUnits = market.quoteUnits(ticks, lots);
    market.lastTicks = ticks;
    const { symbol } = market;
    this.parts.emit({ kind: 'Traded', symbol, tradeId, ticks, lots, quoteUnits, buyerIsMaker, at });
    this.parts.onTrade(symbol, ticks);
    return { market, ticks, lots, quoteUnits, tradeId, at };
  }

  #fill(order: Order, print: Print, maker: boolean): Fill {
    const { ticks, lots, quoteUnits, at } = print;
    const { orderId, accountId, symbol, side } = order;
    const fillId = this.parts.sequences.nextFillId();
    const tradeId = this.#toldTradeId(order, print.tradeId);
    const terms = { fillId, tradeId, orderId, accountId, symbol, side, ticks, lots, quoteUnits, maker, at };
    if (maker) this.#takeShown(order, lots);
    order.filledLots += lots;
    order.filledQuote += quoteUnits;
    order.updatedAt = at;
    if (isOpen(order)) order.status = remainingLots(order) === 0 ? 'FILLED' : 'PARTIALLY_FILLED';
    const fill: Fill = { ...terms, commission: this.parts.settlement.settle(order, terms) };
    this.parts.orders.addFill(fill);
    this.parts.emit({ kind: 'Filled', order: { ...order }, fill: { ...fill }, at });
    return fill;
  }

  #toldTradeId({ accountId, orderId }: Order, tradeId: number): number {
    if (!this.parts.sharesTradeIds(accountId)) return tradeId;
    return this.parts.orders.fillsOf(orderId)[0]?.tradeId ?? tradeId;
  }

  #houseFill({ market, ticks, lots, quoteUnits, tradeId, at }: Print, side: Side, maker: boolean): void {
    const { symbol } = market;
    const terms = { tradeId, symbol, side, ticks, lots, quoteUnits, maker, at };
    this.parts.settlement.settleHouse({ ...terms, fillId: 0, orderId: 0, accountId: 'house' });
  }

  #afterFill(order: Order): void {
    if (order.status === 'FILLED') {
      this.parts.finish(order, 'FILLED');
      return;
    }
    this.parts.endSiblings(order);
    if (!this.parts.settlement.hold(order, this.parts.needOf(order))) {
      throw new Error(`order ${order.orderId} needs more after a fill than before it`);
    }
  }

  /** With nothing left of its visible part an iceberg queues anew. */
  #takeShown(order: Order, lots: number): void {
    if (order.displayLots === undefined) return;
    const left = shownLots(order) - lots;
    order.shownLots = left > 0 ? left : undefined;
    if (left <= 0) order.priority = this.parts.sequences.nextPriority();
  }

  /** The next part of an iceberg whose visible one is gone. */
  #showMore(state: MarketState, { lots, level }: BookEntry, order: Order): void {
    if (lots > 0 || !isOpen(order)) return;
    const entry = state.book.append(order.side, level.ticks, shownLots(order), order);
    state.entries.set(order.orderId, entry);
  }

  #prevent(state: MarketState, taker: Order, entry: BookEntry, maker: Order, at: number): void {
    if (taker.stp === 'DECREMENT') {
      this.#decrement(state, taker, entry, maker, at);
      return;
    }
    if (taker.stp !== 'EXPIRE_TAKER') this.parts.finish(maker, 'EXPIRED_IN_MATCH');
    if (taker.stp !== 'EXPIRE_MAKER') this.parts.finish(taker, 'EXPIRED_IN_MATCH');
  }

  /** Both shrink by the smaller of the two; who has nothing left is over. */
  #decrement(state: MarketState, taker: Order, entry: BookEntry, maker: Order, at: number): void {
    const lots = Math.min(entry.lots, remainingLots(taker));
    state.book.reduce(entry, lots);
    this.#takeShown(maker, lots);
    for (const order of [maker, taker]) {
      order.preventedLots += lots;
      order.updatedAt = at;
      if (remainingLots(order) === 0) {
        this.parts.finish(order, 'EXPIRED_IN_MATCH');
        continue;
      }
      this.parts.settlement.hold(order, this.parts.needOf(order));
      this.parts.emit({ kind: 'OrderChanged', change: 'TRADE_PREVENTION', order: { ...order }, at });
    }
    this.#showMore(state, entry, maker);
  }
}
