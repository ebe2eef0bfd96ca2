import type { PlaceOrderRequest, VenueConditions } from '../../domain/venue-order.js';
import { venuePrice, venueQuantity, venueQuote } from './ccxt-markets.js';
import { UnreadableAnswer } from './exact-json.js';
import type { CcxtInstrument, ClientIdForm } from './venue-profile.js';
import type { WireConditions, WireOrder } from './wire-order.js';

/** The placement in the venue's words, or why there are none for it. */
export function toWireOrder(
  request: PlaceOrderRequest,
  entry: CcxtInstrument,
  clientIds: ClientIdForm,
): WireOrder | string {
  const contradiction = contradictionIn(request) ?? contradictionInConditions(request);
  if (contradiction !== null) return contradiction;
  const { lots, quoteUnits, priceTicks, conditions } = request;
  try {
    return {
      clientId: clientIds.toWire(request.clientOrderId),
      symbol: entry.instrument.symbol.toString(),
      marketId: entry.market.id,
      perpetual: entry.instrument.symbol.isPerpetual,
      side: request.side === 'BUY' ? 'buy' : 'sell',
      type: request.type,
      quantity: lots === null ? null : venueQuantity(entry, lots),
      quote: quoteUnits === null ? null : venueQuote(entry, quoteUnits),
      price: priceTicks === null ? null : venuePrice(entry, priceTicks),
      timeInForce: request.timeInForce,
      postOnly: request.postOnly,
      conditions: conditions === undefined ? null : toWireConditions(conditions, entry),
    };
  } catch (error) {
    if (error instanceof UnreadableAnswer) return error.message;
    throw error;
  }
}

function toWireConditions(conditions: VenueConditions, entry: CcxtInstrument): WireConditions {
  const { stopTicks, trailingBps, triggerBy, displayLots, expiresAt, reduceOnly } = conditions;
  const { positionSide = null } = conditions;
  return {
    triggerPrice: stopTicks === null ? null : venuePrice(entry, stopTicks),
    trailingBps,
    triggerBy,
    displayQuantity: displayLots === null ? null : venueQuantity(entry, displayLots),
    expiresAt,
    // In hedge mode the side says it, and venues refuse the flag beside it.
    reduceOnly: reduceOnly && positionSide === null,
    positionSide,
  };
}

function contradictionIn(request: PlaceOrderRequest): string | null {
  const { type, lots, quoteUnits, priceTicks, timeInForce, postOnly } = request;
  if ((lots === null) === (quoteUnits === null))
    return 'an order is for a quantity or for an amount of quote';
  if (isLimit(type) !== (priceTicks !== null)) return 'a limit order has a price, a market order none';
  if (quoteUnits !== null && type !== 'MARKET') return 'only a market order can be for an amount of quote';
  if (postOnly && (type !== 'LIMIT' || (timeInForce !== 'GTC' && timeInForce !== 'GTD')))
    return 'post-only is for limit orders that rest';
  if (lots !== null && !isCount(lots)) return 'the quantity is no number of lots';
  if (priceTicks !== null && !isCount(priceTicks)) return 'the price is no number of ticks';
  return null;
}

function contradictionInConditions({
  type,
  lots,
  timeInForce,
  conditions,
}: PlaceOrderRequest): string | null {
  const { stopTicks = null, trailingBps = null, displayLots = null, expiresAt = null } = conditions ?? {};
  const isPlain = type === 'MARKET' || type === 'LIMIT';
  if (stopTicks === null ? !isPlain && type !== 'TRAILING_STOP_MARKET' : isPlain || !isCount(stopTicks))
    return 'a conditional order has a trigger, a plain one none';
  if (trailingBps === null ? type === 'TRAILING_STOP_MARKET' : !isCount(trailingBps) || trailingBps >= 10_000)
    return 'a trailing stop trails by basis points';
  if (trailingBps !== null && type !== 'TRAILING_STOP_MARKET') return 'only a trailing stop trails';
  if ((timeInForce === 'GTD') !== (expiresAt !== null)) return 'a GTD order has an end, others none';
  if (displayLots === null) return null;
  if (!isLimit(type) || timeInForce === 'IOC' || timeInForce === 'FOK') return 'an order that rests can hide';
  return isCount(displayLots) && displayLots < (lots ?? 0) ? null : 'what is shown is less than the order';
}

function isLimit(type: PlaceOrderRequest['type']): boolean {
  return type === 'LIMIT' || type === 'STOP_LIMIT' || type === 'TAKE_PROFIT_LIMIT';
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
