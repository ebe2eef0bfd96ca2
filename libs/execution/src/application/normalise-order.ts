import type { VenueTraits } from '@sextant/exchange';
import { DomainError, parseScaled, Price, Quantity } from '@sextant/kernel';
import type { Instrument, Side } from '@sextant/kernel';
import type { MarketView } from '@sextant/risk';
import type { OrderType, TimeInForce } from '../domain/order-snapshot.js';

/** An order as a client asks for it: decimals as text. */
export type OrderRequest = {
  symbol: string;
  side: Side;
  type: OrderType;
  quantity: string | null;
  quoteQuantity: string | null;
  price: string | null;
  timeInForce: TimeInForce | null;
  postOnly: boolean;
  clientOrderId: string | null;
  strategy: string | null;
  tags: string[];
};

/** The same on the venue's grid, with everything decided. */
export interface NormalisedOrder {
  side: Side;
  type: OrderType;
  timeInForce: TimeInForce;
  postOnly: boolean;
  lots: number | null;
  quoteUnits: bigint | null;
  priceTicks: number | null;
}

/**
 * Puts a request on the venue's grid, by the rules that the venue itself applies, so that it never refuses one for
 * its form. Nothing is rounded in silence: what does not fit is refused with `nearestValid`.
 * @throws DomainError ORDER_TERMS_INVALID, ORDER_TERMS_NOT_SUPPORTED, and the instrument's filter codes
 */
export function normaliseOrder(
  request: OrderRequest,
  instrument: Instrument,
  traits: VenueTraits,
  market: MarketView | null,
): NormalisedOrder {
  assertFields(request);
  const timeInForce = request.timeInForce ?? (request.type === 'MARKET' ? 'IOC' : 'GTC');
  assertSupported(request, timeInForce, traits);
  const { side, type, postOnly } = request;
  const priceTicks = request.price === null ? null : instrument.priceToTicks(Price.parse(request.price));
  if (request.quantity === null) {
    const quoteUnits = quoteAmount(request.quoteQuantity ?? '0', instrument);
    return { side, type, timeInForce, postOnly, lots: null, quoteUnits, priceTicks };
  }
  const lots = instrument.quantityToLots(Quantity.parse(request.quantity));
  const valuedAt = priceTicks ?? (side === 'BUY' ? market?.askTicks : market?.bidTicks);
  if (valuedAt !== undefined) instrument.assertNotional(valuedAt, lots);
  return { side, type, timeInForce, postOnly, lots, quoteUnits: null, priceTicks };
}

function assertFields(request: OrderRequest): void {
  const { type, quantity, quoteQuantity, price, timeInForce, postOnly } = request;
  if (quantity !== null && quoteQuantity !== null) {
    throw invalid('/quoteQuantity', 'Give quantity or quoteQuantity, not both.');
  }
  if (quantity === null && quoteQuantity === null) throw invalid('/quantity', 'An order needs a quantity.');
  if (type === 'LIMIT' && price === null) throw invalid('/price', 'A LIMIT order needs a price.');
  if (type === 'LIMIT' && quantity === null) throw invalid('/quantity', 'A LIMIT order needs a quantity.');
  if (type === 'MARKET' && price !== null) throw invalid('/price', 'A MARKET order has no price.');
  if (type === 'MARKET' && timeInForce !== null && timeInForce !== 'IOC') {
    throw invalid('/timeInForce', 'A MARKET order is IOC.');
  }
  if (postOnly && (type !== 'LIMIT' || (timeInForce !== null && timeInForce !== 'GTC'))) {
    throw invalid('/postOnly', 'postOnly goes with LIMIT GTC.');
  }
}

function assertSupported(request: OrderRequest, timeInForce: TimeInForce, traits: VenueTraits): void {
  const missing = (pointer: string, what: string) =>
    new DomainError('ORDER_TERMS_NOT_SUPPORTED', `The venue does not know ${what}.`, { pointer });
  if (!traits.orderTypes.includes(request.type)) throw missing('/type', `${request.type} orders`);
  if (request.type === 'LIMIT' && !traits.timesInForce.includes(timeInForce)) {
    throw missing('/timeInForce', `time in force ${timeInForce}`);
  }
  if (request.postOnly && !traits.postOnly) throw missing('/postOnly', 'post-only orders');
  if (request.quoteQuantity !== null && !traits.marketByQuote) {
    throw missing('/quoteQuantity', 'orders for an amount of quote');
  }
}

function quoteAmount(text: string, instrument: Instrument): bigint {
  const units = parseScaled(text);
  if (units >= instrument.minNotionalUnits) return units;
  throw new DomainError(
    'NOTIONAL_TOO_SMALL',
    `The order's value ${text} ${instrument.quote} is below the minimum ${instrument.spec.minNotional}.`,
    {
      pointer: '/quoteQuantity',
      minNotional: instrument.spec.minNotional,
      nearestValid: instrument.spec.minNotional,
    },
  );
}

function invalid(pointer: string, detail: string): DomainError {
  return new DomainError('ORDER_TERMS_INVALID', detail, { pointer });
}
