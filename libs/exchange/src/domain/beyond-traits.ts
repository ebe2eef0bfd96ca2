import type { AmendOrderRequest, PlaceOrderRequest } from './venue-order.js';
import type { VenueTraits } from './venue-traits.js';

/** What of a placement the venue does not offer; null when it offers all of it. The last word, after every other check. */
export function beyondTraits(request: PlaceOrderRequest, traits: VenueTraits): string | null {
  const { type, timeInForce, postOnly, quoteUnits, conditions } = request;
  if (!traits.orderTypes.includes(type)) return `${type} orders`;
  if (!traits.timesInForce.includes(timeInForce) && type !== 'MARKET') return `${timeInForce} orders`;
  if (postOnly && !traits.postOnly) return 'post-only orders';
  if (quoteUnits !== null && !traits.marketByQuote) return 'orders for an amount of quote';
  if (conditions === undefined) return null;
  if (conditions.displayLots !== null && traits.iceberg !== true) return 'iceberg orders';
  if (conditions.reduceOnly && traits.reduceOnly !== true) return 'reduce-only orders';
  if (conditions.positionSide !== undefined && traits.hedgeMode !== true)
    return 'orders of one position side';
  const isTriggered = conditions.stopTicks !== null || conditions.trailingBps !== null;
  if (isTriggered && traits.triggerBy?.includes(conditions.triggerBy) !== true)
    return `triggers by the ${conditions.triggerBy} price`;
  return null;
}

/** The same for an amendment. */
export function beyondAmendment(
  { lots, priceTicks, from }: AmendOrderRequest,
  { amends }: VenueTraits,
): string | null {
  if (amends === undefined) return 'amendments';
  if (amends.quantity === 'UP_AND_DOWN' && amends.price) return null;
  if (from === undefined) return 'an amendment of terms that are not told';
  if (!amends.price && priceTicks !== from.priceTicks) return 'another price for a resting order';
  if (amends.quantity === 'DOWN' && lots >= from.lots) return 'a larger quantity for a resting order';
  return null;
}
