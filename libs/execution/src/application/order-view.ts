import { formatScaled } from '@sextant/kernel';
import type { EpochMs, OrderId } from '@sextant/kernel';
import type { OrderSnapshot } from '../domain/order-snapshot.js';
import { averagePrice } from '../domain/order-totals.js';

/** An order as others see it: decimals as text, times as epoch ms. Plain JSON: it crosses processes. */
export type OrderView = {
  id: OrderId;
  accountId: string;
  clientOrderId: string;
  venue: string;
  venueOrderId: string | null;
  symbol: string;
  side: string;
  type: string;
  timeInForce: string;
  postOnly: boolean;
  quantity: string | null;
  quoteQuantity: string | null;
  price: string | null;
  status: OrderSnapshot['status'];
  pending: { kind: string; since: EpochMs; outcome: string } | null;
  filledQuantity: string;
  averagePrice: string | null;
  cumulativeQuote: string;
  fees: { asset: string; amount: string }[];
  reason: { code: string; detail: string } | null;
  strategy: string | null;
  tags: string[];
  origin: string;
  needsAttention: boolean;
  createdAt: EpochMs;
  updatedAt: EpochMs;
  version: number;
};

export function orderView(order: OrderSnapshot): OrderView {
  const quantityOf = (lots: number) => formatScaled(BigInt(lots) * order.stepUnits);
  return {
    id: order.orderId,
    accountId: order.accountId,
    clientOrderId: order.clientOrderId,
    venue: order.venue,
    venueOrderId: order.venueOrderId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    postOnly: order.postOnly,
    quantity: order.lots === null ? null : quantityOf(order.lots),
    quoteQuantity: order.quoteUnits === null ? null : formatScaled(order.quoteUnits),
    price: order.priceTicks === null ? null : formatScaled(BigInt(order.priceTicks) * order.tickUnits),
    status: order.status,
    pending: order.pending && { ...order.pending },
    filledQuantity: quantityOf(order.filledLots),
    averagePrice: averagePrice(order),
    cumulativeQuote: formatScaled(order.cumulativeQuoteUnits),
    fees: order.fees.map(({ asset, units }) => ({ asset, amount: formatScaled(units) })),
    reason: order.reason && { ...order.reason },
    strategy: order.strategy,
    tags: [...order.tags],
    origin: order.origin,
    needsAttention: order.needsAttention,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    version: order.version,
  };
}
