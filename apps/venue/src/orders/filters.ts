import { UNIT, unitsOf } from '../engine/amounts.js';
import type { Side } from '../engine/order.js';
import { filterFailure } from '../rest/venue-error.js';
import type { SymbolRules } from './symbol-rules.js';

/** What the filters look at; amounts in units of 10⁻⁸. */
export interface Measured {
  readonly side: Side;
  readonly price: bigint | null;
  readonly stopPrice: bigint | null;
  readonly quantity: bigint | null;
  readonly quoteQuantity: bigint | null;
  readonly icebergQuantity: bigint | null;
  /** Basis points. */
  readonly trailingDelta: number | null;
  /** True where it will be a market order once it works. */
  readonly isMarket: boolean;
}

export interface Surroundings {
  /** Units of quote for one of base; null when nothing ever traded. */
  readonly averagePrice: bigint | null;
  readonly openOrders: number;
  readonly openTriggerOrders: number;
  readonly openIcebergs: number;
  /** Base asset held, open buys included. */
  readonly position: bigint;
}

/** The rules as numbers, made once for each change of the rules. */
export type Filters = ReturnType<typeof filtersOf>;

export function filtersOf(rules: SymbolRules) {
  return {
    price: { min: unitsOf(rules.minPrice), max: unitsOf(rules.maxPrice), step: unitsOf(rules.priceStep) },
    lot: {
      min: unitsOf(rules.minQuantity),
      max: unitsOf(rules.maxQuantity),
      step: unitsOf(rules.quantityStep),
    },
    marketLotMax: unitsOf(rules.marketMaxQuantity),
    notional: { min: unitsOf(rules.minNotional), max: unitsOf(rules.maxNotional) },
    band: {
      BUY: { up: unitsOf(rules.bidUp), down: unitsOf(rules.bidDown) },
      SELL: { up: unitsOf(rules.askUp), down: unitsOf(rules.askDown) },
    },
    maxPosition: rules.maxPosition === null ? null : unitsOf(rules.maxPosition),
    rules,
  };
}

/** Throws −1013 with the name of the first filter that the order fails, in the venue's order. */
export function checkFilters(filters: Filters, order: Measured, around: Surroundings): void {
  const { rules, maxPosition } = filters;
  for (const price of [order.price, order.stopPrice]) if (price !== null) checkPrice(filters, price);
  if (order.quantity !== null) checkQuantity(filters, order.quantity, order.isMarket);
  checkNotional(filters, order, around.averagePrice);
  if (order.price !== null && around.averagePrice !== null) {
    checkBand(filters, order.side, order.price, around.averagePrice);
  }
  checkConditions(filters, order);
  checkNumbers(rules, order, around);
  if (
    order.side === 'BUY' &&
    maxPosition !== null &&
    around.position + (order.quantity ?? 0n) > maxPosition
  ) {
    throw filterFailure('MAX_POSITION');
  }
}

function checkConditions(filters: Filters, { icebergQuantity, quantity, trailingDelta }: Measured): void {
  const { minTrailingDelta, maxTrailingDelta, maxIcebergParts } = filters.rules;
  if (trailingDelta !== null && (trailingDelta < minTrailingDelta || trailingDelta > maxTrailingDelta)) {
    throw filterFailure('TRAILING_DELTA');
  }
  if (icebergQuantity === null) return;
  checkQuantity(filters, icebergQuantity, false);
  if ((quantity as bigint) > icebergQuantity * BigInt(maxIcebergParts)) throw filterFailure('ICEBERG_PARTS');
}

function checkNumbers(rules: SymbolRules, order: Measured, around: Surroundings): void {
  if (around.openOrders >= rules.maxOpenOrders) throw filterFailure('MAX_NUM_ORDERS');
  const isTriggered = order.stopPrice !== null || order.trailingDelta !== null;
  if (isTriggered && around.openTriggerOrders >= rules.maxOpenTriggerOrders) {
    throw filterFailure('MAX_NUM_ALGO_ORDERS');
  }
  if (order.icebergQuantity !== null && around.openIcebergs >= rules.maxIcebergs) {
    throw filterFailure('MAX_NUM_ICEBERG_ORDERS');
  }
}

function checkPrice({ price: { min, max, step } }: Filters, price: bigint): void {
  if (price <= 0n || !isWithin(price, min, max) || price % step !== 0n) throw filterFailure('PRICE_FILTER');
}

function checkQuantity(
  { lot: { min, max, step }, marketLotMax }: Filters,
  quantity: bigint,
  isMarket: boolean,
): void {
  if (quantity <= 0n || !isWithin(quantity, min, max) || (quantity - min) % step !== 0n) {
    throw filterFailure('LOT_SIZE');
  }
  if (isMarket && !isWithin(quantity, 0n, marketLotMax)) throw filterFailure('MARKET_LOT_SIZE');
}

function checkNotional({ rules, notional }: Filters, order: Measured, averagePrice: bigint | null): void {
  const price = order.price ?? (order.isMarket && order.stopPrice === null ? averagePrice : order.stopPrice);
  const isUnpriced = price === null || order.quantity === null;
  const value = order.quoteQuantity ?? (isUnpriced ? null : (price * (order.quantity as bigint)) / UNIT);
  if (value === null) return;
  const min = order.isMarket && !rules.appliesMinToMarket ? 0n : notional.min;
  const max = order.isMarket && !rules.appliesMaxToMarket ? 0n : notional.max;
  if (!isWithin(value, min, max)) throw filterFailure('NOTIONAL');
}

function checkBand({ band }: Filters, side: Side, price: bigint, averagePrice: bigint): void {
  const { up, down } = band[side];
  const scaled = price * UNIT;
  if (scaled > averagePrice * up || scaled < averagePrice * down)
    throw filterFailure('PERCENT_PRICE_BY_SIDE');
}

/** Inclusive; an upper bound of zero bounds nothing. */
function isWithin(units: bigint, min: bigint, max: bigint): boolean {
  return units >= min && (max === 0n || units <= max);
}

/** The filters as `exchangeInfo` publishes them. */
export function publishedFilters(rules: SymbolRules): object[] {
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: eight(rules.minPrice),
      maxPrice: eight(rules.maxPrice),
      tickSize: eight(rules.priceStep),
    },
    {
      filterType: 'LOT_SIZE',
      minQty: eight(rules.minQuantity),
      maxQty: eight(rules.maxQuantity),
      stepSize: eight(rules.quantityStep),
    },
    {
      filterType: 'MARKET_LOT_SIZE',
      minQty: eight('0'),
      maxQty: eight(rules.marketMaxQuantity),
      stepSize: eight('0'),
    },
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: rules.bidUp,
      bidMultiplierDown: rules.bidDown,
      askMultiplierUp: rules.askUp,
      askMultiplierDown: rules.askDown,
      avgPriceMins: rules.averagePriceMinutes,
    },
    {
      filterType: 'NOTIONAL',
      minNotional: eight(rules.minNotional),
      applyMinToMarket: rules.appliesMinToMarket,
      maxNotional: eight(rules.maxNotional),
      applyMaxToMarket: rules.appliesMaxToMarket,
      avgPriceMins: rules.averagePriceMinutes,
    },
    { filterType: 'ICEBERG_PARTS', limit: rules.maxIcebergParts },
    {
      filterType: 'TRAILING_DELTA',
      minTrailingAboveDelta: rules.minTrailingDelta,
      maxTrailingAboveDelta: rules.maxTrailingDelta,
      minTrailingBelowDelta: rules.minTrailingDelta,
      maxTrailingBelowDelta: rules.maxTrailingDelta,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: rules.maxOpenOrders },
    { filterType: 'MAX_NUM_ICEBERG_ORDERS', maxNumIcebergOrders: rules.maxIcebergs },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: rules.maxOpenTriggerOrders },
    { filterType: 'MAX_NUM_ORDER_AMENDS', maxNumOrderAmends: rules.maxAmends },
    ...(rules.maxPosition === null
      ? []
      : [{ filterType: 'MAX_POSITION', maxPosition: eight(rules.maxPosition) }]),
  ];
}

/** Decimal text with the eight places that the venue always writes. */
function eight(text: string): string {
  const [whole, fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(8, '0')}`;
}
