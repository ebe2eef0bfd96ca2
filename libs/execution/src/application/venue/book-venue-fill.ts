import type { VenueFill } from '@sextant/exchange';
import { formatScaled } from '@sextant/kernel';
import type { EpochMs, FillId } from '@sextant/kernel';
import type { BookedFill } from '@sextant/portfolio';
import type { OrderFill, OrderSnapshot } from '../../domain/order-snapshot.js';
import { replacementOf } from '../../domain/revisions.js';
import type { FillRow } from '../account/account-tables.js';
import type { LiveOrder } from '../account/live-orders.js';

/** Who brought the news of a fill. */
export type FillSource = 'STREAM' | 'RECONCILE';

/** The venue's execution on the grid of its order. */
export function orderFill(fill: VenueFill, fillId: FillId, order: OrderSnapshot): OrderFill {
  const { venueTradeId, venueOrderId, priceTicks, lots, feeAsset, feeUnits, role, executedAt } = fill;
  const notionalUnits = (BigInt(priceTicks) * order.tickUnits * BigInt(lots) * order.stepUnits) / 10n ** 18n;
  return {
    fillId,
    venueTradeId,
    venueOrderId,
    priceTicks,
    lots,
    notionalUnits,
    feeAsset,
    feeUnits,
    role,
    executedAt,
  };
}

/** What a fill of a perpetual says beyond its order's. */
export function contractFacts(
  { positionSide, liquidation, settledUnits }: VenueFill,
  order: OrderSnapshot,
): Pick<BookedFill, 'positionSide' | 'liquidation' | 'settledUnits'> {
  const side = positionSide ?? order.conditions?.positionSide;
  return {
    ...(side !== undefined && { positionSide: side }),
    ...(liquidation === true && { liquidation }),
    ...(settledUnits !== undefined && { settledUnits }),
  };
}

export function bookedFill(fill: OrderFill, fillId: FillId, entry: LiveOrder): BookedFill {
  const { orderId, symbol, side, stepUnits, strategy, venue } = entry.order.snapshot;
  const { priceTicks, lots, notionalUnits, feeAsset, feeUnits, role, executedAt, venueTradeId } = fill;
  const { base, quote } = entry.instrument;
  const replacement = replacementOf(entry.order.snapshot, fill.venueOrderId);
  return {
    fillId,
    orderId,
    symbol,
    base,
    quote,
    side,
    lots,
    priceTicks,
    baseUnits: BigInt(lots) * stepUnits,
    notionalUnits,
    feeAsset,
    feeUnits,
    role,
    executedAt,
    strategy,
    venue,
    venueTradeId,
    ...(replacement !== null && { replacement }),
  };
}

export function fillRow(fill: OrderFill, order: OrderSnapshot, source: FillSource, now: EpochMs): FillRow {
  return {
    account_id: order.accountId,
    venue: order.venue,
    symbol: order.symbol,
    venue_order_id: fill.venueOrderId,
    venue_trade_id: fill.venueTradeId,
    fill_id: fill.fillId,
    order_id: order.orderId,
    side: order.side,
    lots: fill.lots,
    price_ticks: fill.priceTicks,
    quantity: BigInt(fill.lots) * order.stepUnits,
    price: BigInt(fill.priceTicks) * order.tickUnits,
    quote_amount: fill.notionalUnits,
    fee_asset: fill.feeAsset,
    fee: fill.feeUnits,
    role: fill.role,
    source,
    executed_at: fill.executedAt,
    booked_at: now,
  };
}

/** For a log line. */
export function describeFill(fill: VenueFill): Record<string, unknown> {
  const { symbol, side, venueOrderId, venueTradeId, clientOrderId, lots, feeUnits } = fill;
  return { symbol, side, venueOrderId, venueTradeId, clientOrderId, lots, fee: formatScaled(feeUnits) };
}
