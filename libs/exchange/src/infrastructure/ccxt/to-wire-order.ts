import type { PlaceOrderRequest } from '../../domain/venue-order.js';
import { venuePrice, venueQuantity, venueQuote } from './ccxt-markets.js';
import { UnreadableAnswer } from './exact-json.js';
import type { CcxtInstrument, ClientIdForm } from './venue-profile.js';
import type { WireOrder } from './wire-order.js';

/** The placement in the venue's words, or why there are none for it. */
export function toWireOrder(
  request: PlaceOrderRequest,
  entry: CcxtInstrument,
  clientIds: ClientIdForm,
): WireOrder | string {
  const { type, lots, quoteUnits, priceTicks, timeInForce, postOnly } = request;
  if ((lots === null) === (quoteUnits === null))
    return 'an order is for a quantity or for an amount of quote';
  if ((type === 'LIMIT') !== (priceTicks !== null)) return 'a limit order has a price, a market order none';
  if (quoteUnits !== null && type !== 'MARKET') return 'only a market order can be for an amount of quote';
  if (postOnly && (type !== 'LIMIT' || timeInForce !== 'GTC'))
    return 'post-only is for limit orders that rest';
  if (lots !== null && !(Number.isSafeInteger(lots) && lots > 0)) return 'the quantity is no number of lots';
  if (priceTicks !== null && !(Number.isSafeInteger(priceTicks) && priceTicks > 0))
    return 'the price is no number of ticks';
  try {
    return {
      clientId: clientIds.toWire(request.clientOrderId),
      symbol: entry.instrument.symbol.toString(),
      marketId: entry.market.id,
      perpetual: entry.instrument.symbol.isPerpetual,
      side: request.side === 'BUY' ? 'buy' : 'sell',
      type,
      quantity: lots === null ? null : venueQuantity(entry, lots),
      quote: quoteUnits === null ? null : venueQuote(entry, quoteUnits),
      price: priceTicks === null ? null : venuePrice(entry, priceTicks),
      timeInForce,
      postOnly,
    };
  } catch (error) {
    if (error instanceof UnreadableAnswer) return error.message;
    throw error;
  }
}
