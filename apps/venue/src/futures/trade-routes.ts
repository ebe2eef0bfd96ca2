import type { Engine } from '../engine/engine.js';
import { isOpen, type Order } from '../engine/order.js';
import { limitOf } from '../market/data-params.js';
import { Params } from '../rest/params.js';
import { type Route, signed, type SignedCall } from '../rest/routes.js';
import { illegalCharacters, noSuchOrder, VenueError } from '../rest/venue-error.js';
import type { AlgoOrders } from './algo-orders.js';
import { algoOrder } from './algo-shapes.js';
import type { Contracts } from './contracts.js';
import type { Deadlines } from './deadlines.js';
import { futuresOrder, userTrade } from './futures-shapes.js';
import { needContract } from './futures-terms.js';
import { positionSideOf } from './margin-settlement.js';
import type { OrderDesk } from './order-desk.js';

interface Parts {
  engine: Engine;
  contracts: Contracts;
  desk: OrderDesk;
  algos: AlgoOrders;
  deadlines: Deadlines;
  realizedOf: (orderId: number, tradeId: number) => bigint;
}

type Handle = (call: SignedCall) => unknown;

const DONE = { code: 200, msg: 'The operation of cancel all open order is done.' };
const MOST_IN_A_BATCH = 5;

/** Orders on margin: placing, changing, ending, finding, single, in batches and conditional. */
export function tradeRoutes(parts: Parts): Route[] {
  return [...orderRoutes(parts), ...batchRoutes(parts), ...queryRoutes(parts), ...algoRoutes(parts)];
}

function trade(method: Route['method'], path: string, orders: number, handle: Handle): Route {
  return signed({ method, path, security: 'FUTURES_TRADE', weight: 1, orders, handle });
}

function read(path: string, weight: Route['weight'], handle: Handle): Route {
  return signed({ method: 'GET', path, security: 'USER_DATA', weight, handle });
}

function orderRoutes({ desk, contracts, deadlines }: Parts): Route[] {
  const shape = (order: Order) => futuresOrder(order, contracts.need(order.symbol));
  return [
    trade('POST', '/fapi/v1/order', 1, ({ params, account }) =>
      shape(desk.submit(account.accountId, params)!),
    ),
    trade('POST', '/fapi/v1/order/test', 0, ({ params, account }) => {
      desk.submit(account.accountId, params, false);
      return {};
    }),
    trade('PUT', '/fapi/v1/order', 1, ({ params, account }) => shape(desk.modify(account.accountId, params))),
    trade('DELETE', '/fapi/v1/order', 0, ({ params, account }) =>
      shape(desk.cancel(account.accountId, params)),
    ),
    trade('DELETE', '/fapi/v1/allOpenOrders', 0, ({ params, account }) => {
      desk.cancelAll(account.accountId, needContract(contracts, params).spec.symbol);
      return DONE;
    }),
    signed({
      method: 'POST',
      path: '/fapi/v1/countdownCancelAll',
      security: 'FUTURES_TRADE',
      weight: 10,
      handle: ({ params, account }) => {
        const { symbol } = needContract(contracts, params).spec;
        const countdownTime = params.needInteger('countdownTime');
        deadlines.countDown(account.accountId, symbol, countdownTime);
        return { symbol, countdownTime: String(countdownTime) };
      },
    }),
  ];
}

function batchRoutes({ desk, contracts }: Parts): Route[] {
  const shape = (order: Order) => futuresOrder(order, contracts.need(order.symbol));
  return [
    trade('POST', '/fapi/v1/batchOrders', MOST_IN_A_BATCH, ({ params, account }) =>
      batchOf(params).map((one) => attempt(() => shape(desk.submit(account.accountId, one)!))),
    ),
    trade('DELETE', '/fapi/v1/batchOrders', 0, ({ params, account }) =>
      namedOrders(params).map((one) => attempt(() => shape(desk.cancel(account.accountId, one)))),
    ),
  ];
}

/** In a batch each order succeeds or fails for itself. */
function attempt(run: () => object): object {
  try {
    return run();
  } catch (error) {
    if (error instanceof VenueError) return error.body();
    throw error;
  }
}

function batchOf(params: Params): Params[] {
  const orders = jsonList(params, 'batchOrders');
  if (orders.length > MOST_IN_A_BATCH) throw new VenueError(-4082, 'Invalid number of batch place orders.');
  return orders.map((order) => {
    if (typeof order !== 'object' || order === null)
      throw illegalCharacters('batchOrders', 'a list of orders');
    return new Params(new Map(Object.entries(order).map(([name, value]) => [name, String(value)])));
  });
}

function namedOrders(params: Params): Params[] {
  const symbol = params.needText('symbol');
  const [name, list] = params.has('orderIdList')
    ? ['orderId', 'orderIdList']
    : ['origClientOrderId', 'origClientOrderIdList'];
  return jsonList(params, list).map(
    (id) =>
      new Params(
        new Map([
          ['symbol', symbol],
          [name, String(id)],
        ]),
      ),
  );
}

function jsonList(params: Params, name: string): unknown[] {
  try {
    const list: unknown = JSON.parse(params.needText(name));
    if (Array.isArray(list)) return list;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw illegalCharacters(name, 'a JSON list');
}

function queryRoutes({ engine, desk, contracts, realizedOf }: Parts): Route[] {
  const shape = (order: Order) => futuresOrder(order, contracts.need(order.symbol));
  const symbolIn = (params: Params) => needContract(contracts, params).spec.symbol;
  return [
    read('/fapi/v1/order', 1, ({ params, account }) => shape(desk.find(account.accountId, params))),
    read('/fapi/v1/openOrder', 1, ({ params, account }) => {
      const order = desk.find(account.accountId, params);
      if (!isOpen(order)) throw noSuchOrder();
      return shape(order);
    }),
    read(
      '/fapi/v1/openOrders',
      (params) => (params.has('symbol') ? 1 : 40),
      ({ params, account }) => {
        const symbol = params.has('symbol') ? symbolIn(params) : undefined;
        return engine.orders.open(account.accountId, symbol).map(shape);
      },
    ),
    read('/fapi/v1/allOrders', 5, ({ params, account }) => {
      const orders = engine.orders.of(account.accountId, symbolIn(params));
      return page(
        orders,
        (order) => order.createdAt,
        params.integer('orderId'),
        (order) => order.orderId,
        params,
      ).map(shape);
    }),
    read('/fapi/v1/userTrades', 5, ({ params, account }) => {
      const symbol = symbolIn(params);
      const contract = contracts.need(symbol);
      const ofOrder = params.integer('orderId');
      const fills = engine.orders
        .fillsOfAccount(account.accountId, symbol)
        .filter((fill) => ofOrder === null || fill.orderId === ofOrder);
      return page(
        fills,
        (fill) => fill.at,
        params.integer('fromId'),
        (fill) => fill.tradeId,
        params,
      ).map((fill) => {
        const positionSide = positionSideOf(engine.orders.order(fill.orderId)!);
        return userTrade(fill, contract, realizedOf(fill.orderId, fill.tradeId), positionSide);
      });
    }),
  ];
}

/** From an id or a start the oldest, else the newest. */
function page<Row>(
  rows: readonly Row[],
  at: (row: Row) => number,
  fromId: number | null,
  idOf: (row: Row) => number,
  params: Params,
): Row[] {
  const from = params.integer('startTime');
  const to = params.integer('endTime');
  const limit = limitOf(params, 500, 1000);
  const found = rows.filter(
    (row) =>
      (fromId === null || idOf(row) >= fromId) &&
      (from === null || at(row) >= from) &&
      (to === null || at(row) <= to),
  );
  return fromId === null && from === null ? found.slice(-limit) : found.slice(0, limit);
}

function algoRoutes({ algos, contracts }: Parts): Route[] {
  const symbolOf = (params: Params) =>
    params.has('symbol') ? needContract(contracts, params).spec.symbol : null;
  const success = { code: '200', msg: 'success' };
  return [
    trade('POST', '/fapi/v1/algoOrder', 1, ({ params, account }) =>
      algoOrder(algos.submit(account.accountId, params)),
    ),
    trade('DELETE', '/fapi/v1/algoOrder', 0, ({ params, account }) => {
      const { algoId, clientAlgoId } = algos.cancel(account.accountId, params);
      return { algoId, clientAlgoId, ...success };
    }),
    trade('DELETE', '/fapi/v1/algoOpenOrders', 0, ({ params, account }) => {
      algos.cancelAll(account.accountId, needContract(contracts, params).spec.symbol);
      return success;
    }),
    read('/fapi/v1/algoOrder', 1, ({ params, account }) => algoOrder(algos.find(account.accountId, params))),
    read('/fapi/v1/openAlgoOrders', 1, ({ params, account }) =>
      algos.open(account.accountId, symbolOf(params)).map(algoOrder),
    ),
    read('/fapi/v1/allAlgoOrders', 5, ({ params, account }) =>
      algos
        .of(account.accountId, symbolOf(params))
        .slice(-limitOf(params, 500, 1000))
        .map(algoOrder),
    ),
  ];
}
