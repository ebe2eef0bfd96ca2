import { formatUnits } from '../engine/amounts.js';
import type { BalanceChanged, Filled, OrderChanged, OrderListChanged } from '../engine/events.js';
import type { Market } from '../engine/market.js';
import type { Order } from '../engine/order.js';

// Spot's user events by the venue's one-letter names.

const EXECUTION_TYPES: Record<OrderChanged['change'], string> = {
  NEW: 'NEW',
  // A stop that wakes is told as new once more, now working.
  TRIGGERED: 'NEW',
  CANCELED: 'CANCELED',
  REPLACED: 'REPLACED',
  REJECTED: 'REJECTED',
  EXPIRED: 'EXPIRED',
  TRADE_PREVENTION: 'TRADE_PREVENTION',
};

export function orderReport(market: Market, event: OrderChanged, executionId: number, now: number): object {
  const { order, change } = event;
  const [c, C] = idsOf(event);
  return {
    ...head(market, order, now),
    c,
    C,
    x: EXECUTION_TYPES[change],
    l: market.quantityText(0),
    L: market.priceText(0),
    n: '0',
    N: null,
    T: event.at,
    t: -1,
    I: executionId,
    m: false,
    Y: market.priceText(0),
    ...tail(market, order),
  };
}

/** `c` and `C`: a cancel's own id and the order's; after an amendment the order's new id and the one it had. */
function idsOf({ order, change }: OrderChanged): [string, string] {
  const { clientOrderId, requestId } = order;
  if (requestId === null) return [clientOrderId, ''];
  if (change === 'CANCELED') return [requestId, clientOrderId];
  return [clientOrderId, change === 'REPLACED' ? requestId : ''];
}

export function fillReport(market: Market, event: Filled, executionId: number, now: number): object {
  const { order, fill } = event;
  return {
    ...head(market, order, now),
    c: order.clientOrderId,
    C: '',
    x: 'TRADE',
    l: market.quantityText(fill.lots),
    L: market.priceText(fill.ticks),
    n: formatUnits(fill.commission.units),
    N: fill.commission.asset,
    T: fill.at,
    t: fill.tradeId,
    I: executionId,
    m: fill.maker,
    Y: formatUnits(fill.quoteUnits),
    ...tail(market, order),
  };
}

export function accountPosition(changes: readonly BalanceChanged[], now: number): object {
  const B = changes.map(({ asset, free, locked }) => ({
    a: asset,
    f: formatUnits(free),
    l: formatUnits(locked),
  }));
  return { e: 'outboundAccountPosition', E: now, u: changes.at(-1)?.at ?? now, B };
}

/** Money that came from or went outside. */
export function balanceUpdate({ asset, delta, at }: BalanceChanged, now: number): object {
  return { e: 'balanceUpdate', E: now, a: asset, d: formatUnits(delta), T: at };
}

export function listStatus({ list, at }: OrderListChanged, orders: readonly Order[], now: number): object {
  return {
    e: 'listStatus',
    E: now,
    s: list.symbol,
    g: list.orderListId,
    c: 'OCO',
    l: list.status === 'REJECT' ? 'RESPONSE' : list.status,
    L: list.status === 'EXEC_STARTED' ? 'EXECUTING' : list.status,
    r: 'NONE',
    C: list.listClientOrderId,
    T: at,
    O: orders.map(({ symbol, orderId, clientOrderId }) => ({ s: symbol, i: orderId, c: clientOrderId })),
  };
}

function head(market: Market, order: Readonly<Order>, now: number) {
  return {
    e: 'executionReport',
    E: now,
    s: order.symbol,
    S: order.side,
    o: order.type,
    f: order.timeInForce,
    q: market.quantityText(order.lots),
    p: market.priceText(order.ticks ?? 0),
    P: market.priceText(order.trigger?.ticks ?? 0),
    F: market.quantityText(order.displayLots ?? 0),
    g: order.orderListId,
    X: order.status,
    r: 'NONE',
    i: order.orderId,
    z: market.quantityText(order.filledLots),
    Z: formatUnits(order.filledQuote),
  };
}

function tail(market: Market, order: Readonly<Order>) {
  return {
    w: order.isWorking && (order.status === 'NEW' || order.status === 'PARTIALLY_FILLED'),
    M: false,
    O: order.createdAt,
    Q: formatUnits(order.quoteBudget ?? 0n),
    ...(order.workingAt !== null && { W: order.workingAt }),
    V: order.stp,
    ...(order.trigger?.trailingBps !== undefined && {
      d: order.trigger.trailingBps,
      D: order.trailingAt ?? -1,
    }),
    ...(order.preventedLots > 0 && { A: market.quantityText(order.preventedLots) }),
  };
}
