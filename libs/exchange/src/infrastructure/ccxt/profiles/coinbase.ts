import { formatScaled, mulDivHalfEven, ONE } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import type { KeyPermissions } from '../../../domain/venue-credentials.js';
import type { VenueTraits } from '../../../domain/venue-traits.js';
import { invoke } from '../ccxt-exchange.js';
import type { CcxtExchange } from '../ccxt-exchange.js';
import { uuidIds } from '../client-ids.js';
import { UnreadableAnswer } from '../exact-json.js';
import { amountUnitsOf, fieldsOf, identityOf, listOf, quoteOfAverage, textOf } from '../exact-values.js';
import type { Fields } from '../exact-values.js';
import type { CcxtVenueProfile, FillQuery, PlacedAnswer } from '../venue-profile.js';
import type { OrderRef, WireOrder } from '../wire-order.js';
import { coinbaseReader } from './coinbase-answers.js';
import { countPushedOrders, knowFillOrKill, signSockets } from './coinbase-orders.js';
import { allPages, at, flag, serverTimeAt } from './reading.js';

const DAY_MS = 86_400_000;
const HOST = 'https://api.coinbase.com';
const PAGE = 100;

const traits: VenueTraits = {
  // What a second order of one id does is told in two ways; so nothing is built on it.
  clientOrderIds: 'NOT_UNIQUE',
  clientOrderIdPattern: '^ord_[0-9a-f]{32}$',
  // The token's two minutes are looked at by the door, not by the engine: no fence.
  validityWindowMs: null,
  visibilityLagMs: 10_000,
  absenceProof: 'NEVER',
  tradeIds: 'UNIQUE_PER_ACCOUNT',
  lookupByClientId: 'NONE',
  orderTypes: ['MARKET', 'LIMIT', 'STOP_LIMIT'],
  triggerBy: ['LAST'],
  timesInForce: ['GTC', 'IOC', 'FOK', 'GTD'],
  postOnly: true,
  marketByQuote: true,
  amend: 'CANCEL_REPLACE',
  selfTradePrevention: 'NONE',
  pushesOwnEvents: true,
  rateCosts: { place: 1, cancel: 1, query: 1 },
};

/** Coinbase Advanced Trade, spot. */
export const coinbase: CcxtVenueProfile = {
  ccxtId: 'coinbase',
  venue: 'COINBASE',
  verified: true,
  traits,
  // The older call for the time knows whole seconds only.
  options: { advanced: true, fetchTime: 'v3PublicGetBrokerageTime' },
  mend: (exchange) => {
    knowFillOrKill(exchange);
    countPushedOrders(exchange);
    signSockets(exchange);
  },
  perpetuals: false,
  reader: coinbaseReader,
  clientIds: uuidIds,
  wire: {
    clientId: 'client_order_id',
    quantity: ['base_size'],
    quote: ['quote_size'],
    price: ['limit_price'],
    trigger: ['stop_price'],
    expiry: { names: ['end_time'], write: isoTime },
  },
  channel: (_exchange, endpoints) => ({
    venue: 'COINBASE',
    endpoints: { rest: [endpoints?.rest ?? HOST] },
    budgets: [
      {
        name: 'private-1s',
        limit: 30,
        windowMs: 1_000,
        scope: 'CREDENTIAL',
        buckets: ['trading', 'account'],
        counts: 'CALLS',
      },
      {
        name: 'public-1s',
        limit: 10,
        windowMs: 1_000,
        scope: 'ADDRESS',
        buckets: ['marketData'],
        counts: 'CALLS',
      },
    ],
    serverTime: serverTimeAt(`${endpoints?.rest ?? HOST}/api/v3/brokerage/time`, 'epochMillis'),
    validityWindowMs: null,
    ...(endpoints !== null && { allowLoopback: true }),
  }),
  unsupported,
  triggered: ({ info }) => TRIGGERED[String((info as Fields | undefined)?.['trigger_status'])],
  place,
  needsVenueOrderId: true,
  cancel: async (exchange, { venueOrderId }) => {
    await invoke(exchange, 'v3PrivatePostBrokerageOrdersBatchCancel', { order_ids: [venueOrderId] });
    return null;
  },
  order: orderByClientId,
  orderByVenueId: (exchange, { venueOrderId, symbol }) =>
    invoke(exchange, 'fetchOrder', venueOrderId, symbol),
  openOrders: (exchange) => listOrders(exchange, { order_status: ['OPEN'] }),
  fills: { by: 'TIME', limit: PAGE, historyMs: 90 * DAY_MS, windowMs: 30 * DAY_MS, page: fills },
  balances: (exchange) => invoke(exchange, 'fetchBalance', { v3: true }),
  permissions,
  tickersBy: 'fetchTickers',
  weights: { openOrders: 1, fills: 1, balances: 1, instruments: 1, data: 1 },
};

/** Built here: ccxt puts an id of its own in the place of a unified client order id. */
async function place(exchange: CcxtExchange, order: WireOrder): Promise<PlacedAnswer> {
  const answer = await invoke(exchange, 'v3PrivatePostBrokerageOrders', {
    client_order_id: order.clientId,
    product_id: order.marketId,
    side: order.side.toUpperCase(),
    order_configuration: configurationOf(order),
  });
  return { venueOrderId: textOf(at(answer, 'success_response.order_id'), 'order id'), order: null };
}

function unsupported({ type, side, quote, timeInForce }: WireOrder): string | null {
  if (type === 'MARKET' && side === 'sell' && quote !== null)
    return 'a market order to sell is for a quantity here';
  const rests = timeInForce === 'GTC' || timeInForce === 'GTD';
  return type === 'STOP_LIMIT' && !rests ? 'a stop order rests once it is triggered here' : null;
}

const TRIGGERED: Readonly<Record<string, boolean>> = { STOP_PENDING: false, STOP_TRIGGERED: true };

function isoTime(at: EpochMs): string {
  return new Date(at).toISOString();
}

function configurationOf(order: WireOrder): Fields {
  const { type, side, quantity, quote, price, timeInForce, postOnly, conditions } = order;
  if (type === 'MARKET') {
    return { market_market_ioc: quote === null ? { base_size: quantity } : { quote_size: quote } };
  }
  const limit = { base_size: quantity, limit_price: price };
  const { triggerPrice = null, expiresAt = null } = conditions ?? {};
  const end = expiresAt === null ? {} : { end_time: isoTime(expiresAt) };
  const form = expiresAt === null ? 'gtc' : 'gtd';
  if (triggerPrice !== null) {
    const stop_direction = `STOP_DIRECTION_STOP_${side === 'buy' ? 'UP' : 'DOWN'}`;
    return {
      [`stop_limit_stop_limit_${form}`]: { ...limit, stop_price: triggerPrice, stop_direction, ...end },
    };
  }
  if (timeInForce === 'IOC') return { sor_limit_ioc: limit };
  if (timeInForce === 'FOK') return { limit_limit_fok: limit };
  return { [`limit_limit_${form}`]: { ...limit, post_only: postOnly, ...end } };
}

/** There is no query by the client's id: recent orders are listed and looked through. */
async function orderByClientId(exchange: CcxtExchange, order: OrderRef): Promise<unknown> {
  const { symbol, marketId, clientId, venueOrderId, since } = order;
  if (venueOrderId !== null) return invoke(exchange, 'fetchOrder', venueOrderId, symbol);
  const listed = await listOrders(exchange, {
    product_ids: [marketId],
    start_date: new Date(since).toISOString(),
  });
  return listed.find((row) => fieldsOf(row, 'order')['clientOrderId'] === clientId) ?? null;
}

function listOrders(exchange: CcxtExchange, filter: Record<string, unknown>): Promise<readonly unknown[]> {
  return allPages(async (cursor) => {
    const asked = { ...filter, limit: 250, ...(cursor !== null && { cursor }) };
    const answer = await invoke(exchange, 'v3PrivateGetBrokerageOrdersHistoricalBatch', asked);
    const rows = listOf(at(answer, 'orders'), 'orders').map((row) => exchange.parseOrder(row));
    const next = at(answer, 'cursor');
    return {
      rows,
      next: at(answer, 'has_next') === true && typeof next === 'string' && next !== '' ? next : null,
    };
  });
}

async function fills(exchange: CcxtExchange, { from, until }: FillQuery): Promise<unknown> {
  const told = listOf(await invoke(exchange, 'fetchMyTrades', undefined, from, PAGE, { until }), 'trades');
  return told.map((trade) => ownFill(exchange, fieldsOf(trade, 'trade')));
}

/**
 * A fill's own id is `entry_id`: several fills of one order have shared a trade id. A size may be in quote, for orders that
 * are; ccxt then tells a quotient and a price made from it, which lie on no grid: the quantity is the step next to it.
 */
function ownFill(exchange: CcxtExchange, trade: Fields): Fields {
  const info = fieldsOf(trade['info'], 'fill');
  const entryId = info['entry_id'];
  const id = typeof entryId === 'string' && entryId !== '' ? entryId : trade['id'];
  if (info['size_in_quote'] !== true) return { ...trade, id };
  const price = amountUnitsOf(info['price'], 'price');
  const market = exchange.market(String(trade['symbol']));
  const step = amountUnitsOf(fieldsOf(market['precision'], 'precision')['amount'], 'step');
  if (price === 0n || step === 0n) throw new UnreadableAnswer('a fill without a price');
  const exact = mulDivHalfEven(quoteOfAverage(info['size'], ONE, 'size'), ONE, price);
  const nearest = mulDivHalfEven(exact, 1n, step);
  return { ...trade, id, price: info['price'], amount: formatScaled(nearest * step) };
}

async function permissions(exchange: CcxtExchange): Promise<KeyPermissions> {
  const told = fieldsOf(await invoke(exchange, 'v3PrivateGetBrokerageKeyPermissions'), 'permissions');
  const transfer = flag(told['can_transfer']);
  // One right covers both ways out.
  return {
    read: flag(told['can_view']),
    trade: flag(told['can_trade']),
    withdraw: transfer,
    transfer,
    ipRestricted: null,
    accountIdentity: identityOf(told['portfolio_uuid']),
  };
}
