import type { VenueTraits } from '@sextant/exchange';
import { DomainError, formatScaled, parseScaled, Price, Quantity } from '@sextant/kernel';
import type { Instrument } from '@sextant/kernel';
import type { MarketView } from '@sextant/risk';
import type { OrderConditions } from '../../domain/order-snapshot.js';
import { hasTrigger, touches } from '../../domain/order-types.js';
import type { OrderType } from '../../domain/order-types.js';
import { invalid } from './assert-order-form.js';
import { cappedLots, isPerpetual } from './capped-lots.js';
import type { ConditionsRequest, OrderMoment, OrderRequest } from '../requests/order-request.js';

/** Basis points; Binance allows as much. */
const LEAST_TRAILING_BPS = 1;
const MOST_TRAILING_BPS = 5_000;
/** 10^-18 of a percent in one basis point. */
const BPS_OF_PERCENT = 10n ** 16n;
/** An end so near would be over before the order stood. */
const LEAST_LIFE_MS = 1_000;

/** What a request asks beyond a plain order, on the venue's grid; and its quantity, where a position caps it. */
export function normaliseConditions(
  request: OrderRequest,
  asked: number,
  instrument: Instrument,
  traits: VenueTraits,
  moment: OrderMoment,
): { conditions: OrderConditions | null; lots: number } {
  const wanted = request.conditions ?? null;
  if (wanted === null) return { conditions: null, lots: asked };
  const { expireTime, reduceOnly } = wanted;
  const triggerBy = wanted.triggerBy ?? 'LAST';
  const stopTicks =
    wanted.stopPrice === null
      ? null
      : at('/stopPrice', () => instrument.priceToTicks(Price.parse(wanted.stopPrice ?? '')));
  const lots = reduceOnly ? cappedToPosition(request, asked, instrument, traits, moment) : asked;
  if (stopTicks !== null) assertNotTouched(request, stopTicks, triggerBy, instrument, moment.market);
  if (expireTime !== null && expireTime < moment.now + LEAST_LIFE_MS) {
    throw invalid('/expireTime', 'expireTime is over, or nearer than a second.');
  }
  const conditions: OrderConditions = {
    stopTicks,
    trailingBps: trailingBps(wanted),
    triggerBy,
    expiresAt: expireTime,
    displayLots: displayLots(wanted, lots, instrument),
    reduceOnly,
    heldBy: isHeldByVenue(request.type, triggerBy, instrument, traits, moment) ? 'VENUE' : 'SEXTANT',
    group: null,
    executionId: null,
  };
  return { conditions, lots };
}

/** A trigger is the venue's where it knows the type, and takes one more. By the mark only where the venue has a mark: spot has none. */
function isHeldByVenue(
  type: OrderType,
  triggerBy: 'LAST' | 'MARK',
  instrument: Instrument,
  traits: VenueTraits,
  moment: OrderMoment,
): boolean {
  if (!hasTrigger(type)) return true;
  const { maxTriggerOrders } = instrument.spec;
  if (maxTriggerOrders !== undefined && moment.triggersAtVenue() >= maxTriggerOrders) return false;
  return traits.orderTypes.includes(type) && (triggerBy === 'LAST' || isPerpetual(instrument));
}

function trailingBps({ trailingDelta, trailingPercent }: ConditionsRequest): number | null {
  if (trailingDelta === null && trailingPercent === null) return null;
  const pointer = trailingDelta === null ? '/trailingPercent' : '/trailingDelta';
  const units =
    trailingDelta === null ? parseScaled(trailingPercent ?? '0') : BigInt(trailingDelta) * BPS_OF_PERCENT;
  const bps = Number(units / BPS_OF_PERCENT);
  const exact = BigInt(bps) * BPS_OF_PERCENT === units;
  if (exact && bps >= LEAST_TRAILING_BPS && bps <= MOST_TRAILING_BPS) return bps;
  throw invalid(
    pointer,
    'A trailing distance is a whole number of basis points from 1 (0.01 %) to 5,000 (50 %).',
  );
}

function displayLots(
  { displayQuantity }: ConditionsRequest,
  lots: number,
  instrument: Instrument,
): number | null {
  if (displayQuantity === null) return null;
  const shown = at('/displayQuantity', () => instrument.quantityToLots(Quantity.parse(displayQuantity)));
  if (shown <= lots) return shown;
  throw invalid('/displayQuantity', 'displayQuantity is at most the quantity.');
}

/** @throws DomainError REDUCE_ONLY_WITHOUT_POSITION */
export function cappedToPosition(
  { side }: Pick<OrderRequest, 'side'>,
  asked: number,
  instrument: Instrument,
  traits: VenueTraits,
  { positionUnits }: OrderMoment,
): number {
  const most = cappedLots(side, asked, instrument, traits, positionUnits);
  if (most >= instrument.minLots) return most;
  throw new DomainError(
    'REDUCE_ONLY_WITHOUT_POSITION',
    `There is no position in ${instrument.symbol} that a ${side} order could make smaller.`,
    { pointer: '/reduceOnly', position: formatScaled(positionUnits) },
  );
}

/** A trailing stop's price says from where on it trails: that may be behind the market already. */
function assertNotTouched(
  { type, side }: OrderRequest,
  stopTicks: number,
  triggerBy: 'LAST' | 'MARK',
  instrument: Instrument,
  market: MarketView | null,
): void {
  if (market === null || type === 'TRAILING_STOP_MARKET') return;
  const markTicks = Number(market.markUnits / instrument.tickUnits);
  const priceTicks = triggerBy === 'LAST' ? (market.lastTicks ?? markTicks) : markTicks;
  if (!touches(type, side, stopTicks, priceTicks)) return;
  const price = instrument.ticksToPrice(priceTicks).toString();
  throw new DomainError(
    'TRIGGER_ALREADY_TOUCHED',
    `The ${triggerBy.toLowerCase()} price ${price} is through the stopPrice already: the order would go out at once.`,
    { pointer: '/stopPrice', price },
  );
}

/** Says which field a rule of the instrument is about. */
function at<T>(pointer: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError(error.code, error.message, { ...error.context, pointer });
  }
}
