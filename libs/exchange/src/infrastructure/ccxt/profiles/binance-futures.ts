import type { BudgetReading, BudgetRule } from '../../../domain/channel/channel-profile.js';
import { invoke } from '../ccxt-exchange.js';
import type { CcxtExchange } from '../ccxt-exchange.js';
import { plainIds } from '../client-ids.js';
import { fieldsOf, listOf, textOf } from '../exact-values.js';
import type { CcxtEndpoints, CcxtVenueProfile, PlacedAnswer } from '../venue-profile.js';
import type { OrderRef, WireAmend, WireOrder } from '../wire-order.js';
import { binance, binancePermissions, readHeaders } from './binance.js';
import { binanceFuturesReader } from './binance-answers.js';
import { binanceContracts, binanceWallets } from './binance-contracts.js';
import { binanceRules } from './binance-filters.js';
import { serverTimeAt } from './reading.js';

const WINDOW_MS = 5_000;
const WEEK_MS = 7 * 86_400_000;
const HOST = 'https://fapi.binance.com';
const WALLET = 'https://api.binance.com';
const ORDERS = {
  scope: 'CREDENTIAL',
  buckets: ['trading'],
  counts: 'CALLS',
  only: 'ENTRY_AND_PROTECTIVE',
} as const;

const budgets: readonly BudgetRule[] = [
  {
    name: 'weight-1m',
    limit: 2_400,
    windowMs: 60_000,
    scope: 'ADDRESS',
    buckets: ['trading', 'marketData', 'account'],
    counts: 'WEIGHT',
  },
  { name: 'orders-10s', limit: 300, windowMs: 10_000, ...ORDERS },
  { name: 'orders-1m', limit: 1_200, windowMs: 60_000, ...ORDERS },
];

const HEADERS: readonly (readonly [header: string, rule: string])[] = [
  ['x-mbx-used-weight-1m', 'weight-1m'],
  ['x-mbx-order-count-10s', 'orders-10s'],
  ['x-mbx-order-count-1m', 'orders-1m'],
];

/** Binance USDⓈ-M perpetuals: an account of its own beside the spot one, so a venue of its own. */
export const binanceFutures: CcxtVenueProfile = {
  ccxtId: 'binanceusdm',
  venue: 'BINANCE_USDM',
  verified: true,
  rules: binanceRules,
  traits: {
    clientOrderIds: 'UNIQUE_WHILE_OPEN',
    clientOrderIdPattern: '^[a-zA-Z0-9_-]{1,36}$',
    validityWindowMs: WINDOW_MS,
    visibilityLagMs: 3_000,
    absenceProof: 'AFTER_WINDOW',
    tradeIds: 'UNIQUE_PER_SYMBOL',
    lookupByClientId: 'ALL_ORDERS',
    // Conditional orders are of a service of their own since December 2025, with ids of its own: what they become has
    // another order id, and whether it keeps the client's is not documented. They are watched here instead.
    orderTypes: ['MARKET', 'LIMIT'],
    timesInForce: ['GTC', 'IOC', 'FOK', 'GTD'],
    postOnly: true,
    reduceOnly: true,
    hedgeMode: true,
    marketByQuote: false,
    amend: 'NATIVE',
    amends: { quantity: 'UP_AND_DOWN', price: true, keepsQueue: false },
    // Its endpoint counts for one market, and takes milliseconds.
    countdown: { minSeconds: 1, maxSeconds: 3_600, scope: 'MARKET' },
    selfTradePrevention: 'CANCEL_NEWEST',
    pushesOwnEvents: true,
    rateCosts: { place: 1, cancel: 1, query: 1 },
  },
  options: {
    fetchMargins: false,
    recvWindow: WINDOW_MS,
    warnOnFetchOpenOrdersWithoutSymbol: false,
    fetchOpenOrders: { warnWithoutSymbol: false },
  },
  perpetuals: true,
  reader: binanceFuturesReader,
  clientIds: plainIds,
  wire: {
    clientId: 'newClientOrderId',
    quantity: ['quantity'],
    quote: [],
    price: ['price'],
    expiry: { names: ['goodTillDate'], write: String },
    reduceOnly: { names: ['reduceOnly'], write: String },
    positionSide: ['positionSide'],
  },
  channel: (_exchange, endpoints) => ({
    venue: 'BINANCE_USDM',
    // Rights of a key are told by the wallet's host.
    endpoints: { rest: [endpoints?.rest ?? HOST], ...(endpoints === null && { wallet: [WALLET] }) },
    budgets,
    headersToBudget: (headers): BudgetReading[] => readHeaders(headers, HEADERS),
    serverTime: serverTimeAt(`${endpoints?.rest ?? HOST}/fapi/v1/time`, 'serverTime'),
    validityWindowMs: WINDOW_MS,
    ...(endpoints !== null && { allowLoopback: true }),
  }),
  redirect,
  unsupported,
  place,
  cancel: async (exchange, { marketId, symbol, clientId }) => {
    const asked = { symbol: marketId, origClientOrderId: clientId, recvWindow: WINDOW_MS };
    const answer = await invoke(exchange, 'fapiPrivateDeleteOrder', asked);
    return exchange.parseOrder(answer, exchange.market(symbol));
  },
  amend: (exchange, { marketId, clientId, side, quantity, price }: WireAmend) =>
    invoke(exchange, 'fapiPrivatePutOrder', {
      symbol: marketId,
      origClientOrderId: clientId,
      side: side.toUpperCase(),
      quantity,
      price,
      recvWindow: WINDOW_MS,
    }),
  cancelAllAfter: (exchange, seconds, marketId) =>
    invoke(exchange, 'fapiPrivatePostCountdownCancelAll', {
      symbol: marketId,
      countdownTime: seconds * 1_000,
      recvWindow: WINDOW_MS,
    }),
  order: (exchange, { symbol, clientId }: OrderRef) =>
    invoke(exchange, 'fetchOrder', undefined, symbol, { origClientOrderId: clientId }),
  orderByVenueId: (exchange, { venueOrderId, symbol }) =>
    invoke(exchange, 'fetchOrder', venueOrderId, symbol),
  openOrders: async (exchange) => listOf(await invoke(exchange, 'fetchOpenOrders'), 'open orders'),
  fills: {
    ...binance.fills,
    // The venue looks at most a week ahead of where a search begins.
    windowMs: WEEK_MS,
    page: (exchange, query) =>
      query.fromId === null
        ? invoke(exchange, 'fetchMyTrades', query.symbol, query.from, 1_000, { until: query.until })
        : binance.fills.page(exchange, query),
  },
  balances: binanceWallets,
  contracts: binanceContracts,
  permissions: (exchange) => binancePermissions(exchange, 'enableFutures'),
  ...(binance.bookLimit && { bookLimit: binance.bookLimit }),
  tickersBy: 'fetchBidsAsks',
  watchTickerParams: { name: 'bookTicker' },
  weights: { openOrders: 40, fills: 5, balances: 5, instruments: 1, data: 5, permissions: 20, countdown: 10 },
};

/** The venue keeps whole seconds of an end: one that it would move is not sent. */
function unsupported({ quote, conditions, postOnly, timeInForce }: WireOrder): string | null {
  if (quote !== null) return 'perpetuals are ordered by quantity';
  if (postOnly && timeInForce === 'GTD') return 'a post-only order has no end of its own here';
  const { expiresAt = null } = conditions ?? {};
  return expiresAt !== null && expiresAt % 1_000 !== 0 ? 'an order ends at a whole second here' : null;
}

function redirect(exchange: CcxtExchange, { rest, ws }: CcxtEndpoints): void {
  const { api } = exchange.urls;
  api['sapi'] = `${rest}/sapi/v1`;
  api['private'] = `${rest}/api/v3`;
  for (const half of ['Public', 'Private']) {
    for (const version of [1, 2, 3]) {
      api[`fapi${half}${version === 1 ? '' : `V${version}`}`] = `${rest}/fapi/v${version}`;
    }
  }
  if (ws !== null) api['ws'] = { future: `${ws}/fstream/ws`, 'ws-api': { future: `${ws}/ws-fapi/v1` } };
}

async function place(exchange: CcxtExchange, order: WireOrder): Promise<PlacedAnswer> {
  const { marketId, symbol, side, type, clientId, quantity, price, timeInForce, postOnly, conditions } =
    order;
  const positionSide = conditions?.positionSide ?? null;
  const answer = await invoke(exchange, 'fapiPrivatePostOrder', {
    symbol: marketId,
    side: side.toUpperCase(),
    type,
    newClientOrderId: clientId,
    newOrderRespType: 'RESULT',
    recvWindow: WINDOW_MS,
    quantity,
    ...(type === 'LIMIT' && { price, timeInForce: postOnly ? 'GTX' : timeInForce }),
    ...(conditions !== null && conditions.expiresAt !== null && { goodTillDate: conditions.expiresAt }),
    ...(conditions?.reduceOnly === true && { reduceOnly: 'true' }),
    ...(positionSide !== null && { positionSide }),
  });
  const venueOrderId = textOf(fieldsOf(answer, 'order')['orderId'], 'order id');
  return { venueOrderId, order: fieldsOf(exchange.parseOrder(answer, exchange.market(symbol)), 'order') };
}
