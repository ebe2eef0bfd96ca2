import type { Instrument, Side } from '@sextant/kernel';
import type { DisplayedLiquidity } from './displayed-liquidity.js';
import { NO_TICKS } from './market-view.js';
import type { VenuePlacement } from './venue-orders.js';
import type { VenueRefusalName } from './venue-refusal.js';

export const CLIENT_ORDER_ID_PATTERN = '^[a-zA-Z0-9-_.:/]{1,64}$';
const CLIENT_ORDER_ID = new RegExp(CLIENT_ORDER_ID_PATTERN);

/** Open orders that an account may have. */
export const MAX_OPEN_ORDERS = 200_000;
/** A limit price may be up to five times the best price of the other side, and down to a fifth of it. */
const PRICE_BAND = 5;

/**
 * The rules that need no balance, in the order a venue applies them: parameters, symbol status, tick, step and
 * size, notional, price band, open orders. Null: none is broken.
 */
export function brokenRule(
  placement: VenuePlacement,
  instrument: Instrument,
  liquidity: DisplayedLiquidity,
  openOrders: number,
): VenueRefusalName | null {
  const malformed = malformedPlacement(placement);
  if (malformed !== null) return malformed;
  if (!liquidity.isOpen()) return 'MARKET_CLOSED';
  const best = liquidity.bestTicks(placement.side === 'BUY' ? 'SELL' : 'BUY');
  const { priceTicks, lots, quoteUnits } = placement;
  if (priceTicks !== null && !within(priceTicks, instrument.minTicks, instrument.maxTicks))
    return 'PRICE_FILTER';
  if (lots !== null && !within(lots, instrument.minLots, instrument.maxLots)) return 'LOT_SIZE';
  const ticks = priceTicks ?? best;
  const notional = quoteUnits ?? (lots === null ? 0n : instrument.notionalUnits(ticks, lots));
  // A market order that meets no price has no value to judge; it will expire unfilled.
  if (ticks !== NO_TICKS && notional < instrument.minNotionalUnits) return 'NOTIONAL';
  if (priceTicks !== null && best !== NO_TICKS && outsideBand(priceTicks, best))
    return 'PERCENT_PRICE_BY_SIDE';
  return openOrders >= MAX_OPEN_ORDERS ? 'MAX_NUM_ORDERS' : null;
}

export function opposite(side: Side): Side {
  return side === 'BUY' ? 'SELL' : 'BUY';
}

function malformedPlacement(placement: VenuePlacement): VenueRefusalName | null {
  if (!CLIENT_ORDER_ID.test(placement.clientOrderId)) return 'ILLEGAL_CLIENT_ORDER_ID';
  const { type, lots, quoteUnits, priceTicks, postOnly, timeInForce } = placement;
  if (lots !== null && !Number.isSafeInteger(lots)) return 'MALFORMED';
  if (type === 'MARKET') {
    return priceTicks === null && !postOnly && (lots === null) !== (quoteUnits === null) ? null : 'MALFORMED';
  }
  if (priceTicks === null || lots === null || quoteUnits !== null || !Number.isSafeInteger(priceTicks)) {
    return 'MALFORMED';
  }
  return postOnly && timeInForce !== 'GTC' ? 'MALFORMED' : null;
}

function within(value: number, min: number, max: number): boolean {
  return value >= Math.max(1, min) && value <= max;
}

function outsideBand(ticks: number, best: number): boolean {
  return ticks > best * PRICE_BAND || ticks * PRICE_BAND < best;
}
