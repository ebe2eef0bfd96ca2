import type { VenueTraits } from '@sextant/exchange';
import { DomainError, parseScaled, Price, Quantity } from '@sextant/kernel';
import type { Instrument } from '@sextant/kernel';
import type { TimeInForce } from '../../domain/order-snapshot.js';
import { hasTrigger, typeOnceTriggered } from '../../domain/order-types.js';
import { assertOrderForm } from './assert-order-form.js';
import { normaliseConditions } from './normalise-conditions.js';
import type { NormalisedOrder, OrderMoment, OrderRequest } from '../requests/order-request.js';

/**
 * Puts a request on the venue's grid, by the rules that the venue itself applies, so that it never refuses one for
 * its form. Nothing is rounded in silence: what does not fit is refused with `nearestValid`.
 * @throws DomainError ORDER_TERMS_INVALID, ORDER_TERMS_NOT_SUPPORTED, TRIGGER_ALREADY_TOUCHED, REDUCE_ONLY_WITHOUT_POSITION,
 * and the instrument's filter codes
 */
export function normaliseOrder(
  request: OrderRequest,
  instrument: Instrument,
  traits: VenueTraits,
  moment: OrderMoment,
): NormalisedOrder {
  assertOrderForm(request);
  const { side, type, postOnly } = request;
  const timeInForce = request.timeInForce ?? (type === 'MARKET' ? 'IOC' : 'GTC');
  assertSupported(request, timeInForce, traits);
  if (moment.hedged === true && instrument.symbol.isPerpetual) {
    throw new DomainError(
      'ORDER_TERMS_NOT_SUPPORTED',
      'The account keeps long and short apart (hedge mode), and orders from here net: set its position mode to ONE_WAY.',
      { pointer: '/symbol' },
    );
  }
  const priceTicks = request.price === null ? null : instrument.priceToTicks(Price.parse(request.price));
  if (request.quantity === null) {
    const quoteUnits = quoteAmount(request.quoteQuantity ?? '0', instrument);
    return { side, type, timeInForce, postOnly, lots: null, quoteUnits, priceTicks, conditions: null };
  }
  const asked = instrument.quantityToLots(Quantity.parse(request.quantity));
  const { conditions, lots } = normaliseConditions(request, asked, instrument, traits, moment);
  const { market } = moment;
  const taken = side === 'BUY' ? market?.askTicks : market?.bidTicks;
  const valuedAt = priceTicks ?? conditions?.stopTicks ?? taken;
  if (valuedAt !== undefined) instrument.assertNotional(valuedAt, lots);
  if (!hasTrigger(type)) assertInBand(side, priceTicks, instrument, moment);
  return { side, type, timeInForce, postOnly, lots, quoteUnits: null, priceTicks, conditions };
}

/**
 * Judged by the mark, for the venue's own reference price is not told: what lies clearly outside is refused here, before
 * anything is asked of the venue, or taken back for it. @throws DomainError PRICE_OUT_OF_BOUNDS
 */
export function assertInBand(
  side: OrderRequest['side'],
  priceTicks: number | null,
  instrument: Instrument,
  { market }: OrderMoment,
): void {
  if (priceTicks === null || market === null || market.stale) return;
  instrument.assertInBand(side, priceTicks, market.markUnits);
}

function assertSupported(request: OrderRequest, timeInForce: TimeInForce, traits: VenueTraits): void {
  const missing = (pointer: string, what: string) =>
    new DomainError('ORDER_TERMS_NOT_SUPPORTED', `The venue does not know ${what}.`, { pointer });
  const { type } = request;
  const sent = typeOnceTriggered(type);
  if (!traits.orderTypes.includes(sent)) throw missing('/type', `${sent} orders`);
  // GTD is watched here where the venue does not know it.
  const atVenue = timeInForce === 'GTD' ? 'GTC' : timeInForce;
  if (sent === 'LIMIT' && !traits.timesInForce.includes(atVenue)) {
    throw missing('/timeInForce', `time in force ${timeInForce}`);
  }
  if (request.postOnly && !traits.postOnly) throw missing('/postOnly', 'post-only orders');
  if (request.quoteQuantity !== null && !traits.marketByQuote) {
    throw missing('/quoteQuantity', 'orders for an amount of quote');
  }
  const hidden = request.conditions?.displayQuantity ?? null;
  if (hidden !== null && (traits.iceberg !== true || hasTrigger(type))) {
    throw missing('/displayQuantity', 'orders of which a part is hidden');
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
