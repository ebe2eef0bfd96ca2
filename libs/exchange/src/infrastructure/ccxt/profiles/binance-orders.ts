import type { CcxtExchange, CcxtMarket } from '../ccxt-exchange.js';
import { invoke } from '../ccxt-exchange.js';
import type { Fields } from '../exact-values.js';
import type { WireFields } from '../wire-check.js';
import type { WireAmend, WireOrder } from '../wire-order.js';

/** How Binance spot writes orders: new-order and trailing-stop documentation of its spot API. */
export const binanceWire: WireFields = {
  clientId: 'newClientOrderId',
  quantity: ['quantity'],
  quote: ['quoteOrderQty'],
  price: ['price'],
  trigger: ['stopPrice'],
  display: ['icebergQty'],
  trailing: { names: ['trailingDelta'], write: String },
};

/** Without a price on a market order: ccxt would turn quantity × price into an amount of quote. */
export function binanceOrder(order: WireOrder, recvWindow: number): Record<string, unknown> {
  const { marketId, side, clientId, quantity, quote, price, timeInForce, postOnly, conditions } = order;
  const { triggerPrice = null, trailingBps = null, displayQuantity = null } = conditions ?? {};
  return {
    symbol: marketId,
    side: side.toUpperCase(),
    type: binanceType(order),
    newClientOrderId: clientId,
    newOrderRespType: 'FULL',
    recvWindow,
    ...(quantity !== null && { quantity }),
    ...(quote !== null && { quoteOrderQty: quote }),
    ...(price !== null && { price }),
    ...(price !== null && !postOnly && { timeInForce }),
    ...(triggerPrice !== null && { stopPrice: triggerPrice }),
    ...(trailingBps !== null && { trailingDelta: trailingBps }),
    ...(displayQuantity !== null && { icebergQty: displayQuantity }),
  };
}

const TYPES = {
  MARKET: 'MARKET',
  LIMIT: 'LIMIT',
  STOP_MARKET: 'STOP_LOSS',
  STOP_LIMIT: 'STOP_LOSS_LIMIT',
  TAKE_PROFIT_MARKET: 'TAKE_PROFIT',
  TAKE_PROFIT_LIMIT: 'TAKE_PROFIT_LIMIT',
} as const;

function binanceType({ type, postOnly, conditions }: WireOrder): string {
  if (type === 'LIMIT' && postOnly) return 'LIMIT_MAKER';
  if (type !== 'TRAILING_STOP_MARKET') return TYPES[type];
  // A TAKE_PROFIT begins to trail above the market for a sell and below it for a buy, a STOP_LOSS the other way round.
  return conditions?.triggerPrice == null ? 'STOP_LOSS' : 'TAKE_PROFIT';
}

/** Each market says for itself what it takes. */
export function beyondBinanceMarket(order: WireOrder, market: CcxtMarket): string | null {
  const info = (market['info'] ?? {}) as Fields;
  const types = info['orderTypes'];
  const type = binanceType(order);
  if (Array.isArray(types) && !types.includes(type)) return `${order.symbol} takes no ${type} orders`;
  const { trailingBps = null, displayQuantity = null } = order.conditions ?? {};
  if (trailingBps !== null && info['allowTrailingStop'] === false)
    return `${order.symbol} takes no trailing stops`;
  if (displayQuantity !== null && info['icebergAllowed'] === false)
    return `${order.symbol} takes no iceberg orders`;
  return null;
}

/**
 * An order works from `workingTime` on (−1 before); a pushed one has `W` then, and not at all before. Neither says of an order
 * without a trigger anything that is not known.
 */
export function isTriggeredAtBinance({ info }: Fields): boolean | undefined {
  const order = (info ?? {}) as Fields;
  const type = order['type'] ?? order['o'];
  if (typeof type !== 'string' || !/^(?:STOP|TAKE)/.test(type)) return undefined;
  const workingTime = order['workingTime'] ?? (order['e'] === undefined ? undefined : (order['W'] ?? -1));
  return workingTime === undefined ? undefined : Number(workingTime) > 0;
}

/** Amend keep priority: to a smaller quantity, under the same client order id where that is said again. */
export function amendAtBinance(
  exchange: CcxtExchange,
  { marketId, clientId, quantity }: WireAmend,
  recvWindow: number,
): Promise<unknown> {
  const asked = {
    symbol: marketId,
    origClientOrderId: clientId,
    newClientOrderId: clientId,
    newQty: quantity,
    recvWindow,
  };
  // ccxt 4.5.84 has no method of that path.
  return invoke(exchange, 'request', 'order/amend/keepPriority', 'private', 'PUT', asked);
}
