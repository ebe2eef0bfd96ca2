import type { Account } from '../accounts/account.js';
import { formatUnits, unitsOf } from '../engine/amounts.js';
import { readSymbol } from '../orders/order-request.js';
import type { Params } from './params.js';
import type { Route } from './routes.js';
import { signed } from './routes.js';
import type { SpotServices } from './spot-services.js';

const NONE = formatUnits(0n);
/** One basis point in units of 10⁻⁸. */
const BASIS_POINT = 10_000n;

/** Balances, rates and counts of an account. */
export function accountRoutes(services: SpotServices): Route[] {
  const { limits, symbols } = services;
  const base = { method: 'GET', security: 'USER_DATA' } as const;
  return [
    signed({
      ...base,
      path: '/api/v3/account',
      weight: 20,
      handle: ({ account, params }) => accountShape(services, account, params),
    }),
    signed({
      ...base,
      path: '/api/v3/account/commission',
      weight: 20,
      handle: ({ account, params }) => commissionShape(account, readSymbol(params, symbols).market.symbol),
    }),
    signed({
      ...base,
      path: '/api/v3/rateLimit/order',
      weight: 40,
      handle: ({ account, at }) => {
        const { per10Seconds, perDay } = limits.orderCounts(account.accountId, at);
        const { ordersPer10Seconds, ordersPerDay } = limits.settings;
        return [
          { ...orderLimit('SECOND', 10, ordersPer10Seconds), count: per10Seconds },
          { ...orderLimit('DAY', 1, ordersPerDay), count: perDay },
        ];
      },
    }),
  ];
}

export function orderLimit(interval: string, intervalNum: number, limit: number) {
  return { rateLimitType: 'ORDERS', interval, intervalNum, limit };
}

function accountShape({ ledger, quirks }: SpotServices, account: Account, params: Params): object {
  const { makerUnits, takerUnits } = account.fees;
  const { misstatedBalances } = quirks.of(account.accountId);
  const balances = ledger.balances(account.accountId).map(([asset, { free, locked }]) => ({
    asset,
    free: formatUnits(free + unitsOf(misstatedBalances[asset] ?? '0')),
    locked: formatUnits(locked),
  }));
  const isShown = ({ free, locked }: { free: string; locked: string }) => free !== NONE || locked !== NONE;
  return {
    makerCommission: Number(makerUnits / BASIS_POINT),
    takerCommission: Number(takerUnits / BASIS_POINT),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: ratesOf(account),
    canTrade: account.canTrade,
    canWithdraw: true,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: account.updatedAt,
    accountType: 'SPOT',
    balances: params.boolean('omitZeroBalances') === true ? balances.filter(isShown) : balances,
    permissions: ['SPOT'],
    uid: account.uid,
  };
}

function commissionShape(account: Account, symbol: string): object {
  const zero = { maker: NONE, taker: NONE, buyer: NONE, seller: NONE };
  const { feeAsset } = account;
  return {
    symbol,
    standardCommission: ratesOf(account),
    specialCommission: zero,
    taxCommission: zero,
    discount: {
      enabledForAccount: feeAsset !== null,
      enabledForSymbol: feeAsset !== null,
      discountAsset: feeAsset?.asset ?? 'BNB',
      discount: formatUnits(feeAsset?.discountUnits ?? 0n),
    },
  };
}

function ratesOf({ fees }: Account) {
  return {
    maker: formatUnits(fees.makerUnits),
    taker: formatUnits(fees.takerUnits),
    buyer: NONE,
    seller: NONE,
  };
}
