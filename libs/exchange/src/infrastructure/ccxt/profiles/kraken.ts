import type { EpochMs } from '@sextant/kernel';
import type { OrderType } from '../../../domain/venue-order.js';
import type { VenueTraits } from '../../../domain/venue-traits.js';
import { invoke } from '../ccxt-exchange.js';
import type { CcxtExchange } from '../ccxt-exchange.js';
import { hexIds } from '../client-ids.js';
import { fieldsOf, listOf, textOf } from '../exact-values.js';
import type { Fields } from '../exact-values.js';
import type { CcxtVenueProfile, FillQuery, PlacedAnswer } from '../venue-profile.js';
import type { WireFields } from '../wire-check.js';
import type { OrderRef, WireAmend, WireOrder } from '../wire-order.js';
import { krakenReader } from './kraken-answers.js';
import { completeExecutions, countBookDigits } from './kraken-frames.js';
import { allPages, at, serverTimeAt, slowDown } from './reading.js';

/** The engine's own deadline for a placement; it takes 2 to 60 s. */
const WINDOW_MS = 5_000;
const DAY_MS = 86_400_000;
const HOST = 'https://api.kraken.com';
const PAGE = 50;
/** Windows are whole seconds there, and one order trades more often in a second than a page is long. */
const FILL_PAGES = 10;

const traits: VenueTraits = {
  clientOrderIds: 'UNIQUE_WHILE_OPEN',
  clientOrderIdPattern: '^(ord_[0-9a-f]{32}|[A-Za-z0-9_.-]{1,18})$',
  validityWindowMs: WINDOW_MS,
  visibilityLagMs: 5_000,
  absenceProof: 'AFTER_WINDOW',
  tradeIds: 'UNIQUE_PER_ACCOUNT',
  lookupByClientId: 'OPEN_ORDERS',
  // Its trailing stop has no price to begin at.
  orderTypes: ['MARKET', 'LIMIT', 'STOP_MARKET', 'STOP_LIMIT', 'TAKE_PROFIT_MARKET', 'TAKE_PROFIT_LIMIT'],
  triggerBy: ['LAST'],
  timesInForce: ['GTC', 'IOC', 'FOK', 'GTD'],
  postOnly: true,
  marketByQuote: true,
  amend: 'NATIVE',
  amends: { quantity: 'UP_AND_DOWN', price: true, keepsQueue: false },
  countdown: { minSeconds: 1, maxSeconds: 86_399, scope: 'ACCOUNT' },
  selfTradePrevention: 'CANCEL_NEWEST',
  pushesOwnEvents: true,
  rateCosts: { place: 1, cancel: 1, query: 1 },
};

/** Kraken spot. Nonces rise, so the calls of one key go one after the other. */
export const kraken: CcxtVenueProfile = {
  ccxtId: 'kraken',
  venue: 'KRAKEN',
  verified: true,
  traits,
  // Its check of the book is off in ccxt unless asked for.
  options: { watchOrderBook: { checksum: true } },
  perpetuals: false,
  reader: krakenReader,
  clientIds: hexIds,
  wire: wireOf,
  unsupported: ({ conditions }) =>
    (conditions?.expiresAt ?? 0) % 1_000 === 0 ? null : 'an order ends at a whole second here',
  triggered,
  serial: true,
  mend: (exchange) => {
    countBookDigits(exchange);
    completeExecutions(exchange);
  },
  channel: (_exchange, endpoints) => ({
    venue: 'KRAKEN',
    endpoints: { rest: [endpoints?.rest ?? HOST] },
    budgets: [
      // The lowest tier: a counter of 15 that falls by a third each second.
      {
        name: 'account-45s',
        limit: 15,
        windowMs: 45_000,
        scope: 'CREDENTIAL',
        buckets: ['account'],
        counts: 'WEIGHT',
      },
      {
        name: 'trading-60s',
        limit: 60,
        windowMs: 60_000,
        scope: 'CREDENTIAL',
        buckets: ['trading'],
        counts: 'CALLS',
      },
      {
        name: 'data-1s',
        limit: 1,
        windowMs: 1_000,
        scope: 'ADDRESS',
        buckets: ['marketData'],
        counts: 'CALLS',
      },
    ],
    rateLimitScope: (status, _headers, body) =>
      slowDown(status, body, /E(?:API|Order):(?:Domain rate|Rate limit)|EGeneral:(?:Too many|Temporary)/),
    serverTime: serverTimeAt(`${endpoints?.rest ?? HOST}/0/public/Time`, 'result.unixtime', 1_000),
    validityWindowMs: WINDOW_MS,
    ...(endpoints !== null && { allowLoopback: true }),
  }),
  place,
  cancel: async (exchange, { clientId }) => {
    await invoke(exchange, 'privatePostCancelOrder', { cl_ord_id: clientId });
    return null;
  },
  amend: (exchange, { clientId, quantity, price }: WireAmend) =>
    invoke(exchange, 'privatePostAmendOrder', {
      cl_ord_id: clientId,
      order_qty: quantity,
      limit_price: price,
      deadline: deadline(exchange),
    }),
  cancelAllAfter: (exchange, seconds) =>
    invoke(exchange, 'privatePostCancelAllOrdersAfter', { timeout: seconds }),
  order: orderByClientId,
  orderByVenueId: (exchange, { venueOrderId, symbol }) =>
    invoke(exchange, 'fetchOrder', venueOrderId, symbol),
  openOrders: async (exchange) => listOf(await invoke(exchange, 'fetchOpenOrders'), 'open orders'),
  fills: {
    by: 'TIME',
    limit: PAGE * FILL_PAGES,
    historyMs: 90 * DAY_MS,
    windowMs: 90 * DAY_MS,
    page: fills,
  },
  balances: (exchange) => invoke(exchange, 'fetchBalance'),
  bookLimit: (depth) => Math.min(depth, 500),
  watchBookLimit: (depth) => [10, 25, 100, 500].find((limit) => limit >= depth) ?? 1_000,
  weights: { openOrders: 1, fills: 2, balances: 1, instruments: 1, data: 1 },
};

const TYPES: Readonly<Partial<Record<OrderType, string>>> = {
  MARKET: 'market',
  LIMIT: 'limit',
  STOP_MARKET: 'stop-loss',
  STOP_LIMIT: 'stop-loss-limit',
  TAKE_PROFIT_MARKET: 'take-profit',
  TAKE_PROFIT_LIMIT: 'take-profit-limit',
};

/** `price` is the limit of a plain order, and the trigger of a conditional one, whose limit is `price2`. */
function wireOf({ conditions }: WireOrder): WireFields {
  const isConditional = conditions !== null && conditions.triggerPrice !== null;
  return {
    clientId: 'cl_ord_id',
    quantity: ['volume'],
    quote: ['volume'],
    price: [isConditional ? 'price2' : 'price'],
    trigger: isConditional ? ['price'] : ['price2', 'trigger'],
    expiry: { names: ['expiretm'], write: seconds },
  };
}

function seconds(at: EpochMs): string {
  return String(at / 1_000);
}

/** An order's `misc` says what triggered it; a pushed one has a status of its triggers. */
function triggered({ info }: Fields): boolean | undefined {
  const told = (info ?? {}) as Fields;
  const kind = String(at(told, 'descr.ordertype') ?? told['order_type'] ?? '');
  if (!/^(?:stop-loss|take-profit)/.test(kind)) return undefined;
  const pushed = at(told, 'triggers.status');
  if (pushed !== undefined) return pushed === 'triggered';
  return typeof told['misc'] === 'string' ? /stopped|touched/.test(told['misc']) : undefined;
}

function deadline(exchange: CcxtExchange): string {
  return new Date(exchange.milliseconds() + WINDOW_MS).toISOString();
}

async function place(exchange: CcxtExchange, order: WireOrder): Promise<PlacedAnswer> {
  const { marketId, side, type, clientId, quantity, quote, price, timeInForce, postOnly } = order;
  const { triggerPrice: trigger = null, expiresAt = null } = order.conditions ?? {};
  const flags = [...(quote === null ? [] : ['viqc']), ...(postOnly ? ['post'] : [])];
  const answer = await invoke(exchange, 'privatePostAddOrder', {
    pair: marketId,
    type: side,
    ordertype: TYPES[type],
    volume: quote ?? quantity,
    cl_ord_id: clientId,
    deadline: deadline(exchange),
    ...(trigger === null ? price !== null && { price } : { price: trigger, trigger: 'last' }),
    ...(trigger !== null && price !== null && { price2: price }),
    ...(price !== null && { timeinforce: timeInForce }),
    ...(expiresAt !== null && { expiretm: seconds(expiresAt) }),
    ...(flags.length > 0 && { oflags: flags.join(',') }),
  });
  return { venueOrderId: textOf(at(answer, 'result.txid.0'), 'order id'), order: null };
}

/** Page after page of one window, newest first. Its `start` is exclusive, so a second earlier. */
async function fills(exchange: CcxtExchange, { from, until }: FillQuery): Promise<unknown> {
  const found: unknown[] = [];
  for (let page = 0; page < FILL_PAGES; page += 1) {
    const asked = { until: String(until), ...(page > 0 && { ofs: page * PAGE }) };
    const told = listOf(
      await invoke(exchange, 'fetchMyTrades', undefined, from - 1_000, undefined, asked),
      'trades',
    );
    found.push(...told);
    if (told.length < PAGE) break;
  }
  return found;
}

/** By the venue's id when it is known. Else among the open ones, then the closed ones: in this order none slips through. */
async function orderByClientId(exchange: CcxtExchange, order: OrderRef): Promise<unknown> {
  const { clientId, symbol, venueOrderId, since } = order;
  if (venueOrderId !== null) return invoke(exchange, 'fetchOrder', venueOrderId, symbol);
  const open = at(
    await invoke(exchange, 'privatePostOpenOrders', { trades: 'true', cl_ord_id: clientId }),
    'result.open',
  );
  const found = ours(exchange, open, clientId);
  if (found !== null) return found;
  const start = Math.floor(since / 1_000);
  const closed = await allPages(async (cursor) => {
    const offset = cursor === null ? 0 : Number(cursor);
    // Not by its `cl_ord_id`: that finds open orders only, by some accounts, and "none" is taken for proof.
    const asked = { start, trades: 'true', ofs: offset };
    const told = fieldsOf(
      at(await invoke(exchange, 'privatePostClosedOrders', asked), 'result.closed'),
      'orders',
    );
    const count = Object.keys(told).length;
    const order = ours(exchange, told, clientId);
    return {
      rows: order === null ? Object.keys(told) : [order],
      next: order !== null || count < PAGE ? null : String(offset + count),
    };
  });
  return closed.find((row) => typeof row === 'object') ?? null;
}

function ours(exchange: CcxtExchange, told: unknown, clientId: string): unknown {
  for (const [id, row] of Object.entries(fieldsOf(told ?? {}, 'orders'))) {
    const fields: Fields = fieldsOf(row, 'order');
    if (fields['cl_ord_id'] === clientId) return exchange.parseOrder({ id, ...fields });
  }
  return null;
}
