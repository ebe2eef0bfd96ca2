import type { CcxtMarket } from '../ccxt-exchange.js';
import { textOf } from '../exact-values.js';
import type { Fields } from '../exact-values.js';
import type { MarketRules } from '../venue-profile.js';

/**
 * What Binance's filters say beyond tick, step and least value.
 * https://developers.binance.com/docs/binance-spot-api-docs/filters: PERCENT_PRICE_BY_SIDE bounds a price by multiples of
 * the average of some minutes, PERCENT_PRICE the same for both sides; MAX_NUM_ALGO_ORDERS counts orders with a trigger.
 */
export function binanceRules(market: CcxtMarket): MarketRules {
  const filters = filtersOf(market);
  const bySide = filters.get('PERCENT_PRICE_BY_SIDE');
  const forBoth = filters.get('PERCENT_PRICE');
  const most = Number(filters.get('MAX_NUM_ALGO_ORDERS')?.['maxNumAlgoOrders'] ?? NaN);
  return {
    ...(bySide !== undefined && {
      priceBands: {
        buy: bandOf(bySide, 'bidMultiplierDown', 'bidMultiplierUp'),
        sell: bandOf(bySide, 'askMultiplierDown', 'askMultiplierUp'),
      },
    }),
    ...(bySide === undefined &&
      forBoth !== undefined && {
        priceBands: {
          buy: bandOf(forBoth, 'multiplierDown', 'multiplierUp'),
          sell: bandOf(forBoth, 'multiplierDown', 'multiplierUp'),
        },
      }),
    ...(Number.isSafeInteger(most) && { maxTriggerOrders: most }),
  };
}

function bandOf(filter: Fields, lowest: string, highest: string): { lowest: string; highest: string } {
  return { lowest: textOf(filter[lowest], lowest), highest: textOf(filter[highest], highest) };
}

function filtersOf(market: CcxtMarket): Map<string, Fields> {
  const info = market['info'] as { filters?: unknown } | undefined;
  const told = Array.isArray(info?.filters) ? (info.filters as unknown[]) : [];
  const filters = told.filter((one): one is Fields => typeof one === 'object' && one !== null);
  return new Map(filters.map((filter) => [String(filter['filterType']), filter]));
}
