import { publishedFilters } from '../orders/filters.js';
import { DEFAULT_STP, STP_MODES } from '../orders/order-request.js';
import { SPOT_TYPE_NAMES } from '../orders/order-types.js';
import type { ListedSymbol } from '../orders/symbol-table.js';
import { orderLimit } from './account-routes.js';
import type { Params } from './params.js';
import type { Route } from './routes.js';
import type { SpotServices } from './spot-services.js';
import { badCombination, illegalCharacters, invalidSymbol } from './venue-error.js';

/** The rules of all symbols. */
export function exchangeInfoRoute(services: SpotServices): Route {
  return {
    method: 'GET',
    path: '/api/v3/exchangeInfo',
    security: 'NONE',
    weight: 20,
    handle: ({ params, at }) => {
      const withPermissions = params.boolean('showPermissionSets') ?? true;
      return {
        timezone: 'UTC',
        serverTime: at,
        rateLimits: rateLimits(services),
        exchangeFilters: [],
        symbols: chosen(services, params).map((symbol) => symbolShape(symbol, withPermissions)),
      };
    },
  };
}

export function rateLimits({ limits }: Pick<SpotServices, 'limits'>): object[] {
  const { weightPerMinute, ordersPer10Seconds, ordersPerDay, rawRequestsPer5Minutes } = limits.settings;
  return [
    { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: weightPerMinute },
    orderLimit('SECOND', 10, ordersPer10Seconds),
    orderLimit('DAY', 1, ordersPerDay),
    { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: rawRequestsPer5Minutes },
  ];
}

function chosen({ symbols }: SpotServices, params: Params): ListedSymbol[] {
  const [one, many] = [params.text('symbol'), params.text('symbols')];
  const status = params.oneOf('symbolStatus', ['TRADING', 'HALT', 'BREAK']);
  if ([one, many, status].filter((given) => given !== null).length > 1)
    throw badCombination('Combination of optional parameters invalid.');
  if (status !== null) return symbols.all().filter(({ market }) => market.status === status);
  if (one === null && many === null) return symbols.all();
  const names = one === null ? namesIn(many as string) : [one];
  return names.map((name) => {
    const listed = symbols.find(name);
    if (listed === null) throw invalidSymbol();
    return listed;
  });
}

function namesIn(text: string): string[] {
  if (!/^\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}")*\]$/.test(text)) {
    throw illegalCharacters('symbols', '^\\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\\]$');
  }
  return JSON.parse(text) as string[];
}

function symbolShape({ rules, market }: ListedSymbol, withPermissions: boolean): object {
  return {
    symbol: rules.symbol,
    status: market.status,
    baseAsset: rules.base,
    baseAssetPrecision: 8,
    quoteAsset: rules.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: SPOT_TYPE_NAMES,
    icebergAllowed: true,
    ocoAllowed: true,
    otoAllowed: false,
    opoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: true,
    cancelReplaceAllowed: true,
    amendAllowed: true,
    pegInstructionsAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: publishedFilters(rules),
    permissions: [],
    permissionSets: withPermissions ? [['SPOT']] : [],
    defaultSelfTradePreventionMode: DEFAULT_STP,
    allowedSelfTradePreventionModes: STP_MODES,
  };
}
