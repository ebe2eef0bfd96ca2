import type { Account } from '../accounts/account.js';
import { readClientId, readOrder } from '../orders/order-request.js';
import { canceledShape, placedShape } from '../orders/order-shapes.js';
import type { Params } from './params.js';
import type { SpotServices } from './spot-services.js';
import { missing, missingOneOf, VenueError } from './venue-error.js';

type Part = { readonly result: 'SUCCESS' | 'FAILURE'; readonly response: object };

/** Cancels one order and places another: two steps of which the second may fail after the first is done. */
export function replaceOrder(services: SpotServices, params: Params, account: Account): object {
  const mode = params.oneOf('cancelReplaceMode', ['STOP_ON_FAILURE', 'ALLOW_FAILURE']);
  if (mode === null) throw missing('cancelReplaceMode');
  const request = readOrder(params, services.symbols);
  const { market } = request.listed;
  const name = {
    symbol: market.symbol,
    orderId: params.integer('cancelOrderId'),
    clientOrderId: params.text('cancelOrigClientOrderId'),
  };
  if (name.orderId === null && name.clientOrderId === null) {
    throw missingOneOf('cancelOrigClientOrderId', 'cancelOrderId');
  }
  const requestId = readClientId(params, 'cancelNewClientOrderId');
  const cancel = attempt(() => {
    const order = services.desk.find(account.accountId, name);
    const [ended] = services.desk.cancel(order, requestId, null);
    return canceledShape(ended as NonNullable<typeof ended>, market);
  });
  if (cancel.result === 'FAILURE' && mode === 'STOP_ON_FAILURE') throw failed(cancel, null);
  const placed = attempt(() => {
    const order = services.desk.place(request, account);
    return placedShape(order, market, services.desk.fillsOf(order), request.responseType);
  });
  if (cancel.result === 'FAILURE' && placed.result === 'FAILURE') throw failed(cancel, placed);
  const data = dataOf(cancel, placed);
  if (cancel.result === 'SUCCESS' && placed.result === 'SUCCESS') return data;
  throw new VenueError(-2021, 'Order cancel-replace partially failed.', 409, data);
}

function attempt(run: () => object): Part {
  try {
    return { result: 'SUCCESS', response: run() };
  } catch (error) {
    if (error instanceof VenueError) return { result: 'FAILURE', response: error.body() };
    throw error;
  }
}

function failed(cancel: Part, placed: Part | null): VenueError {
  return new VenueError(-2022, 'Order cancel-replace failed.', 400, dataOf(cancel, placed));
}

function dataOf(cancel: Part, placed: Part | null): object {
  return {
    cancelResult: cancel.result,
    newOrderResult: placed?.result ?? 'NOT_ATTEMPTED',
    cancelResponse: cancel.response,
    newOrderResponse: placed?.response ?? null,
  };
}
