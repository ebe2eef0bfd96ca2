import { formatScaled } from '@sextant/kernel';
import type { EpochMs, OrderId } from '@sextant/kernel';
import type { Instrument } from '@sextant/kernel';
import type {
  OrderSizing,
  OrderConditions,
  OrderRevision,
  OrderSnapshot,
} from '../../domain/order-snapshot.js';
import { averagePrice } from '../../domain/order-totals.js';
import { venueOrdersOf } from '../../domain/revisions.js';

/** What was asked for beyond a plain order. */
export type ConditionsView = {
  stopPrice: string | null;
  /** Basis points. */
  trailingDelta: number | null;
  triggerBy: 'LAST' | 'MARK';
  expireTime: EpochMs | null;
  displayQuantity: string | null;
  reduceOnly: boolean;
  /** Who watches the trigger. */
  heldBy: 'SEXTANT' | 'VENUE';
  groupId: string | null;
  leg: string | null;
  executionId: string | null;
};

/** How far a trigger that is watched here has come. */
export type TriggerView = {
  state: 'WAITING' | 'ARMED' | 'TOUCHED' | 'TRIGGERED' | 'RELEASED';
  extremePrice: string | null;
  triggeredAt: EpochMs | null;
  triggeredPrice: string | null;
};

/** One order at the venue, of an order that may have had several. */
export type VenueOrderView = {
  clientOrderId: string;
  venueOrderId: string | null;
  quantity: string;
  price: string | null;
  filledQuantity: string;
};

/** An order as others see it: decimals as text, times as epoch ms. Plain JSON: it crosses processes. */
export type OrderView = {
  id: OrderId;
  accountId: string;
  clientOrderId: string;
  venue: string;
  venueOrderId: string | null;
  symbol: string;
  side: string;
  type: OrderSnapshot['type'];
  timeInForce: string;
  postOnly: boolean;
  quantity: string | null;
  quoteQuantity: string | null;
  price: string | null;
  /** Null for a plain order. */
  conditions: ConditionsView | null;
  trigger: TriggerView | null;
  /** What its quantity was resolved from; null where it was asked for. */
  sizing: OrderSizing | null;
  /** What the venue has had of it, the first one first. */
  venueOrders: VenueOrderView[];
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
    conditions: order.conditions && conditionsView(order.conditions, order),
    trigger: triggerView(order),
    sizing: order.conditions?.sizing ?? null,
    venueOrders: venueOrdersOf(order).map((one) => venueOrderView(one, order)),
    status: order.status,
    pending: pendingView(order),
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

function pendingView({ pending }: OrderSnapshot): OrderView['pending'] {
  if (pending === null) return null;
  const { kind, since, outcome } = pending;
  return { kind, since, outcome };
}

/** Names the terms that a client set, and nothing that happens to the order by itself. */
export function termsTag(order: OrderSnapshot): string {
  const { quantity, quoteQuantity, price } = orderView(order);
  return termsTagOf({ quantity, quoteQuantity, price });
}

/** The same of an order as others see it. */
export function termsTagOf({
  quantity,
  quoteQuantity,
  price,
}: Pick<OrderView, 'quantity' | 'quoteQuantity' | 'price'>): string {
  const amount = quantity ?? `${quoteQuantity ?? ''}q`;
  return price === null ? amount : `${amount}@${price}`;
}

function venueOrderView(one: OrderRevision, { stepUnits, tickUnits }: OrderSnapshot): VenueOrderView {
  const { clientOrderId, venueOrderId, lots, priceTicks, filledLots } = one;
  return {
    clientOrderId,
    venueOrderId,
    quantity: formatScaled(BigInt(lots) * stepUnits),
    price: priceTicks === null ? null : formatScaled(BigInt(priceTicks) * tickUnits),
    filledQuantity: formatScaled(BigInt(filledLots) * stepUnits),
  };
}

export function conditionsView(
  conditions: OrderConditions,
  { tickUnits, stepUnits }: Pick<Instrument, 'tickUnits' | 'stepUnits'>,
): ConditionsView {
  const {
    stopTicks,
    trailingBps,
    triggerBy,
    expiresAt,
    displayLots,
    reduceOnly,
    heldBy,
    group,
    executionId,
  } = conditions;
  return {
    stopPrice: stopTicks === null ? null : formatScaled(BigInt(stopTicks) * tickUnits),
    trailingDelta: trailingBps,
    triggerBy,
    expireTime: expiresAt,
    displayQuantity: displayLots === null ? null : formatScaled(BigInt(displayLots) * stepUnits),
    reduceOnly,
    heldBy,
    groupId: group?.groupId ?? null,
    leg: group?.leg ?? null,
    executionId,
  };
}

function triggerView({ progress, tickUnits }: OrderSnapshot): TriggerView | null {
  const trigger = progress?.trigger ?? null;
  if (trigger === null) return null;
  const priceOf = (ticks: number | null) => (ticks === null ? null : formatScaled(BigInt(ticks) * tickUnits));
  const { state, extremeTicks, triggeredAt, triggeredTicks } = trigger;
  return { state, extremePrice: priceOf(extremeTicks), triggeredAt, triggeredPrice: priceOf(triggeredTicks) };
}
