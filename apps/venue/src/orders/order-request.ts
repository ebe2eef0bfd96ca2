import type { OrderTerms, SelfTradePrevention, Side, TimeInForce, Trigger } from '../engine/order.js';
import type { Params } from '../rest/params.js';
import {
  filterFailure,
  illegalCharacters,
  invalidSymbol,
  missing,
  missingOneOf,
  notRequired,
  orderRejected,
  VenueError,
} from '../rest/venue-error.js';
import type { Measured } from './filters.js';
import type { SpotType } from './order-types.js';
import { SPOT_TYPE_NAMES, SPOT_TYPES } from './order-types.js';
import type { ListedSymbol, SymbolTable } from './symbol-table.js';

export const RESPONSE_TYPES = ['ACK', 'RESULT', 'FULL'] as const;
export type ResponseType = (typeof RESPONSE_TYPES)[number];
export const STP_MODES = ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH', 'DECREMENT'] as const;
export const DEFAULT_STP: SelfTradePrevention = 'EXPIRE_MAKER';

const CLIENT_ID = /^[a-zA-Z0-9-_]{1,36}$/;

/** An order as it was asked for, checked for form but not yet against filters, ids or funds. */
export interface OrderRequest {
  readonly listed: ListedSymbol;
  readonly measured: Measured;
  readonly side: Side;
  readonly type: SpotType;
  readonly timeInForce: TimeInForce;
  readonly trigger: Trigger | null;
  readonly stp: SelfTradePrevention;
  /** Null: the venue makes one up. */
  readonly clientOrderId: string | null;
  readonly responseType: ResponseType;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Reads an order's parameters; throws the venue's refusal for each way in which they can be wrong. */
export function readOrder(params: Params, symbols: SymbolTable): OrderRequest {
  const listed = readSymbol(params, symbols);
  const side = readSide(params);
  const type = readType(params);
  const rule = SPOT_TYPES[type];
  const timeInForce = params.oneOf('timeInForce', ['GTC', 'IOC', 'FOK'], invalidTimeInForce);
  if (rule.hasTimeInForce && timeInForce === null) throw missing('timeInForce');
  if (!rule.hasTimeInForce && timeInForce !== null) throw notRequired('timeInForce');
  const price = readPart(params, 'price', rule.hasPrice);
  const { stopPrice, trailingDelta, trigger } = readTrigger(params, listed, side, type);
  const [quantity, quoteQuantity] = readSize(params, rule.takesQuote);
  const icebergQuantity = readIceberg(params, type, quantity, timeInForce);
  return {
    listed,
    side,
    type,
    measured: {
      side,
      price,
      stopPrice,
      quantity,
      quoteQuantity,
      icebergQuantity,
      trailingDelta,
      isMarket: price === null,
    },
    timeInForce: timeInForce ?? 'GTC',
    trigger,
    stp: readStp(params),
    clientOrderId: readClientId(params, 'newClientOrderId'),
    responseType: params.oneOf('newOrderRespType', RESPONSE_TYPES) ?? rule.defaultResponse,
    attributes: strategyOf(params),
  };
}

/** The terms that the engine works on. Prices and quantities that the grid does not hold fail their filter here. */
export function termsOf(
  request: OrderRequest,
  accountId: string,
  clientOrderId: string,
  roundsToLots: number,
): OrderTerms {
  const { listed, measured, trigger, timeInForce } = request;
  const { market } = listed;
  const ticks = measured.price === null ? null : market.ticksOf(measured.price);
  if (measured.price !== null && ticks === null) throw filterFailure('PRICE_FILTER');
  const asked = measured.quantity === null ? null : market.lotsOf(measured.quantity);
  if (measured.quantity !== null && asked === null) throw filterFailure('LOT_SIZE');
  const lots = asked === null ? null : asked - (asked % roundsToLots);
  if (lots === 0) throw filterFailure('LOT_SIZE');
  const shown = measured.icebergQuantity === null ? null : market.lotsOf(measured.icebergQuantity);
  const { side, type, stp, attributes } = request;
  return {
    accountId,
    symbol: market.symbol,
    clientOrderId,
    side,
    type,
    timeInForce,
    postOnly: SPOT_TYPES[type].isPostOnly,
    ticks,
    lots,
    quoteBudget: measured.quoteQuantity,
    trigger,
    ...(shown !== null && { displayLots: shown }),
    stp,
    orderListId: -1,
    attributes,
  };
}

export function readSymbol(params: Params, symbols: SymbolTable): ListedSymbol {
  const listed = symbols.find(params.needText('symbol'));
  if (listed === null) throw invalidSymbol();
  return listed;
}

export function readSide(params: Params): Side {
  const side = params.oneOf('side', ['BUY', 'SELL'], () => new VenueError(-1117, 'Invalid side.'));
  if (side === null) throw missing('side');
  return side;
}

export function readClientId(params: Params, name: string): string | null {
  const id = params.text(name);
  if (id !== null && !CLIENT_ID.test(id)) throw illegalCharacters(name, CLIENT_ID.source);
  return id;
}

export function triggerOf(
  listed: ListedSymbol,
  side: Side,
  type: SpotType,
  stopPrice: bigint | null,
): Trigger {
  const ticks = stopPrice === null ? null : listed.market.ticksOf(stopPrice);
  if (stopPrice !== null && ticks === null) throw filterFailure('PRICE_FILTER');
  const isUp = (SPOT_TYPES[type].buyTrigger === 'UP') === (side === 'BUY');
  return { ticks, when: isUp ? 'UP' : 'DOWN', source: 'LAST' };
}

export function readStp(params: Params): SelfTradePrevention {
  return params.oneOf('selfTradePreventionMode', STP_MODES) ?? DEFAULT_STP;
}

export const invalidTimeInForce = (): VenueError => new VenueError(-1115, 'Invalid timeInForce.');

function readType(params: Params): SpotType {
  const type = params.oneOf('type', SPOT_TYPE_NAMES, () => new VenueError(-1116, 'Invalid orderType.'));
  if (type === null) throw missing('type');
  return type;
}

function readPart(params: Params, name: string, isNeeded: boolean): bigint | null {
  if (isNeeded) return params.needDecimal(name);
  if (params.has(name)) throw notRequired(name);
  return null;
}

function readSize(params: Params, takesQuote: boolean): [bigint | null, bigint | null] {
  if (!takesQuote) {
    if (params.has('quoteOrderQty')) throw notRequired('quoteOrderQty');
    return [params.needDecimal('quantity'), null];
  }
  const [quantity, quote] = [params.decimal('quantity'), params.decimal('quoteOrderQty')];
  if (quantity === null && quote === null) throw missingOneOf('quantity', 'quoteOrderQty');
  if (quantity !== null && quote !== null) throw notRequired('quoteOrderQty');
  return [quantity, quote];
}

/** A trailing order may do without a stop price: it trails from now on then. */
function readTrigger(
  params: Params,
  listed: ListedSymbol,
  side: Side,
  type: SpotType,
): { stopPrice: bigint | null; trailingDelta: number | null; trigger: Trigger | null } {
  const { hasStopPrice } = SPOT_TYPES[type];
  if (!hasStopPrice) {
    for (const name of ['stopPrice', 'trailingDelta']) if (params.has(name)) throw notRequired(name);
    return { stopPrice: null, trailingDelta: null, trigger: null };
  }
  const trailingDelta = params.integer('trailingDelta');
  const stopPrice = trailingDelta === null ? params.needDecimal('stopPrice') : params.decimal('stopPrice');
  const trigger = triggerOf(listed, side, type, stopPrice);
  return {
    stopPrice,
    trailingDelta,
    trigger: trailingDelta === null ? trigger : { ...trigger, trailingBps: trailingDelta },
  };
}

function readIceberg(
  params: Params,
  type: SpotType,
  quantity: bigint | null,
  timeInForce: TimeInForce | null,
): bigint | null {
  const iceberg = params.decimal('icebergQty');
  if (iceberg === null) return null;
  if (!SPOT_TYPES[type].canHide || (timeInForce ?? 'GTC') !== 'GTC') throw notRequired('icebergQty');
  if (iceberg >= (quantity ?? 0n)) throw orderRejected('IcebergQty exceeds QTY.');
  return iceberg;
}

function strategyOf(params: Params): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of ['strategyId', 'strategyType']) {
    const value = params.integer(name);
    if (value !== null) attributes[name] = String(value);
  }
  return attributes;
}
