import type { Account } from '../accounts/account.js';
import type { Ledger } from '../accounts/ledger.js';
import type { Engine } from '../engine/engine.js';
import type { Fill, Order, OrderTerms } from '../engine/order.js';
import { isOpen, remainingLots } from '../engine/order.js';
import type { Random } from '../engine/random.js';
import { Refusal } from '../engine/refusal.js';
import type { QuirkBook } from '../faults/quirks.js';
import {
  amendRejected,
  cancelRejected,
  filterFailure,
  invalidSymbol,
  orderRejected,
  VenueError,
} from '../rest/venue-error.js';
import type { AveragePrices } from './average-prices.js';
import type { Measured } from './filters.js';
import { checkFilters } from './filters.js';
import type { OrderRequest } from './order-request.js';
import { termsOf } from './order-request.js';
import type { ListedSymbol } from './symbol-table.js';

interface Parts {
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly quirks: QuirkBook;
  readonly averagePrices: AveragePrices;
  readonly random: Random;
}

export interface OrderName {
  readonly symbol: string;
  readonly orderId: number | null;
  readonly clientOrderId: string | null;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 22;

/** Takes orders by the venue's rules: filters, ids, funds; what it lets through, the engine matches. */
export class OrderDesk {
  constructor(private readonly parts: Parts) {}

  place(request: OrderRequest, account: Account): Order {
    const terms = this.check(request, account);
    return refusing(() => this.parts.engine.place(terms));
  }

  /** Everything but the engine: what `order/test` answers for. */
  check(request: OrderRequest, account: Account): OrderTerms {
    const { quirks } = this.parts;
    const rules = quirks.of(account.accountId);
    if (!account.canTrade) throw orderRejected('This account may not place or cancel orders.');
    this.checkFilters(request.listed, request.measured, account);
    const clientOrderId = request.clientOrderId ?? this.newId();
    const terms = termsOf(request, account.accountId, clientOrderId, rules.roundsToLots);
    this.#checkBudget(request);
    this.checkClientId(account.accountId, terms.symbol, clientOrderId);
    if (rules.deniesFunds) throw insufficientBalance();
    return terms;
  }

  checkFilters(listed: ListedSymbol, measured: Measured, { accountId }: Account): void {
    const { engine, averagePrices } = this.parts;
    const { symbol } = listed.market;
    const open = engine.orders.openCounts(accountId, symbol);
    checkFilters(listed.filters, measured, {
      averagePrice: averagePrices.of(listed),
      openOrders: open.orders,
      openTriggerOrders: open.triggers,
      openIcebergs: open.icebergs,
      position: this.#position(listed, accountId),
    });
  }

  /** By default an id is free again once its order is over; that is why sending it twice is no protection. */
  checkClientId(accountId: string, symbol: string, clientOrderId: string): void {
    const { clientIds } = this.parts.quirks.of(accountId);
    const known = this.parts.engine.orders.byClientId(accountId, symbol, clientOrderId);
    if (known === null || clientIds === 'NONE') return;
    if (clientIds === 'FOREVER' || isOpen(known)) throw orderRejected('Duplicate order sent.');
  }

  /** The order that a request names, with both names agreeing; null when there is none. */
  find(accountId: string, { symbol, orderId, clientOrderId }: OrderName): Order | null {
    const { orders } = this.parts.engine;
    const { findsByClientId } = this.parts.quirks.of(accountId);
    const byId = orderId === null ? null : orders.order(orderId);
    const known =
      orderId !== null
        ? byId
        : clientOrderId !== null && findsByClientId
          ? orders.byClientId(accountId, symbol, clientOrderId)
          : null;
    if (known === null || known.accountId !== accountId || known.symbol !== symbol) return null;
    return clientOrderId === null || known.clientOrderId === clientOrderId ? known : null;
  }

  /** @returns the orders that ended: more than one where the order belonged to a list. */
  cancel(order: Order | null, requestId: string | null, only: string | null): Order[] {
    if (order === null || !isOpen(order)) throw cancelRejected();
    if (only !== null && only !== order.status) {
      throw new VenueError(-2011, 'Order was not canceled due to cancel restrictions.');
    }
    const { engine } = this.parts;
    const list = order.orderListId < 0 ? null : engine.orders.list(order.orderListId);
    const ended = (list?.orderIds ?? [order.orderId])
      .map((id) => engine.orders.order(id) as Order)
      .filter(isOpen);
    engine.cancel(order, requestId ?? this.newId());
    return ended;
  }

  amend(order: Order | null, listed: ListedSymbol, quantity: bigint, clientOrderId: string | null): Order {
    if (order === null || !isOpen(order)) throw cancelRejected();
    const lots = listed.market.lotsOf(quantity);
    if (lots === null) throw filterFailure('LOT_SIZE');
    if (order.amendments >= listed.rules.maxAmends) throw filterFailure('MAX_NUM_ORDER_AMENDS');
    const id = clientOrderId ?? this.newId();
    if (id !== order.clientOrderId) this.checkClientId(order.accountId, order.symbol, id);
    refusing(() => this.parts.engine.amend(order, lots, id));
    return order;
  }

  fillsOf(order: Order): readonly Fill[] {
    return this.parts.engine.orders.fillsOf(order.orderId);
  }

  /** A client id like those that the venue makes up. */
  newId(): string {
    let id = '';
    for (let length = 0; length < ID_LENGTH; length += 1) {
      id += LETTERS.charAt(this.parts.random.below(LETTERS.length));
    }
    return id;
  }

  /** A budget that does not buy a single lot fails as a quantity of zero would. */
  #checkBudget({ listed: { market }, measured }: OrderRequest): void {
    const { quoteQuantity, side } = measured;
    if (quoteQuantity === null) return;
    const { book } = this.parts.engine.state(market.symbol);
    const best = book.best(side === 'BUY' ? 'SELL' : 'BUY');
    if (best !== null && market.affordableLots(best.ticks, quoteQuantity) === 0)
      throw filterFailure('LOT_SIZE');
  }

  #position({ market, filters }: ListedSymbol, accountId: string): bigint {
    if (filters.maxPosition === null) return 0n;
    const { engine, ledger } = this.parts;
    const { free, locked } = ledger.balance(accountId, market.base);
    const buys = engine.orders.open(accountId, market.symbol).filter(({ side }) => side === 'BUY');
    return free + locked + buys.reduce((sum, order) => sum + market.baseUnits(remainingLots(order)), 0n);
  }
}

export function insufficientBalance(): VenueError {
  return orderRejected('Account has insufficient balance for requested action.');
}

/** Turns the engine's refusals into the venue's. */
export function refusing<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw error instanceof Refusal ? venueErrorOf(error) : error;
  }
}

function venueErrorOf({ reason }: Refusal): VenueError {
  switch (reason) {
    case 'UNKNOWN_SYMBOL':
      return invalidSymbol();
    case 'MARKET_CLOSED':
      return orderRejected('Market is closed.');
    case 'INSUFFICIENT_BALANCE':
      return insufficientBalance();
    case 'WOULD_TAKE':
      return orderRejected('Order would immediately match and take.');
    case 'WOULD_TRIGGER':
      return orderRejected('Order would trigger immediately.');
    case 'NOT_OPEN':
      return cancelRejected();
    case 'NOT_SMALLER':
      return amendRejected('Order amend (quantity increase) is not supported.');
  }
}
