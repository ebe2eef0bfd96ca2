import type { OrderTerms, Side } from '../engine/order.js';
import { isOpen } from '../engine/order.js';
import type { Params } from '../rest/params.js';
import { missing, missingOneOf, noSuchOrder, VenueError } from '../rest/venue-error.js';
import type { Contract } from './contracts.js';
import { duplicateClientId, wouldTrigger } from './futures-errors.js';
import {
  ALGO_TYPES,
  clientIdOf,
  lotsOf,
  needContract,
  positionSideIn,
  sideOf,
  ticksOf,
} from './futures-terms.js';
import type { MarginAccount, MarginBook } from './margin-book.js';
import type { MarkBook } from './mark-book.js';
import type { OrderDesk } from './order-desk.js';
import type { PositionSide } from './positions.js';

export type AlgoStatus = 'NEW' | 'TRIGGERED' | 'FINISHED' | 'CANCELED' | 'REJECTED';

/** A conditional order: it waits here, without margin, and becomes an order when its price is reached. */
export interface AlgoOrder {
  readonly algoId: number;
  readonly accountId: string;
  readonly contract: Contract;
  readonly clientAlgoId: string;
  readonly type: (typeof ALGO_TYPES)[number];
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK' | 'GTX';
  /** Null with `closePosition`: whatever is open then. */
  readonly lots: number | null;
  readonly ticks: number | null;
  readonly workingType: 'CONTRACT_PRICE' | 'MARK_PRICE';
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly createdAt: number;
  /** Of a trailing stop: how far the price must come back from its extreme, in 10⁻⁸. */
  readonly callback: bigint | null;
  triggerTicks: number;
  /** Of a trailing stop: the extreme since it was activated. */
  extreme: number | null;
  status: AlgoStatus;
  orderId: number | null;
  updatedAt: number;
}

const UNIT = 100_000_000n;
const PERCENT = 1_000_000n;

/** Takes conditional orders and watches last and mark prices for them. */
export class AlgoOrders {
  private readonly orders = new Map<number, AlgoOrder>();
  private lastId = 2_000_000_000_000;

  constructor(
    private readonly desk: OrderDesk,
    private readonly book: MarginBook,
    private readonly marks: MarkBook,
    private readonly clock: { now(): number },
    private readonly onChange: (order: AlgoOrder) => void,
  ) {}

  submit(accountId: string, params: Params): AlgoOrder {
    const account = this.book.account(accountId);
    const order = this.read(account, needContract(this.book.contracts, params), params);
    const duplicate = this.open(accountId, null).some((known) => known.clientAlgoId === order.clientAlgoId);
    if (duplicate) throw duplicateClientId();
    if (order.callback === null && this.isReached(order)) throw wouldTrigger();
    this.orders.set(order.algoId, order);
    this.onChange(order);
    return order;
  }

  restore(order: AlgoOrder): void {
    this.orders.set(order.algoId, order);
    this.lastId = Math.max(this.lastId, order.algoId);
  }

  find(accountId: string, params: Params): AlgoOrder {
    const algoId = params.integer('algoId');
    const clientId = params.text('clientAlgoId');
    if (algoId === null && clientId === null) throw missingOneOf('algoId', 'clientAlgoId');
    const own = this.of(accountId, null);
    const order = own.findLast((each) =>
      algoId === null ? each.clientAlgoId === clientId : each.algoId === algoId,
    );
    if (order === undefined) throw noSuchOrder();
    return order;
  }

  cancel(accountId: string, params: Params): AlgoOrder {
    const order = this.find(accountId, params);
    if (order.status !== 'NEW') throw new VenueError(-2011, 'Unknown order sent.');
    this.move(order, 'CANCELED');
    return order;
  }

  cancelAll(accountId: string, symbol: string): void {
    for (const order of this.open(accountId, symbol)) this.move(order, 'CANCELED');
  }

  open(accountId: string, symbol: string | null): AlgoOrder[] {
    return this.of(accountId, symbol).filter(({ status }) => status === 'NEW');
  }

  of(accountId: string, symbol: string | null): AlgoOrder[] {
    return [...this.orders.values()].filter(
      (order) => order.accountId === accountId && (symbol === null || order.contract.spec.symbol === symbol),
    );
  }

  /** To be asked whenever prices may have moved, never from within the engine. */
  pass(): void {
    for (const order of this.orders.values()) {
      if (order.status !== 'NEW') continue;
      if (order.callback !== null) this.trail(order);
      if (this.isReached(order)) this.trigger(order);
    }
  }

  private trigger(order: AlgoOrder): void {
    const account = this.book.account(order.accountId);
    this.move(order, 'TRIGGERED');
    try {
      const placed = this.desk.place(this.desk.judge(account, order.contract, this.termsOf(account, order)));
      order.orderId = placed.orderId;
      this.move(order, isOpen(placed) || placed.status === 'FILLED' ? 'FINISHED' : 'REJECTED');
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      this.move(order, 'REJECTED');
    }
  }

  private termsOf(account: MarginAccount, order: AlgoOrder): OrderTerms {
    const { contract, side, positionSide, ticks } = order;
    const { symbol } = contract.spec;
    const closable = this.book.closable(account, symbol, positionSide, side);
    const lots = order.lots ?? Number(closable / contract.market.stepUnits);
    const isClosing = positionSide !== 'BOTH' && (positionSide === 'LONG') === (side === 'SELL');
    const isMarket = ticks === null;
    return {
      accountId: order.accountId,
      symbol,
      clientOrderId: order.clientAlgoId,
      side,
      type: isMarket ? 'MARKET' : 'LIMIT',
      timeInForce: isMarket ? 'IOC' : order.timeInForce === 'GTX' ? 'GTC' : order.timeInForce,
      postOnly: order.timeInForce === 'GTX',
      ticks,
      lots,
      quoteBudget: null,
      trigger: null,
      stp: 'EXPIRE_MAKER',
      orderListId: -1,
      attributes: {
        positionSide,
        reduceOnly: String(order.reduceOnly || order.closePosition || isClosing),
        shownReduceOnly: String(order.reduceOnly || order.closePosition),
        timeInForce: order.timeInForce,
      },
    };
  }

  /** A sell stop is reached from above, a sell take-profit from below; buys the other way round. */
  private isReached(order: AlgoOrder): boolean {
    const price = this.priceFor(order);
    if (price === null || (order.callback !== null && order.extreme === null)) return false;
    const isStop = !order.type.startsWith('TAKE_PROFIT');
    const fromBelow = isStop === (order.side === 'BUY');
    return fromBelow ? price >= order.triggerTicks : price <= order.triggerTicks;
  }

  /** Moves a trailing stop's trigger after the extreme, once its activation price has been seen. */
  private trail(order: AlgoOrder): void {
    const price = this.priceFor(order);
    if (price === null) return;
    const isSell = order.side === 'SELL';
    const activates = isSell ? price >= order.triggerTicks : price <= order.triggerTicks;
    if (order.extreme === null && !activates) return;
    const isFurther = order.extreme === null || (isSell ? price > order.extreme : price < order.extreme);
    if (!isFurther) return;
    order.extreme = price;
    const distance = (BigInt(price) * order.callback!) / UNIT;
    order.triggerTicks = isSell ? price - Number(distance) : price + Number(distance);
  }

  private priceFor({ contract, workingType }: AlgoOrder): number | null {
    if (workingType === 'CONTRACT_PRICE') return contract.market.lastTicks;
    return Number(this.marks.mark(contract.spec.symbol) / contract.market.tickUnits);
  }

  private move(order: AlgoOrder, status: AlgoStatus): void {
    order.status = status;
    order.updatedAt = this.clock.now();
    this.onChange(order);
  }

  private read(account: MarginAccount, contract: Contract, params: Params): AlgoOrder {
    if (params.text('algoType') !== 'CONDITIONAL') throw missing('algoType');
    const type = params.oneOf('type', ALGO_TYPES, () => new VenueError(-1116, 'Invalid orderType.'));
    if (type === null) throw missing('type');
    const isLimit = type === 'STOP' || type === 'TAKE_PROFIT';
    const isTrailing = type === 'TRAILING_STOP_MARKET';
    const closePosition = params.boolean('closePosition') ?? false;
    if (closePosition && params.has('quantity'))
      throw new VenueError(-4137, 'quantity must be empty with closePosition');
    const workingType = params.oneOf('workingType', ['CONTRACT_PRICE', 'MARK_PRICE']) ?? 'CONTRACT_PRICE';
    const activation = isTrailing
      ? (params.decimal('activatePrice') ?? params.decimal('activationPrice'))
      : null;
    const given = isTrailing ? activation : params.needDecimal('triggerPrice');
    const now = this.clock.now();
    const algoId = (this.lastId += 1);
    return {
      algoId,
      accountId: account.accountId,
      contract,
      clientAlgoId: clientIdOf(params, 'clientAlgoId', () => `algo_${algoId}`),
      type,
      side: sideOf(params),
      positionSide: positionSideIn(account, params),
      timeInForce: params.oneOf('timeInForce', ['GTC', 'IOC', 'FOK', 'GTX']) ?? 'GTC',
      lots: closePosition ? null : lotsOf(contract, params.needDecimal('quantity')),
      ticks: isLimit ? ticksOf(contract, params.needDecimal('price')) : null,
      workingType,
      reduceOnly: params.boolean('reduceOnly') ?? false,
      closePosition,
      createdAt: now,
      callback: isTrailing ? (params.needDecimal('callbackRate') * PERCENT) / UNIT : null,
      // Without an activation price a trailing stop is active at once: from the present price on.
      triggerTicks: given === null ? (contract.market.lastTicks ?? 0) : ticksOf(contract, given),
      extreme: null,
      status: 'NEW',
      orderId: null,
      updatedAt: now,
    };
  }
}
