import { Display } from '../market/display.js';
import type { AlgoOrder } from './algo-orders.js';

/** An algo order in answers and queries. */
export function algoOrder(order: AlgoOrder) {
  const display = Display.futures(order.contract.market);
  return {
    algoId: order.algoId,
    clientAlgoId: order.clientAlgoId,
    algoType: 'CONDITIONAL',
    orderType: order.type,
    symbol: order.contract.spec.symbol,
    side: order.side,
    positionSide: order.positionSide,
    timeInForce: order.timeInForce,
    quantity: display.quantity(order.lots ?? 0),
    algoStatus: order.status,
    actualOrderId: order.orderId === null ? '' : String(order.orderId),
    triggerPrice: display.price(order.triggerTicks),
    price: display.price(order.ticks ?? 0),
    icebergQuantity: null,
    selfTradePreventionMode: 'EXPIRE_MAKER',
    workingType: order.workingType,
    priceMatch: 'NONE',
    closePosition: order.closePosition,
    priceProtect: false,
    reduceOnly: order.reduceOnly,
    createTime: order.createdAt,
    updateTime: order.updatedAt,
    triggerTime: order.status === 'NEW' || order.status === 'CANCELED' ? 0 : order.updatedAt,
    goodTillDate: 0,
  };
}

/** The same as a user event. */
export function algoUpdate(order: AlgoOrder, now: number) {
  const display = Display.futures(order.contract.market);
  return {
    e: 'ALGO_UPDATE',
    T: order.updatedAt,
    E: now,
    o: {
      caid: order.clientAlgoId,
      aid: order.algoId,
      at: 'CONDITIONAL',
      o: order.type,
      s: order.contract.spec.symbol,
      S: order.side,
      ps: order.positionSide,
      f: order.timeInForce,
      q: display.quantity(order.lots ?? 0),
      X: order.status,
      ai: order.orderId === null ? '' : String(order.orderId),
      tp: display.price(order.triggerTicks),
      p: display.price(order.ticks ?? 0),
      V: 'EXPIRE_MAKER',
      wt: order.workingType,
      pm: 'NONE',
      cp: order.closePosition,
      pP: false,
      R: order.reduceOnly,
      tt: order.status === 'NEW' || order.status === 'CANCELED' ? 0 : order.updatedAt,
      gtd: 0,
    },
  };
}
