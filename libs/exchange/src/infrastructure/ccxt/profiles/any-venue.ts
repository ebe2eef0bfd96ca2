import type { VenueTraits } from '../../../domain/venue-traits.js';
import { EDGE_STATUSES } from '../answer-table.js';
import type { AnswerReader, RawNo } from '../answer-table.js';
import { can, invoke } from '../ccxt-exchange.js';
import type { CcxtExchange } from '../ccxt-exchange.js';
import { suffixIds } from '../client-ids.js';
import { fieldsOf, listOf, textOf } from '../exact-values.js';
import type { Fields } from '../exact-values.js';
import type { CcxtVenueProfile, PlacedAnswer } from '../venue-profile.js';
import type { OrderRef, WireOrder } from '../wire-order.js';
import { hostsOf } from './reading.js';

/** Nothing is promised: no window, so "not found" proves nothing and a person decides. */
const traits: VenueTraits = {
  clientOrderIds: 'NOT_UNIQUE',
  clientOrderIdPattern: '^(ord_[0-9a-f]{32}|[A-Za-z0-9]{1,31})$',
  validityWindowMs: null,
  visibilityLagMs: 10_000,
  absenceProof: 'NEVER',
  tradeIds: 'REUSED',
  lookupByClientId: 'NONE',
  orderTypes: ['MARKET', 'LIMIT'],
  timesInForce: ['GTC'],
  postOnly: false,
  marketByQuote: false,
  amend: 'NONE',
  selfTradePrevention: 'NONE',
  pushesOwnEvents: false,
  rateCosts: { place: 1, cancel: 1, query: 2 },
};

const ID = /^[a-z][a-z0-9]{1,30}$/;
const DAY_MS = 86_400_000;

/** Any other exchange of ccxt, by its unified methods alone. @throws Error when `ccxtId` is no id of ccxt's form */
export function anyVenue(ccxtId: string): CcxtVenueProfile {
  if (!ID.test(ccxtId)) throw new Error(`${JSON.stringify(ccxtId.slice(0, 40))} is no id of a ccxt exchange`);
  const venue = ccxtId.toUpperCase();
  return {
    ccxtId,
    venue,
    verified: false,
    traits,
    options: { defaultType: 'spot' },
    perpetuals: false,
    reader: readerOf,
    clientIds: suffixIds,
    wire: 'ANYWHERE',
    channel: (exchange, endpoints) => ({
      venue,
      endpoints: endpoints === null ? hostsOf(exchange) : { rest: [endpoints.rest] },
      budgets: [],
      serverTime: 'DATE_HEADER',
      validityWindowMs: null,
      ...(endpoints !== null && { allowLoopback: true }),
    }),
    unsupported: (order) =>
      order.quantity === null || order.timeInForce !== 'GTC' || order.postOnly
        ? 'an exchange that is not verified takes plain orders for a quantity only'
        : null,
    place,
    cancel: async (exchange, { venueOrderId, symbol }) => {
      await invoke(exchange, 'cancelOrder', venueOrderId, symbol);
      return null;
    },
    needsVenueOrderId: true,
    order: orderByListing,
    orderByVenueId: (exchange, { venueOrderId, symbol }) =>
      invoke(exchange, 'fetchOrder', venueOrderId, symbol),
    openOrders: async (exchange) => listOf(await invoke(exchange, 'fetchOpenOrders'), 'open orders'),
    fills: {
      by: 'TIME',
      limit: 100,
      historyMs: 7 * DAY_MS,
      windowMs: DAY_MS,
      page: (exchange, { from, until }) => invoke(exchange, 'fetchMyTrades', undefined, from, 100, { until }),
    },
    balances: (exchange) => invoke(exchange, 'fetchBalance'),
    weights: { openOrders: 2, fills: 2, balances: 2, instruments: 2, data: 1 },
  };
}

async function place(exchange: CcxtExchange, order: WireOrder): Promise<PlacedAnswer> {
  const { symbol, type, side, quantity, price, clientId } = order;
  const params = { clientOrderId: clientId };
  const told = await invoke(
    exchange,
    'createOrder',
    symbol,
    type.toLowerCase(),
    side,
    quantity,
    price ?? undefined,
    params,
  );
  const answer = fieldsOf(told, 'order');
  return { venueOrderId: textOf(answer['id'], 'order id'), order: null };
}

/** Open ones first: an order that closes meanwhile is then in the list of closed ones. */
async function orderByListing(exchange: CcxtExchange, order: OrderRef): Promise<unknown> {
  const { symbol, clientId, venueOrderId, since } = order;
  if (venueOrderId !== null) return invoke(exchange, 'fetchOrder', venueOrderId, symbol);
  const ours = (told: unknown) => String((told as Fields)['clientOrderId']).endsWith(clientId);
  for (const method of ['fetchOpenOrders', 'fetchClosedOrders', 'fetchCanceledOrders', 'fetchOrders']) {
    if (!can(exchange, method)) continue;
    const found = listOf(await invoke(exchange, method, symbol, since), 'orders').find(ours);
    if (found !== undefined) return found;
  }
  return null;
}

/** ccxt knows that an answer is an error, not what became of the request: its class is told, and decides nothing. */
function readerOf(exchange: CcxtExchange): AnswerReader {
  return {
    table: EDGE_STATUSES,
    readNo(json, status, body): RawNo | null {
      try {
        exchange.handleErrors(status, '', '', '', {}, body, json, undefined, undefined);
        return null;
      } catch (error) {
        return {
          code: `CCXT ${(error as Error).name}`.slice(0, 60),
          text: (error as Error).message.slice(0, 200),
        };
      }
    },
  };
}
