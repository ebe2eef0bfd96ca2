import type { OrderType, PlaceOrderRequest, VenueConditions } from '../domain/venue-order.js';
import type { VenueTraits } from '../domain/venue-traits.js';
import type { ConformanceWorld } from './conformance-world.js';

export const NO_CONDITIONS: VenueConditions = {
  stopTicks: null,
  trailingBps: null,
  triggerBy: 'LAST',
  displayLots: null,
  expiresAt: null,
  reduceOnly: false,
};

export const CONDITIONAL = [
  'STOP_MARKET',
  'STOP_LIMIT',
  'TAKE_PROFIT_MARKET',
  'TAKE_PROFIT_LIMIT',
  'TRAILING_STOP_MARKET',
] as const satisfies readonly OrderType[];

export type ConditionalType = (typeof CONDITIONAL)[number];

const TRAIL_BPS = 500;

export function conditionalsOf({ orderTypes }: VenueTraits): ConditionalType[] {
  return CONDITIONAL.filter((type) => orderTypes.includes(type));
}

/** A conditional buy that waits a twentieth away from the market, and the price that triggers it. */
export function conditionalBuy(
  { request, bestAskTicks, bestBidTicks, lots, session }: ConformanceWorld,
  type: ConditionalType,
  orderLots = lots,
): { wanted: PlaceOrderRequest; triggerTicks: number } {
  const isAbove = !type.startsWith('TAKE_PROFIT');
  const away = Math.ceil(bestAskTicks / 20);
  const triggerTicks = isAbove ? bestAskTicks + away + 2 : bestBidTicks - away;
  const isTrailing = type === 'TRAILING_STOP_MARKET';
  const conditions: VenueConditions = {
    ...NO_CONDITIONS,
    stopTicks: isTrailing ? null : triggerTicks,
    trailingBps: isTrailing ? TRAIL_BPS : null,
    triggerBy: session.traits.triggerBy?.[0] ?? 'LAST',
  };
  const priceTicks = type.endsWith('_LIMIT') ? triggerTicks + Math.ceil(away / 10) : null;
  return { wanted: request({ type, lots: orderLots, priceTicks, conditions }), triggerTicks };
}
