import type { Account } from '../accounts/account.js';
import type { Engine } from '../engine/engine.js';
import type { OrderList } from '../engine/events.js';
import type { Order, OrderTerms, TimeInForce } from '../engine/order.js';
import type { Params } from '../rest/params.js';
import { cancelRejected, missing, noSuchOrder, orderRejected, VenueError } from '../rest/venue-error.js';
import type { OrderDesk } from './order-desk.js';
import { insufficientBalance, refusing } from './order-desk.js';
import type { OrderRequest, ResponseType } from './order-request.js';
import {
  invalidTimeInForce,
  readClientId,
  readSide,
  readStp,
  readSymbol,
  RESPONSE_TYPES,
  triggerOf,
} from './order-request.js';
import type { SpotType } from './order-types.js';
import { SPOT_TYPES } from './order-types.js';
import type { SymbolTable } from './symbol-table.js';

const ABOVE = {
  SELL: ['LIMIT_MAKER', 'TAKE_PROFIT', 'TAKE_PROFIT_LIMIT'],
  BUY: ['STOP_LOSS', 'STOP_LOSS_LIMIT'],
} as const;
const BELOW = { SELL: ABOVE.BUY, BUY: ABOVE.SELL } as const;

export interface PlacedList {
  readonly list: OrderList;
  readonly orders: Order[];
  readonly responseType: ResponseType;
}

/** One-cancels-the-other: two orders of one side and quantity, one above the market and one below. */
export class ListDesk {
  constructor(
    private readonly engine: Engine,
    private readonly symbols: SymbolTable,
    private readonly desk: OrderDesk,
  ) {}

  /** `orderList/oco`: each leg says what it is. */
  placeOco(params: Params, account: Account): PlacedList {
    const side = readSide(params);
    const above = readLeg(params, this.symbols, 'above', ABOVE[side]);
    const below = readLeg(params, this.symbols, 'below', BELOW[side]);
    return this.#place(params, account, above, below);
  }

  /** The older `order/oco`: `price` is the limit-maker leg, `stopPrice` the stop leg. */
  placeLegacyOco(params: Params, account: Account): PlacedList {
    const isSell = readSide(params) === 'SELL';
    const limit = readLegacyLimit(params, this.symbols);
    const stop = readLegacyStop(params, this.symbols);
    return isSell ? this.#place(params, account, limit, stop) : this.#place(params, account, stop, limit);
  }

  /** Throws −2013. */
  find(accountId: string, orderListId: number | null, listClientOrderId: string | null): OrderList {
    if (orderListId === null && listClientOrderId === null) throw missing('orderListId');
    const list =
      orderListId === null
        ? this.of(accountId).findLast((one) => one.listClientOrderId === listClientOrderId)
        : this.engine.orders.list(orderListId);
    if (list === undefined || list === null || list.accountId !== accountId) throw noSuchOrder();
    return list;
  }

  of(accountId: string): OrderList[] {
    return this.engine.orders.listsOf(accountId);
  }

  ordersOf(list: OrderList): Order[] {
    return list.orderIds.map((id) => this.engine.orders.order(id) as Order);
  }

  cancel(list: OrderList, requestId: string | null): Order[] {
    const open = this.ordersOf(list).find(
      (order) => order.status === 'NEW' || order.status === 'PARTIALLY_FILLED',
    );
    if (open === undefined) throw cancelRejected();
    return this.desk.cancel(open, requestId, null);
  }

  #place(params: Params, account: Account, above: OrderRequest, below: OrderRequest): PlacedList {
    if (!account.canTrade) throw orderRejected('This account may not place or cancel orders.');
    checkPrices(above, below);
    const legs = [above, below].map((leg) => this.#termsOf(leg, account));
    if (legs[0]?.clientOrderId === legs[1]?.clientOrderId) throw orderRejected('Duplicate order sent.');
    const listClientOrderId = readClientId(params, 'listClientOrderId') ?? this.desk.newId();
    const placed = refusing(() => this.engine.placeList(listClientOrderId, legs));
    return { ...placed, responseType: params.oneOf('newOrderRespType', RESPONSE_TYPES) ?? 'RESULT' };
  }

  #termsOf(leg: OrderRequest, account: Account): OrderTerms {
    const terms = this.desk.check(leg, account);
    if (terms.lots === null) throw insufficientBalance();
    return terms;
  }
}

function readLeg(
  params: Params,
  symbols: SymbolTable,
  name: 'above' | 'below',
  types: readonly SpotType[],
): OrderRequest {
  const type = params.oneOf(`${name}Type`, types, () => new VenueError(-1116, 'Invalid orderType.'));
  if (type === null) throw missing(`${name}Type`);
  const rule = SPOT_TYPES[type];
  return legOf(params, symbols, type, {
    clientOrderId: readClientId(params, `${name}ClientOrderId`),
    price: rule.hasPrice ? params.needDecimal(`${name}Price`) : null,
    stopPrice: rule.hasStopPrice ? params.needDecimal(`${name}StopPrice`) : null,
    timeInForce: readTimeInForce(params, `${name}TimeInForce`, rule.hasTimeInForce),
  });
}

function readLegacyLimit(params: Params, symbols: SymbolTable): OrderRequest {
  return legOf(params, symbols, 'LIMIT_MAKER', {
    clientOrderId: readClientId(params, 'limitClientOrderId'),
    price: params.needDecimal('price'),
    stopPrice: null,
    timeInForce: 'GTC',
  });
}

function readLegacyStop(params: Params, symbols: SymbolTable): OrderRequest {
  const price = params.decimal('stopLimitPrice');
  return legOf(params, symbols, price === null ? 'STOP_LOSS' : 'STOP_LOSS_LIMIT', {
    clientOrderId: readClientId(params, 'stopClientOrderId'),
    price,
    stopPrice: params.needDecimal('stopPrice'),
    timeInForce: readTimeInForce(params, 'stopLimitTimeInForce', price !== null),
  });
}

interface LegPrices {
  readonly clientOrderId: string | null;
  readonly price: bigint | null;
  readonly stopPrice: bigint | null;
  readonly timeInForce: TimeInForce;
}

function legOf(params: Params, symbols: SymbolTable, type: SpotType, leg: LegPrices): OrderRequest {
  const listed = readSymbol(params, symbols);
  const side = readSide(params);
  const { price, stopPrice } = leg;
  const quantity = params.needDecimal('quantity');
  return {
    listed,
    side,
    type,
    measured: {
      side,
      price,
      stopPrice,
      quantity,
      quoteQuantity: null,
      icebergQuantity: null,
      trailingDelta: null,
      isMarket: price === null,
    },
    timeInForce: leg.timeInForce,
    trigger: stopPrice === null ? null : triggerOf(listed, side, type, stopPrice),
    stp: readStp(params),
    clientOrderId: leg.clientOrderId,
    responseType: 'RESULT',
    attributes: {},
  };
}

function readTimeInForce(params: Params, name: string, isNeeded: boolean): TimeInForce {
  const given = params.oneOf(name, ['GTC', 'IOC', 'FOK'], invalidTimeInForce);
  if (isNeeded && given === null) throw missing(name);
  return given ?? 'GTC';
}

/** What a leg waits for must lie on its own side of the other's. */
function checkPrices(above: OrderRequest, below: OrderRequest): void {
  const high = above.measured.stopPrice ?? above.measured.price;
  const low = below.measured.stopPrice ?? below.measured.price;
  if (high === null || low === null || high > low) return;
  throw orderRejected('The relationship of the prices for the orders is not correct.');
}
