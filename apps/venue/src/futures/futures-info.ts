import type { LimitSettings } from '../rest/limits.js';
import { ALGO_TYPES, ORDER_TYPES, TIMES_IN_FORCE } from './futures-terms.js';
import type { Contract } from './contracts.js';
import { decimalsOf } from '../market/display.js';

/** The delivery date that stands for none. */
const NEVER = 4_133_404_800_000;
const ONBOARDED = 1_569_398_400_000;
const OPEN_ORDERS = 200;
const OPEN_ALGO_ORDERS = 10;

/** `exchangeInfo` of USDⓈ-M. */
export function futuresInfo(contracts: readonly Contract[], limits: LimitSettings, at: number) {
  return {
    timezone: 'UTC',
    serverTime: at,
    futuresType: 'U_MARGINED',
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: limits.weightPerMinute },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: limits.ordersPer10Seconds },
    ],
    exchangeFilters: [],
    assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '-10000' }],
    symbols: contracts.map(symbolInfo),
  };
}

function symbolInfo({ spec, market }: Contract) {
  const { symbol, base, quote, tickSize, stepSize, minNotional, maxQuantity } = spec;
  return {
    symbol,
    pair: symbol,
    contractType: 'PERPETUAL',
    deliveryDate: NEVER,
    onboardDate: ONBOARDED,
    status: market.status,
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: base,
    quoteAsset: quote,
    marginAsset: quote,
    pricePrecision: decimalsOf(tickSize),
    quantityPrecision: decimalsOf(stepSize),
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: [],
    triggerProtect: '0.0500',
    liquidationFee: '0.012500',
    marketTakeBound: '0.05',
    maxMoveOrderLimit: 10_000,
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: tickSize, maxPrice: '10000000', tickSize },
      { filterType: 'LOT_SIZE', minQty: stepSize, maxQty: maxQuantity, stepSize },
      { filterType: 'MARKET_LOT_SIZE', minQty: stepSize, maxQty: maxQuantity, stepSize },
      { filterType: 'MAX_NUM_ORDERS', limit: OPEN_ORDERS },
      { filterType: 'MAX_NUM_ALGO_ORDERS', limit: OPEN_ALGO_ORDERS },
      { filterType: 'MIN_NOTIONAL', notional: minNotional },
      {
        filterType: 'PERCENT_PRICE',
        multiplierUp: '1.0500',
        multiplierDown: '0.9500',
        multiplierDecimal: '4',
      },
    ],
    orderTypes: [...ORDER_TYPES, ...ALGO_TYPES],
    timeInForce: TIMES_IN_FORCE,
  };
}
