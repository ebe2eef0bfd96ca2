import { formatUnits } from '../engine/amounts.js';
import type { Market } from '../engine/market.js';
import type { Fill, Order } from '../engine/order.js';
import type { ResponseType } from './order-request.js';

const ZERO = formatUnits(0n);

/** Everything about an order that most answers share. */
function common(order: Order, market: Market) {
  return {
    price: order.ticks === null ? ZERO : market.priceText(order.ticks),
    origQty: market.quantityText(order.lots),
    executedQty: market.quantityText(order.filledLots),
    origQuoteOrderQty: order.quoteBudget === null ? ZERO : formatUnits(order.quoteBudget),
    cummulativeQuoteQty: formatUnits(order.filledQuote),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
  };
}

/** Fields that are sent only where they say something. */
function conditional(order: Order, market: Market) {
  return {
    ...triggerFields(order, market),
    ...(order.displayLots === undefined ? {} : { icebergQty: market.quantityText(order.displayLots) }),
    ...(order.preventedLots === 0 ? {} : { preventedQuantity: market.quantityText(order.preventedLots) }),
    ...Object.fromEntries(Object.entries(order.attributes).map(([name, value]) => [name, Number(value)])),
  };
}

function triggerFields({ trigger, trailingAt }: Order, market: Market) {
  if (trigger === null) return {};
  return {
    ...(trigger.ticks !== null && { stopPrice: market.priceText(trigger.ticks) }),
    ...(trigger.trailingBps !== undefined && {
      trailingDelta: trigger.trailingBps,
      trailingTime: trailingAt ?? -1,
    }),
  };
}

/** The answer to a new order. */
export function placedShape(
  order: Order,
  market: Market,
  fills: readonly Fill[],
  responseType: ResponseType,
): object {
  const { symbol, orderId, orderListId, clientOrderId } = order;
  const ack = { symbol, orderId, orderListId, clientOrderId, transactTime: order.updatedAt };
  if (responseType === 'ACK') return ack;
  const result = {
    ...ack,
    ...common(order, market),
    ...conditional(order, market),
    workingTime: order.workingAt ?? -1,
    selfTradePreventionMode: order.stp,
  };
  if (responseType === 'RESULT') return result;
  return {
    ...result,
    fills: fills.map((fill) => ({
      price: market.priceText(fill.ticks),
      qty: market.quantityText(fill.lots),
      commission: formatUnits(fill.commission.units),
      commissionAsset: fill.commission.asset,
      tradeId: fill.tradeId,
    })),
  };
}

/** The answer to a query. */
export function orderShape(order: Order, market: Market): object {
  const { symbol, orderId, orderListId, clientOrderId } = order;
  return {
    symbol,
    orderId,
    orderListId,
    clientOrderId,
    ...common(order, market),
    stopPrice: ZERO,
    icebergQty: ZERO,
    ...conditional(order, market),
    time: order.createdAt,
    updateTime: order.updatedAt,
    isWorking: order.isWorking,
    workingTime: order.workingAt ?? -1,
    selfTradePreventionMode: order.stp,
  };
}

/** The answer to a cancel: `clientOrderId` is the cancel's own id, `origClientOrderId` the order's. */
export function canceledShape(order: Order, market: Market): object {
  const { symbol, orderId, orderListId, clientOrderId, requestId } = order;
  return {
    symbol,
    origClientOrderId: clientOrderId,
    orderId,
    orderListId,
    clientOrderId: requestId ?? clientOrderId,
    transactTime: order.updatedAt,
    ...common(order, market),
    ...conditional(order, market),
    selfTradePreventionMode: order.stp,
  };
}

export function amendedShape(order: Order, market: Market): object {
  const { symbol, orderId, orderListId, clientOrderId, requestId } = order;
  return {
    symbol,
    orderId,
    orderListId,
    origClientOrderId: requestId,
    clientOrderId,
    price: order.ticks === null ? ZERO : market.priceText(order.ticks),
    qty: market.quantityText(order.lots),
    executedQty: market.quantityText(order.filledLots),
    preventedQty: market.quantityText(order.preventedLots),
    quoteOrderQty: ZERO,
    cumulativeQuoteQty: formatUnits(order.filledQuote),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
    workingTime: order.workingAt ?? -1,
    selfTradePreventionMode: order.stp,
  };
}

/** A row of `myTrades`. */
export function tradeShape(fill: Fill, market: Market, orderListId: number): object {
  return {
    symbol: fill.symbol,
    id: fill.tradeId,
    orderId: fill.orderId,
    orderListId,
    price: market.priceText(fill.ticks),
    qty: market.quantityText(fill.lots),
    quoteQty: formatUnits(fill.quoteUnits),
    commission: formatUnits(fill.commission.units),
    commissionAsset: fill.commission.asset,
    time: fill.at,
    isBuyer: fill.side === 'BUY',
    isMaker: fill.maker,
    isBestMatch: true,
  };
}
