import type { OrderList } from '../engine/events.js';
import type { Order } from '../engine/order.js';
import type { PlacedList } from '../orders/list-desk.js';
import { readClientId, readSymbol } from '../orders/order-request.js';
import { canceledShape, placedShape } from '../orders/order-shapes.js';
import { readPage } from './query-routes.js';
import type { Route, SignedCall } from './routes.js';
import { signed } from './routes.js';
import type { SpotServices } from './spot-services.js';

/** Lists of orders: the venue's OCO, in its current and its older form. */
export function listRoutes(services: SpotServices): Route[] {
  const { lists } = services;
  const placing = (path: string, place: (call: SignedCall) => PlacedList): Route =>
    signed({
      method: 'POST',
      path,
      security: 'TRADE',
      weight: 1,
      orders: 2,
      handle: (call) => placedListShape(services, call, place(call)),
    });
  const reading = (path: string, weight: number, handle: (call: SignedCall) => unknown): Route =>
    signed({ method: 'GET', path, security: 'USER_DATA', weight, handle });
  const shape = (list: OrderList): object => listShape(list, lists.ordersOf(list));
  return [
    placing('/api/v3/orderList/oco', ({ params, account }) => lists.placeOco(params, account)),
    placing('/api/v3/order/oco', ({ params, account }) => lists.placeLegacyOco(params, account)),
    reading('/api/v3/orderList', 4, ({ params, account }) =>
      shape(lists.find(account.accountId, params.integer('orderListId'), params.text('origClientOrderId'))),
    ),
    reading('/api/v3/openOrderList', 6, ({ account }) =>
      lists
        .of(account.accountId)
        .filter(({ status }) => status === 'EXEC_STARTED')
        .map(shape),
    ),
    reading('/api/v3/allOrderList', 20, ({ params, account }) => {
      const { startTime, endTime, limit } = readPage(params);
      return lists
        .of(account.accountId)
        .filter((list) => list.orderListId >= (params.integer('fromId') ?? 0))
        .filter(({ createdAt }) => createdAt >= (startTime ?? 0) && createdAt <= (endTime ?? Infinity))
        .slice(0, limit)
        .map(shape);
    }),
    signed({
      method: 'DELETE',
      path: '/api/v3/orderList',
      security: 'TRADE',
      weight: 1,
      handle: ({ params, account }) => cancelList(services, params, account.accountId),
    }),
  ];
}

/** A list without its orders' reports. */
export function listShape(list: OrderList, orders: readonly Order[]): object {
  const { orderListId, status, listClientOrderId, createdAt, symbol } = list;
  return {
    orderListId,
    contingencyType: 'OCO',
    listStatusType: status,
    listOrderStatus: status === 'ALL_DONE' ? 'ALL_DONE' : 'EXECUTING',
    listClientOrderId,
    transactionTime: createdAt,
    symbol,
    orders: orders.map(({ orderId, clientOrderId }) => ({ symbol, orderId, clientOrderId })),
  };
}

function placedListShape(services: SpotServices, { params }: SignedCall, placed: PlacedList): object {
  const { market } = readSymbol(params, services.symbols);
  const { list, orders, responseType } = placed;
  const reports = orders.map((order) =>
    placedShape(order, market, services.desk.fillsOf(order), responseType),
  );
  return { ...listShape(list, orders), orderReports: reports };
}

function cancelList(services: SpotServices, params: SignedCall['params'], accountId: string): object {
  const { market } = readSymbol(params, services.symbols);
  const list = services.lists.find(
    accountId,
    params.integer('orderListId'),
    params.text('listClientOrderId'),
  );
  const ended = services.lists.cancel(list, readClientId(params, 'newClientOrderId'));
  const orderReports = ended.map((order) => canceledShape(order, market));
  return { ...listShape(list, services.lists.ordersOf(list)), orderReports };
}
