import type { VenueTraits } from '@sextant/exchange';
import { DomainError, formatScaled, parseScaled, Price, Quantity } from '@sextant/kernel';
import type { Instrument } from '@sextant/kernel';
import type { OrderSnapshot } from '../../domain/order-snapshot.js';
import { hasTrigger, touches, typeOnceTriggered } from '../../domain/order-types.js';
import { amendmentOf, surplusOf } from '../../domain/revisions.js';
import { invalid } from './assert-order-form.js';
import type { AmendRequest } from '../account/commands-of-account.js';
import { cappedToPosition } from './normalise-conditions.js';
import { assertInBand } from './normalise-order.js';
import type { OrderMoment } from '../requests/order-request.js';
import { termsTag } from '../requests/order-view.js';
import { openTriggerTicks } from './venue-placement.js';

/** New terms on the order's grid; `rest` is what would be open with them. */
export interface NewTerms {
  lots: number;
  priceTicks: number | null;
  rest: number;
}

/**
 * What an amendment makes of an order; null when it has these terms already. What would rest has to be an order that the
 * venue takes by itself: it may have to be placed anew.
 * @throws DomainError ORDER_CHANGED, ORDER_NOT_AMENDABLE, QUANTITY_BELOW_FILLED, ORDER_AMEND_REFUSED, ORDER_TERMS_INVALID,
 * REDUCE_ONLY_WITHOUT_POSITION and the instrument's filter codes
 */
export function amendedTerms(
  order: OrderSnapshot,
  request: AmendRequest,
  instrument: Instrument,
  traits: VenueTraits,
  moment: OrderMoment,
): NewTerms | null {
  assertUnchanged(order, request);
  const { quantity, price } = request;
  if (quantity === null && price === null) throw invalid('/quantity', 'Give a quantity, a price or both.');
  assertAmendable(order);
  if (price !== null && typeOnceTriggered(order.type) === 'MARKET')
    throw invalid('/price', `A ${order.type} order has no price.`);
  const priceTicks = price === null ? order.priceTicks : instrument.priceToTicks(Price.parse(price));
  const asked =
    quantity === null ? (order.lots ?? 0) - surplusOf(order) : totalLots(order, quantity, instrument);
  const rest = order.conditions?.reduceOnly
    ? cappedToPosition(order, asked - order.filledLots, instrument, traits, moment)
    : asked - order.filledLots;
  const lots = order.filledLots + rest;
  if (lots === order.lots && priceTicks === order.priceTicks) return null;
  assertRestStands(order, rest, priceTicks, instrument, moment);
  return { lots, priceTicks, rest };
}

function assertUnchanged(order: OrderSnapshot, { ifMatch, expectedFilledQuantity }: AmendRequest): void {
  if (ifMatch !== null && ifMatch !== termsTag(order)) {
    throw new DomainError('ORDER_CHANGED', 'The terms of the order are not those that If-Match names.', {
      etag: termsTag(order),
    });
  }
  if (expectedFilledQuantity === null) return;
  const filled = BigInt(order.filledLots) * order.stepUnits;
  if (parseScaled(expectedFilledQuantity) === filled) return;
  throw new DomainError('ORDER_CHANGED', `The order has filled ${formatScaled(filled)} meanwhile.`, {
    pointer: '/expectedFilledQuantity',
    filledQuantity: formatScaled(filled),
  });
}

function assertAmendable(order: OrderSnapshot): void {
  const { status, pending, conditions, lots, origin, orderId } = order;
  const no = (detail: string) => new DomainError('ORDER_NOT_AMENDABLE', detail, { orderId, status });
  if (origin === 'EXTERNAL') throw no('The order was made at the venue by somebody else.');
  if (pending !== null || amendmentOf(order) !== null)
    throw no(`Another change of the order is under way (${pending?.kind ?? 'AMEND'}).`);
  if (status !== 'CREATED' && status !== 'NEW' && status !== 'PARTIALLY_FILLED')
    throw no(`The order is ${status}.`);
  if (lots === null) throw no('The order is for an amount of quote.');
  if (order.type === 'MARKET') throw no('A MARKET order does not rest.');
  if (conditions?.executionId != null) throw no('Its execution decides about the order.');
  if (conditions?.group != null) throw no('Its group decides about the order.');
  if (surplusOf(order) > 0 && lots - surplusOf(order) <= order.filledLots)
    throw no('All that was asked for is filled, and what rests beyond it is being cancelled.');
}

function totalLots(order: OrderSnapshot, quantity: string, instrument: Instrument): number {
  const lots = instrument.quantityToLots(Quantity.parse(quantity));
  if (lots > order.filledLots) return lots;
  const least = formatScaled(BigInt(order.filledLots + instrument.minLots) * order.stepUnits);
  const filledQuantity = formatScaled(BigInt(order.filledLots) * order.stepUnits);
  throw new DomainError(
    'QUANTITY_BELOW_FILLED',
    `The quantity is the new total, and ${filledQuantity} is filled: cancel the order to keep that.`,
    { pointer: '/quantity', filledQuantity, nearestValid: least },
  );
}

function assertRestStands(
  order: OrderSnapshot,
  rest: number,
  priceTicks: number | null,
  instrument: Instrument,
  moment: OrderMoment,
): void {
  const { market } = moment;
  const { type, side, postOnly, filledLots } = order;
  const stopTicks = openTriggerTicks(order);
  const taken = side === 'BUY' ? market?.askTicks : market?.bidTicks;
  try {
    instrument.quantityToLots(instrument.lotsToQuantity(rest));
    const valuedAt = priceTicks ?? stopTicks ?? taken;
    if (valuedAt !== undefined) instrument.assertNotional(valuedAt, rest);
    if (stopTicks === null && !order.conditions?.trailingBps)
      assertInBand(side, priceTicks, instrument, moment);
  } catch (error) {
    throw aboutTotal(error, filledLots, instrument);
  }
  const crosses = taken !== undefined && priceTicks !== null && touchesTop(side, priceTicks, taken);
  if (postOnly && crosses && stopTicks === null) {
    throw refusedHere('POST_ONLY_WOULD_TAKE', 'At that price a post-only order would trade at once.');
  }
  const last = market?.lastTicks ?? null;
  const trails = type === 'TRAILING_STOP_MARKET';
  if (order.status !== 'CREATED' && stopTicks !== null && last !== null && hasTrigger(type) && !trails) {
    if (touches(type, side, stopTicks, last))
      throw refusedHere('WOULD_TRIGGER', 'The market is through its trigger: the venue may have taken it.');
  }
}

function touchesTop(side: string, priceTicks: number, taken: number): boolean {
  return side === 'BUY' ? priceTicks >= taken : priceTicks <= taken;
}

/** A rule speaks of the rest; the client asked for a total. */
function aboutTotal(error: unknown, filledLots: number, instrument: Instrument): unknown {
  if (!(error instanceof DomainError) || filledLots === 0) return error;
  const nearest = error.context['nearestValid'];
  if (typeof nearest !== 'string') return error;
  const total = formatScaled(parseScaled(nearest) + instrument.baseUnits(filledLots));
  return new DomainError(error.code, `What would rest: ${error.message}`, {
    ...error.context,
    nearestValid: total,
  });
}

function refusedHere(code: string, detail: string): DomainError {
  return new DomainError('ORDER_AMEND_REFUSED', detail, { reason: { code, detail }, pointer: '/price' });
}
