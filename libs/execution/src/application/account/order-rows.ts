import type { JsonValue } from '@sextant/contracts';
import { formatScaled, parseScaled } from '@sextant/kernel';
import type {
  FeeTotal,
  OrderConditions,
  OrderProgress,
  OrderSnapshot,
  OrderType,
  PendingChange,
  Proof,
  Reason,
  TimeInForce,
} from '../../domain/order-snapshot.js';
import type { OrderChangeRow, OrderRow } from './account-tables.js';

/** The row of a new order; `bodyHash` is what a repeated request is recognised by. */
export function orderRow(order: OrderSnapshot, bodyHash: string | null): OrderRow {
  return {
    ...orderChangeRow(order),
    client_order_id: order.clientOrderId,
    venue: order.venue,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    time_in_force: order.timeInForce,
    post_only: order.postOnly,
    quote_amount: order.quoteUnits,
    tick_size: order.tickUnits,
    step_size: order.stepUnits,
    conditions: order.conditions as JsonValue,
    strategy: order.strategy,
    tags: order.tags as string[],
    origin: order.origin,
    body_hash: bodyHash,
    reserved_asset: order.reservedAsset,
    created_at: order.createdAt,
  };
}

/** What of a stored order may be different now. */
export function orderChangeRow(order: OrderSnapshot): OrderChangeRow {
  return {
    account_id: order.accountId,
    order_id: order.orderId,
    lots: order.lots,
    price_ticks: order.priceTicks,
    venue_order_id: order.venueOrderId,
    status: order.status,
    pending: order.pending as JsonValue,
    filled_lots: order.filledLots,
    cumulative_quote: order.cumulativeQuoteUnits,
    fees: order.fees.map(({ asset, units }) => ({ asset, amount: formatScaled(units) })),
    reserved: order.reservedUnits,
    reason: order.reason as JsonValue,
    evidence: order.evidence as JsonValue,
    needs_attention: order.needsAttention,
    cancel_requested: order.cancelRequested,
    attempts: order.attempts,
    progress: order.progress as JsonValue,
    updated_at: order.updatedAt,
    closed_at: order.closedAt,
    version: order.version,
  };
}

/** Values as the driver reads them: wide integers as text, times as Date. */
export type ReadRow<Row> = {
  [K in keyof Row]: Row[K] extends bigint ? string : Row[K] extends bigint | null ? string | null : Row[K];
};

/** The inverse of `orderRow`, from what a query returned. */
export function orderOfRow(row: ReadRow<OrderRow>): OrderSnapshot {
  return {
    orderId: row.order_id,
    accountId: row.account_id,
    clientOrderId: row.client_order_id,
    venue: row.venue,
    symbol: row.symbol,
    side: row.side,
    type: row.type as OrderType,
    timeInForce: row.time_in_force as TimeInForce,
    postOnly: row.post_only,
    lots: row.lots === null ? null : Number(row.lots),
    quoteUnits: row.quote_amount === null ? null : BigInt(row.quote_amount),
    priceTicks: row.price_ticks === null ? null : Number(row.price_ticks),
    tickUnits: BigInt(row.tick_size),
    stepUnits: BigInt(row.step_size),
    conditions: row.conditions as OrderConditions | null,
    strategy: row.strategy,
    tags: row.tags as string[],
    origin: row.origin as OrderSnapshot['origin'],
    status: row.status,
    pending: row.pending as PendingChange | null,
    venueOrderId: row.venue_order_id,
    filledLots: Number(row.filled_lots),
    cumulativeQuoteUnits: BigInt(row.cumulative_quote),
    fees: feesOf(row.fees),
    reservedAsset: row.reserved_asset,
    reservedUnits: BigInt(row.reserved),
    reason: row.reason as Reason | null,
    evidence: row.evidence as Proof | null,
    needsAttention: row.needs_attention,
    cancelRequested: row.cancel_requested,
    attempts: Number(row.attempts),
    progress: row.progress as OrderProgress | null,
    createdAt: epochMs(row.created_at),
    updatedAt: epochMs(row.updated_at),
    closedAt: row.closed_at === null ? null : epochMs(row.closed_at),
    version: Number(row.version),
  };
}

/** A time column as epoch milliseconds, whether the driver gave a Date or a number. */
export function epochMs(value: unknown): number {
  return Number(value);
}

function feesOf(fees: JsonValue): FeeTotal[] {
  const read = fees as { asset: string; amount: string }[];
  return read.map(({ asset, amount }) => ({ asset, units: parseScaled(amount) }));
}
