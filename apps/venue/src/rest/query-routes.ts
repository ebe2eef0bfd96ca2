import { readSymbol } from '../orders/order-request.js';
import { orderShape, tradeShape } from '../orders/order-shapes.js';
import type { Order } from '../engine/order.js';
import type { Page } from '../orders/order-archive.js';
import type { Params } from './params.js';
import type { Route, SignedCall } from './routes.js';
import { signed } from './routes.js';
import type { SpotServices } from './spot-services.js';
import { badCombination } from './venue-error.js';

const DEFAULT_LIMIT = 500;
const MAX_LIMIT = 1_000;

/** An account's own orders and trades. */
export function queryRoutes(services: SpotServices): Route[] {
  const { archive, symbols } = services;
  const reading = (path: string, weight: Route['weight'], handle: (call: SignedCall) => unknown): Route =>
    signed({ method: 'GET', path, security: 'USER_DATA', weight, handle });
  const shape = (order: Order): object => {
    const listed = symbols.find(order.symbol);
    return listed === null ? {} : orderShape(order, listed.market);
  };
  return [
    reading(
      '/api/v3/openOrders',
      (params) => (params.has('symbol') ? 6 : 80),
      ({ params, account }) => {
        const symbol = params.has('symbol') ? readSymbol(params, symbols).market.symbol : undefined;
        return archive.open(account.accountId, symbol).map(shape);
      },
    ),
    reading('/api/v3/allOrders', 20, ({ params, account }) => {
      const { market } = readSymbol(params, symbols);
      const page = readPage(params);
      return archive.all(account.accountId, market.symbol, params.integer('orderId'), page).map(shape);
    }),
    reading(
      '/api/v3/myTrades',
      (params) => (params.has('orderId') ? 5 : 20),
      ({ params, account }) => myTrades(services, params, account.accountId),
    ),
  ];
}

/** `startTime`, `endTime` and `limit`; a limit above the largest is taken as the largest. */
export function readPage(params: Params): Page {
  const limit = params.integer('limit') ?? DEFAULT_LIMIT;
  return {
    startTime: params.integer('startTime'),
    endTime: params.integer('endTime'),
    limit: Math.min(Math.max(limit, 1), MAX_LIMIT),
  };
}

function myTrades({ archive, symbols, engine }: SpotServices, params: Params, accountId: string): object[] {
  const { market } = readSymbol(params, symbols);
  const page = readPage(params);
  const [fromId, orderId] = [params.integer('fromId'), params.integer('orderId')];
  if (fromId !== null && (page.startTime !== null || page.endTime !== null)) {
    throw badCombination("Combination of optional parameters invalid. Recommendation: 'fromId' alone.");
  }
  const fills = archive.fills(accountId, market.symbol, fromId, orderId, page);
  return fills.map((fill) => tradeShape(fill, market, engine.orders.order(fill.orderId)?.orderListId ?? -1));
}
