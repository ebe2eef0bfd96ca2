import type { BudgetReading, BudgetRule } from '../../../domain/channel/channel-profile.js';
import type { KeyPermissions } from '../../../domain/venue-credentials.js';
import type { VenueTraits } from '../../../domain/venue-traits.js';
import { invoke } from '../ccxt-exchange.js';
import type { CcxtExchange } from '../ccxt-exchange.js';
import { plainIds } from '../client-ids.js';
import { fieldsOf, identityOf, listOf, textOf } from '../exact-values.js';
import type { CcxtEndpoints, CcxtVenueProfile } from '../venue-profile.js';
import type { OrderRef, WireOrder } from '../wire-order.js';
import { binanceReader } from './binance-answers.js';
import { binanceRules } from './binance-filters.js';
import {
  amendAtBinance,
  beyondBinanceMarket,
  binanceOrder,
  binanceWire,
  isTriggeredAtBinance,
} from './binance-orders.js';
import { signBinanceOrder } from './binance-placement.js';
import { flag, serverTimeAt } from './reading.js';

const DAY_MS = 86_400_000;
const WINDOW_MS = 5_000;
const ALL = ['trading', 'marketData', 'account'] as const;

const traits: VenueTraits = {
  clientOrderIds: 'UNIQUE_WHILE_OPEN',
  clientOrderIdPattern: '^[a-zA-Z0-9_-]{1,36}$',
  validityWindowMs: WINDOW_MS,
  // −2013 right after a placement is no proof: its queries read from a copy.
  visibilityLagMs: 3_000,
  absenceProof: 'AFTER_WINDOW',
  tradeIds: 'UNIQUE_PER_SYMBOL',
  lookupByClientId: 'ALL_ORDERS',
  orderTypes: [
    'MARKET',
    'LIMIT',
    'STOP_MARKET',
    'STOP_LIMIT',
    'TAKE_PROFIT_MARKET',
    'TAKE_PROFIT_LIMIT',
    'TRAILING_STOP_MARKET',
  ],
  triggerBy: ['LAST'],
  timesInForce: ['GTC', 'IOC', 'FOK'],
  postOnly: true,
  iceberg: true,
  marketByQuote: true,
  amend: 'NATIVE',
  amends: { quantity: 'DOWN', price: false, keepsQueue: true },
  selfTradePrevention: 'CANCEL_NEWEST',
  pushesOwnEvents: true,
  rateCosts: { place: 1, cancel: 1, query: 4 },
};

const budgets: readonly BudgetRule[] = [
  { name: 'weight-1m', limit: 6_000, windowMs: 60_000, scope: 'ADDRESS', buckets: ALL, counts: 'WEIGHT' },
  {
    name: 'orders-10s',
    limit: 100,
    windowMs: 10_000,
    scope: 'CREDENTIAL',
    buckets: ['trading'],
    counts: 'CALLS',
    only: 'ENTRY_AND_PROTECTIVE',
  },
  {
    name: 'orders-1d',
    limit: 200_000,
    windowMs: DAY_MS,
    scope: 'CREDENTIAL',
    buckets: ['trading'],
    counts: 'CALLS',
    only: 'ENTRY_AND_PROTECTIVE',
  },
];

const HEADERS: readonly (readonly [header: string, rule: string])[] = [
  ['x-mbx-used-weight-1m', 'weight-1m'],
  ['x-mbx-order-count-10s', 'orders-10s'],
  ['x-mbx-order-count-1d', 'orders-1d'],
];

/** What `X-MBX-…` headers say is used, by rule. */
export function readHeaders(
  headers: Readonly<Record<string, string>>,
  names: readonly (readonly [header: string, rule: string])[],
): BudgetReading[] {
  return names.flatMap(([header, rule]) => {
    const used = headers[header];
    return used !== undefined && /^\d{1,9}$/.test(used) ? [{ rule, used: Number(used) }] : [];
  });
}

const HOSTS = ['api', 'api1', 'api2', 'api3', 'api4', 'api-gcp'].map((name) => `https://${name}.binance.com`);

/** Binance spot. Source: binance-spot-api-docs; behaviour of ccxt 4.5.84 as run. */
export const binance: CcxtVenueProfile = {
  ccxtId: 'binance',
  venue: 'BINANCE',
  verified: true,
  rules: binanceRules,
  traits,
  // With keys, ccxt would ask four more endpoints for markets.
  options: {
    fetchMarkets: { types: ['spot'] },
    fetchMargins: false,
    recvWindow: WINDOW_MS,
    defaultType: 'spot',
    fetchOpenOrders: { warnWithoutSymbol: false },
    warnOnFetchOpenOrdersWithoutSymbol: false,
  },
  // Everything is more than three thousand markets and their permissions: beyond the size that an answer may have.
  marketsParams: { symbolStatus: 'TRADING', showPermissionSets: false },
  perpetuals: false,
  reader: binanceReader,
  clientIds: plainIds,
  wire: binanceWire,
  channel: (_exchange, endpoints) => ({
    venue: 'BINANCE',
    endpoints: { rest: endpoints === null ? HOSTS : [endpoints.rest] },
    budgets,
    headersToBudget: (headers) => readHeaders(headers, HEADERS),
    serverTime: serverTimeAt(`${endpoints?.rest ?? HOSTS[0]}/api/v3/time`, 'serverTime'),
    validityWindowMs: WINDOW_MS,
    ...(endpoints !== null && { allowLoopback: true }),
  }),
  redirect,
  unsupported: beyondBinanceMarket,
  triggered: isTriggeredAtBinance,
  signPlacement: (exchange, request, entry) => signBinanceOrder(exchange, request, entry, WINDOW_MS),
  place,
  amend: (exchange, amend) => amendAtBinance(exchange, amend, WINDOW_MS),
  cancel,
  order: orderByClientId,
  orderByVenueId: (exchange, { venueOrderId, symbol }) =>
    invoke(exchange, 'fetchOrder', venueOrderId, symbol),
  openOrders: async (exchange) => listOf(await invoke(exchange, 'fetchOpenOrders'), 'open orders'),
  fills: {
    by: 'ID',
    limit: 1_000,
    historyMs: 0,
    windowMs: 0,
    page: (exchange, { symbol, fromId, from }) =>
      fromId === null
        ? invoke(exchange, 'fetchMyTrades', symbol, from, 1_000)
        : invoke(exchange, 'fetchMyTrades', symbol, undefined, 1_000, { fromId }),
  },
  balances: (exchange) => invoke(exchange, 'fetchBalance'),
  permissions,
  bookLimit: (depth) => [5, 10, 20, 50, 100, 500, 1_000].find((limit) => limit >= depth) ?? 5_000,
  // Left alone, 4.5.84 subscribes to miniTicker.
  watchTickerParams: { name: 'ticker' },
  weights: { openOrders: 80, fills: 20, balances: 20, instruments: 20, data: 10, permissions: 20 },
};

/** `/stream` must be in the path: ccxt tells spot from futures by it. */
function redirect(exchange: CcxtExchange, { rest, ws }: CcxtEndpoints): void {
  const { api } = exchange.urls;
  api['public'] = api['private'] = `${rest}/api/v3`;
  api['sapi'] = `${rest}/sapi/v1`;
  if (ws === null) return;
  api['ws'] = { spot: `${ws}/stream/ws`, 'ws-api': { spot: `${ws}/ws-api/v3` } };
}

async function place(exchange: CcxtExchange, order: WireOrder) {
  const answer = fieldsOf(
    await invoke(exchange, 'privatePostOrder', binanceOrder(order, WINDOW_MS)),
    'order',
  );
  const venueOrderId = textOf(answer['orderId'], 'order id');
  // An acknowledgement alone has no status.
  const whole =
    answer['status'] === undefined ? null : exchange.parseOrder(answer, exchange.market(order.symbol));
  return { venueOrderId, order: whole === null ? null : fieldsOf(whole, 'order') };
}

/** The answer's `clientOrderId` is the cancel's own: whoever asked knows the order's. */
async function cancel(exchange: CcxtExchange, { marketId, symbol, clientId }: OrderRef): Promise<unknown> {
  const asked = { symbol: marketId, origClientOrderId: clientId, recvWindow: WINDOW_MS };
  const answer = await invoke(exchange, 'privateDeleteOrder', asked);
  return exchange.parseOrder(answer, exchange.market(symbol));
}

function orderByClientId(exchange: CcxtExchange, { symbol, clientId }: OrderRef): Promise<unknown> {
  return invoke(exchange, 'fetchOrder', undefined, symbol, { origClientOrderId: clientId });
}

async function permissions(exchange: CcxtExchange): Promise<KeyPermissions> {
  return binancePermissions(exchange, 'enableSpotAndMarginTrading');
}

/** The rights of a key; `trading` is the one that the market in question needs. */
export async function binancePermissions(exchange: CcxtExchange, trading: string): Promise<KeyPermissions> {
  const told = fieldsOf(await invoke(exchange, 'sapiGetAccountApiRestrictions'), 'restrictions');
  const internal = flag(told['enableInternalTransfer']);
  const universal = flag(told['permitsUniversalTransfer']);
  return {
    read: flag(told['enableReading']),
    trade: flag(told[trading]),
    withdraw: flag(told['enableWithdrawals']),
    // One that is not told may be held: only two times no is no.
    transfer: internal === true || universal === true ? true : internal === false ? universal : null,
    ipRestricted: flag(told['ipRestrict']),
    accountIdentity: told['enableReading'] === true ? await accountOf(exchange) : null,
  };
}

/** `uid` of the user whose key it is: futures and spot accounts of one user have the same one. */
async function accountOf(exchange: CcxtExchange): Promise<string | null> {
  const account = await invoke(exchange, 'privateGetAccount', { omitZeroBalances: true });
  return identityOf(fieldsOf(account, 'account')['uid']);
}
