import type { Engine } from '../engine/engine.js';
import type { Order, OrderTerms } from '../engine/order.js';
import { isOpen, remainingLots } from '../engine/order.js';
import { Refusal } from '../engine/refusal.js';
import type { Params } from '../rest/params.js';
import { cancelRejected, missingOneOf, noSuchOrder, VenueError } from '../rest/venue-error.js';
import { bracketAt } from './contract.js';
import type { Contract } from './contracts.js';
import {
  beyondLeverage,
  duplicateClientId,
  marginInsufficient,
  nothingToModify,
  notionalTooSmall,
  reduceOnlyRejected,
  symbolClosed,
  wouldNotRest,
  wouldTrigger,
} from './futures-errors.js';
import { lotsOf, needContract, readTerms, sideOf, ticksOf } from './futures-terms.js';
import { max } from './margin.js';
import type { MarginAccount, MarginBook } from './margin-book.js';
import { isReduceOnly, positionSideOf } from './margin-settlement.js';

/** Takes, changes and ends orders on margin by the venue's rules. */
export class OrderDesk {
  private lastGeneratedId = 0;

  constructor(
    private readonly engine: Engine,
    private readonly book: MarginBook,
    private readonly clock: { now(): number },
  ) {}

  /** Reads an order, checks it and places it; `effect` false only checks. */
  submit(accountId: string, params: Params, effect = true): Order | null {
    const account = this.book.account(accountId);
    const contract = needContract(this.book.contracts, params);
    const newId = () => `web_${(this.lastGeneratedId += 1)}`;
    const terms = readTerms(account, contract, params, newId, this.clock.now());
    const judged = this.judge(account, contract, terms);
    return effect ? this.place(judged) : null;
  }

  /** Throws when the rules forbid it; reduce-only orders may come back smaller. */
  judge(account: MarginAccount, contract: Contract, terms: OrderTerms): OrderTerms {
    const { accountId, symbol, clientOrderId } = terms;
    const known = this.engine.orders.byClientId(accountId, symbol, clientOrderId);
    if (known !== null && isOpen(known)) throw duplicateClientId();
    if (isReduceOnly(terms)) return this.reduced(account, contract, terms);
    const price =
      terms.ticks ?? this.engine.state(symbol).book.best(terms.side === 'BUY' ? 'SELL' : 'BUY')?.ticks;
    const notional = price === undefined ? 0n : contract.market.quoteUnits(price, terms.lots!);
    if (price !== undefined && notional < contract.minNotional)
      throw notionalTooSmall(contract.spec.minNotional);
    this.checkBracket(account, contract, terms, notional);
    return terms;
  }

  place(terms: OrderTerms): Order {
    try {
      return this.engine.place(terms);
    } catch (error) {
      throw error instanceof Refusal ? refusalOf(error) : error;
    }
  }

  /** By `orderId` or `origClientOrderId`, of the account's own. */
  find(accountId: string, params: Params, absent: () => VenueError = noSuchOrder): Order {
    const symbol = needContract(this.book.contracts, params).spec.symbol;
    const orderId = params.integer('orderId');
    const clientId = params.text('origClientOrderId');
    if (orderId === null && clientId === null) throw missingOneOf('orderId', 'origClientOrderId');
    const { orders } = this.engine;
    const order = orderId === null ? orders.byClientId(accountId, symbol, clientId!) : orders.order(orderId);
    if (order === null || order.accountId !== accountId || order.symbol !== symbol) throw absent();
    return order;
  }

  cancel(accountId: string, params: Params): Order {
    const order = this.find(accountId, params, cancelRejected);
    if (!isOpen(order)) throw cancelRejected();
    this.engine.cancel(order, null);
    return order;
  }

  cancelAll(accountId: string, symbol: string): void {
    for (const order of this.engine.orders.open(accountId, symbol)) {
      // One order's end may be another's: lists.
      if (isOpen(order)) this.engine.cancel(order, null);
    }
  }

  /** Another price or size for an open order, which keeps its ids and loses its place in the queue. */
  modify(accountId: string, params: Params): Order {
    const order = this.find(accountId, params, cancelRejected);
    const contract = needContract(this.book.contracts, params);
    const lots = lotsOf(contract, params.needDecimal('quantity'));
    const ticks = ticksOf(contract, params.needDecimal('price'));
    if (sideOf(params) !== order.side) throw new VenueError(-1117, 'Invalid side.');
    if (order.ticks === ticks && order.lots === lots) throw nothingToModify();
    const notional = contract.market.quoteUnits(ticks, lots);
    if (!isReduceOnly(order) && notional < contract.minNotional)
      throw notionalTooSmall(contract.spec.minNotional);
    this.replace(order, ticks, isReduceOnly(order) ? Math.min(lots, order.lots) : lots);
    return order;
  }

  /** By the venue's rules a size that is filled already, and a post-only order that would take, end the order. */
  private replace(order: Order, ticks: number, lots: number): void {
    try {
      this.engine.modify(order, ticks, lots);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.reason !== 'NOT_SMALLER' && error.reason !== 'WOULD_TAKE') throw refusalOf(error);
      this.engine.cancel(order, null);
    }
  }

  /** Ends reduce-only orders that have nothing left to reduce; to be asked when a position has changed. */
  trimReduceOnly(accountId: string, symbol: string): void {
    const account = this.book.account(accountId);
    for (const order of this.engine.orders.open(accountId, symbol)) {
      if (!isReduceOnly(order) || !isOpen(order)) continue;
      const closable = this.book.closable(account, symbol, positionSideOf(order), order.side);
      if (closable === 0n) this.engine.cancel(order, null, 'EXPIRED');
    }
  }

  /** All reduce-only orders of one direction together never close more than there is. */
  private reduced(account: MarginAccount, { market }: Contract, terms: OrderTerms): OrderTerms {
    const { accountId, symbol, side } = terms;
    const positionSide = positionSideOf(terms);
    const closable = this.book.closable(account, symbol, positionSide, side);
    const spokenFor = this.engine.orders
      .open(accountId, symbol)
      .filter((order) => isReduceOnly(order) && order.side === side && positionSideOf(order) === positionSide)
      .reduce((sum, order) => sum + remainingLots(order), 0);
    const lots = Number(closable / market.stepUnits) - spokenFor;
    if (lots <= 0) throw reduceOnlyRejected();
    return { ...terms, lots: Math.min(terms.lots!, lots) };
  }

  /** The position that could come out of it must fit the bracket of the leverage that is set. */
  private checkBracket(
    account: MarginAccount,
    contract: Contract,
    terms: OrderTerms,
    notional: bigint,
  ): void {
    const { symbol } = contract.spec;
    const view = this.book.positionView(account, account.position(symbol, positionSideOf(terms)));
    const direction = terms.side === 'BUY' ? 1n : -1n;
    const current = view.position.size < 0n ? -view.notional : view.notional;
    const after = current + direction * notional;
    const largest = max(after < 0n ? -after : after, view.notional);
    const grows = largest > view.notional;
    if (grows && bracketAt(contract.brackets, largest).maxLeverage < view.settings.leverage)
      throw beyondLeverage();
  }
}

function refusalOf({ reason }: Refusal): VenueError {
  switch (reason) {
    case 'INSUFFICIENT_BALANCE':
      return marginInsufficient();
    case 'WOULD_TAKE':
      return wouldNotRest();
    case 'WOULD_TRIGGER':
      return wouldTrigger();
    case 'MARKET_CLOSED':
      return symbolClosed();
    case 'UNKNOWN_SYMBOL':
      return new VenueError(-1121, 'Invalid symbol.');
    case 'NOT_OPEN':
    case 'NOT_SMALLER':
      return cancelRejected();
  }
}
