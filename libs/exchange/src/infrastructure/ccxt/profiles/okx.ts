import { isDecimalText } from '@sextant/kernel';
import type { PreparedRequest } from '../../../domain/channel/venue-answer.js';
import type { KeyPermissions } from '../../../domain/venue-credentials.js';
import type { VenueTraits } from '../../../domain/venue-traits.js';
import { invoke } from '../ccxt-exchange.js';
import type { CcxtExchange } from '../ccxt-exchange.js';
import { hexIds } from '../client-ids.js';
import { fieldsOf, identityOf, listOf, textOf } from '../exact-values.js';
import type { Fields } from '../exact-values.js';
import type { CcxtVenueProfile, FillQuery, PlacedAnswer } from '../venue-profile.js';
import type { OrderRef, WireAmend, WireOrder } from '../wire-order.js';
import { okxReader } from './okx-answers.js';
import { allPages, at, serverTimeAt, slowDown } from './reading.js';

const WINDOW_MS = 5_000;
const DAY_MS = 86_400_000;
const HISTORY_MS = 90 * DAY_MS;
const PAGE = 100;
const HOST = 'https://www.okx.com';

const traits: VenueTraits = {
  clientOrderIds: 'UNIQUE_WHILE_OPEN',
  clientOrderIdPattern: '^(ord_[0-9a-f]{32}|[A-Za-z0-9]{1,31})$',
  validityWindowMs: WINDOW_MS,
  visibilityLagMs: 3_000,
  absenceProof: 'AFTER_WINDOW',
  tradeIds: 'UNIQUE_PER_SYMBOL',
  lookupByClientId: 'ALL_ORDERS',
  orderTypes: ['MARKET', 'LIMIT'],
  timesInForce: ['GTC', 'IOC', 'FOK'],
  postOnly: true,
  marketByQuote: true,
  amend: 'NATIVE',
  amends: { quantity: 'UP_AND_DOWN', price: true, keepsQueue: false },
  countdown: { minSeconds: 10, maxSeconds: 120, scope: 'ACCOUNT' },
  selfTradePrevention: 'CANCEL_OLDEST',
  pushesOwnEvents: true,
  rateCosts: { place: 1, cancel: 1, query: 1 },
};

/** OKX v5, spot and perpetuals settled in their quote. Unified accounts: one balance for both. */
export const okx: CcxtVenueProfile = {
  ccxtId: 'okx',
  venue: 'OKX',
  verified: true,
  traits,
  options: { fetchMarkets: { types: ['spot', 'swap'] }, defaultType: 'spot' },
  perpetuals: true,
  reader: okxReader,
  clientIds: hexIds,
  mend: turnPushedFees,
  wire: { clientId: 'clOrdId', quantity: ['sz'], quote: ['sz'], price: ['px'] },
  channel: (_exchange, endpoints) => ({
    venue: 'OKX',
    endpoints: { rest: [endpoints?.rest ?? HOST] },
    budgets: [
      // 60 requests in 2 s a user and instrument; the sum over instruments is kept below the account's own limit.
      {
        name: 'trading-2s',
        limit: 60,
        windowMs: 2_000,
        scope: 'CREDENTIAL',
        buckets: ['trading'],
        counts: 'CALLS',
      },
      {
        name: 'account-2s',
        limit: 10,
        windowMs: 2_000,
        scope: 'CREDENTIAL',
        buckets: ['account'],
        counts: 'CALLS',
      },
      {
        name: 'data-2s',
        limit: 20,
        windowMs: 2_000,
        scope: 'ADDRESS',
        buckets: ['marketData'],
        counts: 'CALLS',
      },
    ],
    rateLimitScope: (status, _headers, body) => slowDown(status, body, /"s?[Cc]ode":"500(?:11|61)"/),
    serverTime: serverTimeAt(`${endpoints?.rest ?? HOST}/api/v5/public/time`, 'data.0.ts'),
    validityWindowMs: WINDOW_MS,
    ...(endpoints !== null && { allowLoopback: true }),
  }),
  finish,
  place,
  cancel: async (exchange, { marketId, clientId }) => {
    await invoke(exchange, 'privatePostTradeCancelOrder', { instId: marketId, clOrdId: clientId });
    return null;
  },
  amend: (exchange, { marketId, clientId, quantity, price }: WireAmend) =>
    invoke(exchange, 'privatePostTradeAmendOrder', {
      instId: marketId,
      clOrdId: clientId,
      newSz: quantity,
      newPx: price,
    }),
  cancelAllAfter: (exchange, seconds) =>
    invoke(exchange, 'privatePostTradeCancelAllAfter', { timeOut: String(seconds) }),
  order: (exchange, { symbol, clientId }: OrderRef) =>
    invoke(exchange, 'fetchOrder', undefined, symbol, { clOrdId: clientId }),
  orderByVenueId: (exchange, { symbol, venueOrderId }) =>
    invoke(exchange, 'fetchOrder', venueOrderId, symbol),
  openOrders,
  // One window over all that is kept, so that a quiet account is read in one look; a busy one's is halved.
  fills: { by: 'TIME', limit: PAGE, historyMs: HISTORY_MS, windowMs: HISTORY_MS + DAY_MS, page: fills },
  balances: (exchange) => invoke(exchange, 'fetchBalance'),
  permissions,
  bookLimit: (depth) => Math.min(depth, 400),
  weights: { openOrders: 1, fills: 1, balances: 1, instruments: 1, data: 1 },
};

/** `expTime`: the venue drops what arrives later. Part of the headers, not of what is signed. */
function finish(request: PreparedRequest, venueNow: number): PreparedRequest {
  if (!/\/trade\/(?:order|amend-order)$/.test(request.url)) return request;
  return { ...request, headers: { ...request.headers, expTime: String(venueNow + WINDOW_MS) } };
}

/** The single-order endpoint: ccxt's own goes to the batch endpoint and leaks a field for an amount of quote. */
async function place(exchange: CcxtExchange, order: WireOrder): Promise<PlacedAnswer> {
  const { marketId, perpetual, side, type, clientId, quantity, quote, price, timeInForce, postOnly } = order;
  const ordType = type === 'MARKET' ? 'market' : postOnly ? 'post_only' : ORDER_TYPE[timeInForce];
  const answer = await invoke(exchange, 'privatePostTradeOrder', {
    instId: marketId,
    tdMode: perpetual ? 'cross' : 'cash',
    side,
    ordType,
    clOrdId: clientId,
    sz: quote ?? quantity,
    ...(type === 'LIMIT' && { px: price }),
    // Left out, a market buy's size would be an amount of quote.
    ...(type === 'MARKET' && !perpetual && { tgtCcy: quote === null ? 'base_ccy' : 'quote_ccy' }),
  });
  return { venueOrderId: textOf(at(answer, 'data.0.ordId'), 'order id'), order: null };
}

const ORDER_TYPE = { GTC: 'limit', GTD: 'limit', IOC: 'ioc', FOK: 'fok' } as const;

/** A hundred a page, newest first; the next page is what is older than the last one. */
function openOrders(exchange: CcxtExchange): Promise<readonly unknown[]> {
  return allPages(async (after) => {
    const params = after === null ? {} : { after };
    const rows = listOf(
      await invoke(exchange, 'fetchOpenOrders', undefined, undefined, PAGE, params),
      'open orders',
    );
    const ids = rows.map((row) => BigInt(textOf((row as Fields)['id'], 'order id')));
    const oldest = ids.reduce((least, id) => (id < least ? id : least), ids[0] ?? 0n);
    return { rows, next: rows.length < PAGE ? null : String(oldest) };
  });
}

async function fills(exchange: CcxtExchange, { from, until }: FillQuery): Promise<unknown> {
  const of = (type: string) => invoke(exchange, 'fetchMyTrades', undefined, from, undefined, { until, type });
  const pages = await Promise.all([of('spot'), of('swap')]);
  const [spot, swap] = pages.map((page) => listOf(page, 'trades'));
  // A page that is full on either side may hide more.
  return spot!.length >= PAGE ? spot : swap!.length >= PAGE ? swap : [...spot!, ...swap!];
}

/** Charged is negative at OKX: ccxt turns the sign of a listed fee, not of a pushed one. */
function turnPushedFees(exchange: CcxtExchange): void {
  const reader = exchange as unknown as { orderToTrade(order: unknown, market?: unknown): Fields };
  const read = reader.orderToTrade.bind(exchange);
  reader.orderToTrade = (order, market) => {
    const trade = read(order, market);
    const charged = at(trade['info'], 'fillFee');
    if (!isDecimalText(charged)) return trade;
    const cost = charged.startsWith('-') ? charged.slice(1) : `-${charged}`;
    return { ...trade, fee: { ...fieldsOf(trade['fee'], 'fee'), cost } };
  };
}

async function permissions(exchange: CcxtExchange): Promise<KeyPermissions> {
  const told = await invoke(exchange, 'privateGetAccountConfig');
  const perm = at(told, 'data.0.perm');
  const rights = typeof perm === 'string' ? perm.split(',').map((right) => right.trim()) : null;
  const ip = at(told, 'data.0.ip');
  return {
    read: rights === null ? null : rights.includes('read_only') || rights.includes('trade'),
    trade: rights?.includes('trade') ?? null,
    withdraw: rights?.includes('withdraw') ?? null,
    // A trading key moves money between the sub-accounts of one owner only; out of them it needs the right to withdraw.
    transfer: rights?.includes('withdraw') ?? null,
    ipRestricted: typeof ip === 'string' ? ip !== '' : null,
    accountIdentity: identityOf(at(told, 'data.0.uid')),
  };
}
