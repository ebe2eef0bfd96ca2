import type { ListedSymbol } from '../orders/symbol-table.js';
import type { OrderName } from '../orders/order-desk.js';
import { readClientId, readOrder, readSymbol } from '../orders/order-request.js';
import { amendedShape, canceledShape, orderShape, placedShape } from '../orders/order-shapes.js';
import type { Order } from '../engine/order.js';
import { replaceOrder } from './cancel-replace.js';
import { listShape } from './list-routes.js';
import type { Params } from './params.js';
import type { Route, SignedCall } from './routes.js';
import { signed } from './routes.js';
import type { SpotServices } from './spot-services.js';
import { cancelRejected, missingOneOf } from './venue-error.js';

const RESTRICTIONS = ['ONLY_NEW', 'ONLY_PARTIALLY_FILLED'] as const;

/** Single orders: place, test, query, cancel, replace, amend. */
export function orderRoutes(services: SpotServices): Route[] {
  return [
    signed({
      ...trade('POST', '/api/v3/order'),
      orders: 1,
      handle: ({ params, account }) => {
        const request = readOrder(params, services.symbols);
        const order = services.desk.place(request, account);
        return placedShape(order, request.listed.market, services.desk.fillsOf(order), request.responseType);
      },
    }),
    signed({
      ...trade('POST', '/api/v3/order/test'),
      handle: ({ params, account }) => {
        services.desk.check(readOrder(params, services.symbols), account);
        return {};
      },
    }),
    signed({ ...trade('DELETE', '/api/v3/order'), handle: (call) => cancelOne(services, call) }),
    signed({ ...trade('DELETE', '/api/v3/openOrders'), handle: (call) => cancelAll(services, call) }),
    signed({
      ...trade('POST', '/api/v3/order/cancelReplace'),
      orders: 1,
      handle: ({ params, account }) => replaceOrder(services, params, account),
    }),
    signed({
      ...trade('PUT', '/api/v3/order/amend/keepPriority'),
      weight: 4,
      handle: (call) => amend(services, call),
    }),
    signed({
      method: 'GET',
      path: '/api/v3/order',
      security: 'USER_DATA',
      weight: 4,
      handle: ({ params, account }) => {
        const { market } = readSymbol(params, services.symbols);
        return orderShape(services.archive.order(account.accountId, readName(params)), market);
      },
    }),
  ];
}

/** Which order a request means: by id, by client id, or by both. */
export function readName(params: Params, id = 'orderId', clientId = 'origClientOrderId'): OrderName {
  const orderId = params.integer(id);
  const clientOrderId = params.text(clientId);
  if (orderId === null && clientOrderId === null) throw missingOneOf(clientId, id);
  return { symbol: params.needText('symbol'), orderId, clientOrderId };
}

function trade(method: Route['method'], path: string) {
  return { method, path, security: 'TRADE', weight: 1 } as const;
}

function cancelOne(services: SpotServices, { params, account }: SignedCall): object {
  const listed = readSymbol(params, services.symbols);
  const order = services.desk.find(account.accountId, readName(params));
  const only = params.oneOf('cancelRestrictions', RESTRICTIONS);
  const requestId = readClientId(params, 'newClientOrderId');
  const ended = services.desk.cancel(order, requestId, only?.slice('ONLY_'.length) ?? null);
  return canceledAnswer(services, listed, ended);
}

function cancelAll(services: SpotServices, { params, account }: SignedCall): object[] {
  const listed = readSymbol(params, services.symbols);
  const open = services.engine.orders.open(account.accountId, listed.market.symbol);
  if (open.length === 0) throw cancelRejected();
  const answers: object[] = [];
  for (const order of open) {
    // An order of a list may have ended with its sibling.
    if (services.engine.orders.open(account.accountId).includes(order)) {
      answers.push(canceledAnswer(services, listed, services.desk.cancel(order, null, null)));
    }
  }
  return answers;
}

function canceledAnswer(services: SpotServices, { market }: ListedSymbol, ended: readonly Order[]): object {
  const [first] = ended as [Order];
  const list = first.orderListId < 0 ? null : services.engine.orders.list(first.orderListId);
  if (list === null) return canceledShape(first, market);
  const reports = ended.map((order) => canceledShape(order, market));
  return { ...listShape(list, services.lists.ordersOf(list)), orderReports: reports };
}

function amend(services: SpotServices, { params, account, at }: SignedCall): object {
  const listed = readSymbol(params, services.symbols);
  const order = services.desk.find(account.accountId, readName(params));
  const clientOrderId = readClientId(params, 'newClientOrderId');
  const amended = services.desk.amend(order, listed, params.needDecimal('newQty'), clientOrderId);
  return {
    transactTime: at,
    executionId: amended.orderId * 100 + amended.amendments,
    amendedOrder: amendedShape(amended, listed.market),
  };
}
