import type { KeyPermissions } from '../../../domain/venue-credentials.js';
import type { VenueTraits } from '../../../domain/venue-traits.js';
import { invoke } from '../ccxt-exchange.js';
import type { CcxtExchange, CcxtMarket } from '../ccxt-exchange.js';
import { plainIds } from '../client-ids.js';
import { fieldsOf, identityOf, listOf, textOf } from '../exact-values.js';
import { UnreadableAnswer } from '../exact-json.js';
import type { CcxtVenueProfile, FillQuery, PlacedAnswer } from '../venue-profile.js';
import type { OrderRef, WireAmend, WireOrder } from '../wire-order.js';
import { bybitReader } from './bybit-answers.js';
import { allPages, at, serverTimeAt, slowDown } from './reading.js';

const WINDOW_MS = 5_000;
const DAY_MS = 86_400_000;
const HOST = 'https://api.bybit.com';
const PAGE = 100;

const traits: VenueTraits = {
  clientOrderIds: 'UNIQUE_WHILE_OPEN',
  clientOrderIdPattern: '^[A-Za-z0-9_-]{1,36}$',
  validityWindowMs: WINDOW_MS,
  visibilityLagMs: 3_000,
  absenceProof: 'AFTER_WINDOW',
  tradeIds: 'UNIQUE_PER_ACCOUNT',
  lookupByClientId: 'ALL_ORDERS',
  orderTypes: ['MARKET', 'LIMIT'],
  timesInForce: ['GTC', 'IOC', 'FOK'],
  postOnly: true,
  marketByQuote: true,
  amend: 'NATIVE',
  amends: { quantity: 'UP_AND_DOWN', price: true, keepsQueue: false },
  selfTradePrevention: 'NONE',
  pushesOwnEvents: true,
  rateCosts: { place: 1, cancel: 1, query: 1 },
};

/** Bybit v5, unified accounts: spot and linear perpetuals over one balance. */
export const bybit: CcxtVenueProfile = {
  ccxtId: 'bybit',
  venue: 'BYBIT',
  verified: true,
  traits,
  options: {
    fetchMarkets: { types: ['spot', 'linear'] },
    defaultType: 'spot',
    recvWindow: WINDOW_MS,
    // Asked by ccxt before a call otherwise, of a key endpoint; classic accounts are gone.
    enableUnifiedMargin: false,
    enableUnifiedAccount: true,
    brokerId: 'sextant',
  },
  perpetuals: true,
  reader: bybitReader,
  clientIds: plainIds,
  mend,
  wire: { clientId: 'orderLinkId', quantity: ['qty'], quote: ['qty'], price: ['price'] },
  channel: (_exchange, endpoints) => ({
    venue: 'BYBIT',
    endpoints: { rest: [endpoints?.rest ?? HOST] },
    budgets: [
      {
        name: 'address-5s',
        limit: 600,
        windowMs: 5_000,
        scope: 'ADDRESS',
        buckets: ['trading', 'marketData', 'account'],
        counts: 'CALLS',
      },
      {
        name: 'trading-1s',
        limit: 20,
        windowMs: 1_000,
        scope: 'CREDENTIAL',
        buckets: ['trading'],
        counts: 'CALLS',
      },
      {
        name: 'account-1s',
        limit: 50,
        windowMs: 1_000,
        scope: 'CREDENTIAL',
        buckets: ['account'],
        counts: 'CALLS',
      },
    ],
    rateLimitScope: (status, _headers, body) => slowDown(status, body, /"retCode":(?:10006|10018)\b/),
    serverTime: serverTimeAt(`${endpoints?.rest ?? HOST}/v5/market/time`, 'time'),
    validityWindowMs: WINDOW_MS,
    ...(endpoints !== null && { allowLoopback: true }),
  }),
  place,
  cancel: async (exchange, { marketId, clientId, perpetual }) => {
    const asked = { category: categoryOf(perpetual), symbol: marketId, orderLinkId: clientId };
    await invoke(exchange, 'privatePostV5OrderCancel', asked);
    return null;
  },
  amend: (exchange, { marketId, perpetual, clientId, quantity, price }: WireAmend) =>
    invoke(exchange, 'privatePostV5OrderAmend', {
      category: categoryOf(perpetual),
      symbol: marketId,
      orderLinkId: clientId,
      qty: quantity,
      price,
    }),
  order: (exchange, order) => find(exchange, order, { orderLinkId: order.clientId }),
  orderByVenueId: (exchange, order) => find(exchange, order, { orderId: order.venueOrderId }),
  openOrders,
  fills: { by: 'TIME', limit: PAGE, historyMs: 180 * DAY_MS, windowMs: 7 * DAY_MS - 1, page: fills },
  balances: (exchange) => invoke(exchange, 'fetchBalance', { type: 'unified' }),
  permissions,
  bookLimit: (depth) => Math.min(depth, 200),
  watchBookLimit: (depth) => (depth <= 1 ? 1 : depth <= 50 ? 50 : 200),
  weights: { openOrders: 1, fills: 1, balances: 1, instruments: 1, data: 1 },
};

/**
 * ccxt takes a pushed order of spot for one of the contract of the same id, says that an order which was canceled with a
 * part of it filled is closed, and looks for a fee's coin in a field that executions do not have.
 */
function mend(exchange: CcxtExchange): void {
  const [parseOrder, parseTrade] = [exchange.parseOrder.bind(exchange), exchange.parseTrade.bind(exchange)];
  exchange.parseOrder = (row, market) => {
    const order = fieldsOf(parseOrder(row, market ?? marketOfCategory(exchange, row)), 'order');
    const isCut = at(row, 'orderStatus') === 'PartiallyFilledCanceled';
    return isCut && at(row, 'cancelType') === 'CancelByUser' ? { ...order, status: 'canceled' } : order;
  };
  exchange.parseTrade = (row, market) => {
    const trade = fieldsOf(parseTrade(row, market), 'trade');
    const currency = at(row, 'feeCurrency');
    if (typeof currency !== 'string' || currency === '' || trade['fee'] === undefined) return trade;
    return { ...trade, fee: { ...fieldsOf(trade['fee'], 'fee'), currency } };
  };
}

/** Undefined where the row has no category, or one whose markets are not ours. */
function marketOfCategory(exchange: CcxtExchange, row: unknown): CcxtMarket | undefined {
  const category = at(row, 'category');
  if (category !== 'spot' && category !== 'linear') return undefined;
  const markets = exchange.markets_by_id?.[String(at(row, 'symbol'))] ?? [];
  return markets.find((market) => (market['spot'] === true) === (category === 'spot'));
}

function categoryOf(perpetual: boolean): 'linear' | 'spot' {
  return perpetual ? 'linear' : 'spot';
}

async function place(exchange: CcxtExchange, order: WireOrder): Promise<PlacedAnswer> {
  const { marketId, perpetual, side, type, clientId, quantity, quote, price, timeInForce, postOnly } = order;
  const answer = await invoke(exchange, 'privatePostV5OrderCreate', {
    category: categoryOf(perpetual),
    symbol: marketId,
    side: side === 'buy' ? 'Buy' : 'Sell',
    orderType: type === 'MARKET' ? 'Market' : 'Limit',
    orderLinkId: clientId,
    qty: quote ?? quantity,
    ...(type === 'LIMIT' && { price, timeInForce: postOnly ? 'PostOnly' : timeInForce }),
    // Left out, a market buy's size would be an amount of quote.
    ...(type === 'MARKET' && !perpetual && { marketUnit: quote === null ? 'baseCoin' : 'quoteCoin' }),
  });
  return { venueOrderId: textOf(at(answer, 'result.orderId'), 'order id'), order: null };
}

/** Spot and contracts share their ids: `BTCUSDT` alone would be read as the spot market. */
function marketOf(exchange: CcxtExchange, row: unknown, perpetual: boolean): CcxtMarket {
  const id = textOf(fieldsOf(row, 'row')['symbol'], 'market');
  const found = exchange.markets_by_id?.[id]?.find((market) => (market['spot'] === true) !== perpetual);
  if (found === undefined) throw new UnreadableAnswer(`no market ${id}`);
  return found;
}

/** The list of recent orders, open and closed, and then the history, which follows it by seconds. */
async function find(exchange: CcxtExchange, order: OrderRef, by: Record<string, unknown>): Promise<unknown> {
  const asked = { category: categoryOf(order.perpetual), symbol: order.marketId, ...by };
  for (const method of ['privateGetV5OrderRealtime', 'privateGetV5OrderHistory']) {
    const list = listOf(at(await invoke(exchange, method, asked), 'result.list'), 'orders');
    if (list.length > 0) return exchange.parseOrder(list[0], exchange.market(order.symbol));
  }
  return null;
}

async function openOrders(exchange: CcxtExchange): Promise<readonly unknown[]> {
  const spot = await openOf(exchange, false, {});
  const usdt = await openOf(exchange, true, { settleCoin: 'USDT' });
  const usdc = await openOf(exchange, true, { settleCoin: 'USDC' });
  return [...spot, ...usdt, ...usdc];
}

function openOf(
  exchange: CcxtExchange,
  perpetual: boolean,
  filter: Record<string, string>,
): Promise<readonly unknown[]> {
  return allPages(async (cursor) => {
    const page = { openOnly: '0', limit: '50', ...(cursor !== null && { cursor }) };
    const asked = { category: categoryOf(perpetual), ...filter, ...page };
    const answer = await invoke(exchange, 'privateGetV5OrderRealtime', asked);
    const rows = listOf(at(answer, 'result.list'), 'orders').map((row) =>
      exchange.parseOrder(row, marketOf(exchange, row, perpetual)),
    );
    const next = at(answer, 'result.nextPageCursor');
    return { rows, next: typeof next === 'string' && next !== '' ? next : null };
  });
}

async function fills(exchange: CcxtExchange, { from, until }: FillQuery): Promise<unknown> {
  const window = { execType: 'Trade', limit: PAGE, startTime: from, endTime: until };
  const of = async (perpetual: boolean) => {
    const asked = { category: categoryOf(perpetual), ...window };
    const answer = await invoke(exchange, 'privateGetV5ExecutionList', asked);
    return listOf(at(answer, 'result.list'), 'executions').map((row) =>
      exchange.parseTrade(row, marketOf(exchange, row, perpetual)),
    );
  };
  const [spot, linear] = [await of(false), await of(true)];
  // A page that is full on either side may hide more.
  return spot.length >= PAGE ? spot : linear.length >= PAGE ? linear : [...spot, ...linear];
}

async function permissions(exchange: CcxtExchange): Promise<KeyPermissions> {
  const told = await invoke(exchange, 'privateGetV5UserQueryApi');
  const list = (name: string): readonly unknown[] | null => {
    const rights = at(told, `result.permissions.${name}`);
    return Array.isArray(rights) ? (rights as unknown[]) : null;
  };
  const wallet = list('Wallet');
  const readOnly = at(told, 'result.readOnly');
  const trading = [list('Spot'), list('ContractTrade')].some(
    (rights) => rights !== null && rights.length > 0,
  );
  const ips = at(told, 'result.ips.0');
  return {
    read: true,
    trade: readOnly === undefined ? null : String(readOnly) === '0' && trading,
    withdraw: wallet === null ? null : wallet.includes('Withdraw'),
    transfer: wallet === null ? null : wallet.some((right) => right !== 'Withdraw'),
    ipRestricted: typeof ips === 'string' ? ips !== '*' : null,
    accountIdentity: identityOf(at(told, 'result.userID')),
  };
}
