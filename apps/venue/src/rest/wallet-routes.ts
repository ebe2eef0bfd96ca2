import { formatUnits } from '../engine/amounts.js';
import type { Route } from './routes.js';
import { signed } from './routes.js';
import type { SpotServices } from './spot-services.js';
import { invalidSymbol } from './venue-error.js';

/** The part of `/sapi` that clients ask for on their way: status, key permissions, assets, fees. */
export function walletRoutes(services: SpotServices): Route[] {
  const { symbols, quirks, ledger } = services;
  const base = { method: 'GET', security: 'USER_DATA', weight: 1 } as const;
  return [
    {
      ...base,
      path: '/sapi/v1/system/status',
      security: 'NONE',
      handle: () => {
        const isDown = quirks.venue.isInMaintenance;
        return { status: isDown ? 1 : 0, msg: isDown ? 'system maintenance' : 'normal' };
      },
    },
    signed({
      ...base,
      path: '/sapi/v1/account/apiRestrictions',
      handle: ({ key }) => ({
        ipRestrict: key.ipAllowList.length > 0,
        createTime: key.createdAt,
        ...key.permissions,
        enableVanillaOptions: false,
        enablePortfolioMarginTrading: false,
        enableFixApiTrade: false,
        enableFixReadOnly: false,
      }),
    }),
    signed({
      ...base,
      path: '/sapi/v1/asset/tradeFee',
      handle: ({ account, params }) => {
        const symbol = params.text('symbol');
        if (symbol !== null && symbols.find(symbol) === null) throw invalidSymbol();
        return symbols
          .all()
          .filter(({ rules }) => symbol === null || rules.symbol === symbol)
          .map(({ rules }) => ({
            symbol: rules.symbol,
            makerCommission: rate(account.fees.makerUnits),
            takerCommission: rate(account.fees.takerUnits),
          }));
      },
    }),
    signed({
      ...base,
      path: '/sapi/v1/capital/config/getall',
      weight: 10,
      handle: ({ account }) =>
        assetsOf(services).map((asset) => assetShape(asset, ledger.balance(account.accountId, asset))),
    }),
    { ...base, path: '/sapi/v1/margin/allPairs', security: 'KEY', handle: () => [] },
    signed({ ...base, path: '/sapi/v1/margin/isolated/allPairs', handle: () => [] }),
    {
      ...base,
      path: '/dapi/v1/exchangeInfo',
      security: 'NONE',
      handle: ({ at }) => ({
        timezone: 'UTC',
        serverTime: at,
        rateLimits: [],
        exchangeFilters: [],
        symbols: [],
      }),
    },
  ];
}

function assetsOf({ symbols, ledger }: SpotServices): string[] {
  const listed = symbols.all().flatMap(({ rules }) => [rules.base, rules.quote]);
  return [...new Set([...listed, ...ledger.assets()])];
}

function assetShape(asset: string, { free, locked }: { free: bigint; locked: bigint }): object {
  const none = formatUnits(0n);
  return {
    coin: asset,
    name: asset,
    depositAllEnable: true,
    withdrawAllEnable: true,
    free: formatUnits(free),
    locked: formatUnits(locked),
    freeze: none,
    withdrawing: none,
    ipoing: none,
    ipoable: none,
    storage: none,
    isLegalMoney: false,
    trading: true,
    networkList: [],
  };
}

/** `0.001`, without the zeros that amounts end in. */
function rate(units: bigint): string {
  return formatUnits(units).replace(/\.?0+$/, '');
}
