import type { PlaceOrderRequest, VenueConditions, VenueTraits } from '@sextant/exchange';
import type { OrderSnapshot, OrderTerms, TimeInForce } from '../../domain/order-snapshot.js';
import { hasTrigger, typeOnceTriggered } from '../../domain/order-types.js';

type Placement = Pick<
  PlaceOrderRequest,
  'type' | 'timeInForce' | 'postOnly' | 'lots' | 'quoteUnits' | 'priceTicks' | 'conditions' | 'protective'
>;

/** What of an order the venue is asked for: the order that its trigger makes of it, unless the venue watches that. */
export function venuePlacement(order: OrderSnapshot, traits: VenueTraits): Placement {
  const { type, lots, quoteUnits, priceTicks, postOnly, timeInForce, conditions } = order;
  const terms = { postOnly, lots, quoteUnits, priceTicks };
  if (conditions === null) return { ...terms, type, timeInForce };
  const watched = isWatchedByVenue(order);
  const sent = watched ? type : typeOnceTriggered(type);
  const stands = timeInForceAtVenue(sent, timeInForce, traits);
  return {
    ...terms,
    type: sent,
    timeInForce: stands,
    ...besides({
      stopTicks: watched ? conditions.stopTicks : null,
      trailingBps: watched ? conditions.trailingBps : null,
      triggerBy: conditions.triggerBy,
      displayLots: shown(conditions.displayLots, lots),
      expiresAt: stands === 'GTD' ? conditions.expiresAt : null,
      reduceOnly: conditions.reduceOnly && traits.reduceOnly === true,
    }),
    protective: conditions.reduceOnly || hasTrigger(type),
  };
}

/** What is left after fills and amendments may be all that was to be seen of it: then nothing hides. */
function shown(displayLots: number | null, lots: number | null): number | null {
  return displayLots === null || lots === null || displayLots < lots ? displayLots : null;
}

/** Nothing where all of it is ours: to the venue it is a plain order. */
function besides(conditions: VenueConditions): { conditions?: VenueConditions } {
  const { stopTicks, trailingBps, displayLots, expiresAt, reduceOnly } = conditions;
  const plain = [stopTicks, trailingBps, displayLots, expiresAt].every((value) => value === null);
  return plain && !reduceOnly ? {} : { conditions };
}

/** True for an order that is sent later: once its trigger, watched here, is touched, or what stands in its way has ended. */
export function waitsHere({ type, conditions }: Pick<OrderTerms, 'type' | 'conditions'>): boolean {
  if (conditions === null || conditions.heldBy !== 'SEXTANT') return false;
  return hasTrigger(type) || conditions.sizing?.by === 'POSITION';
}

/** The trigger that risk and gateway still have to reckon with; null where there is none or it has been touched. */
export function openTriggerTicks(
  order: Pick<OrderTerms, 'conditions'> & Partial<Pick<OrderSnapshot, 'progress'>>,
): number | null {
  const { conditions, progress } = order;
  if (conditions === null || progress?.trigger?.state === 'TRIGGERED') return null;
  return conditions.stopTicks;
}

function isWatchedByVenue({
  type,
  conditions,
  progress,
}: Pick<OrderSnapshot, 'type' | 'conditions' | 'progress'>): boolean {
  const touchedHere = progress?.trigger?.state === 'TRIGGERED';
  return hasTrigger(type) && conditions?.heldBy === 'VENUE' && !touchedHere;
}

/** GTD stands as GTC where the venue does not know it: its end is watched here. */
function timeInForceAtVenue(type: string, timeInForce: TimeInForce, traits: VenueTraits): TimeInForce {
  if (type === 'MARKET') return 'IOC';
  if (timeInForce !== 'GTD') return timeInForce;
  return traits.timesInForce.includes('GTD') ? 'GTD' : 'GTC';
}
