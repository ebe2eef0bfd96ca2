import { formatUnits } from '../../../../apps/venue/src/engine/amounts.js';
import type { Fill, Order } from '../../../../apps/venue/src/engine/order.js';
import { isOpen, remainingLots } from '../../../../apps/venue/src/engine/order.js';
import type { MarketFloor } from '../market-floor.js';
import { PRODUCT, uuidOf } from './coinbase-terms.js';

export function statusOf(order: Readonly<Order>): 'OPEN' | 'FILLED' | 'CANCELLED' | 'EXPIRED' {
  if (isOpen(order as Order)) return 'OPEN';
  if (order.status === 'EXPIRED' && order.attributes['expiresAt'] !== undefined) return 'EXPIRED';
  return order.status === 'FILLED' ? 'FILLED' : 'CANCELLED';
}

/** With as many digits as it takes to look exact. */
function averageOf(floor: MarketFloor, order: Readonly<Order>): string {
  if (order.filledLots === 0) return '0';
  const digits = (order.filledQuote * 10n ** 16n) / floor.market.baseUnits(order.filledLots);
  const text = digits.toString().padStart(17, '0');
  return `${text.slice(0, -16)}.${text.slice(-16)}`;
}

function feesOf(floor: MarketFloor, order: Readonly<Order>): string {
  return formatUnits(floor.fillsOf(order).reduce((sum, { commission }) => sum + commission.units, 0n));
}

function terms(order: Readonly<Order>) {
  return {
    order_id: uuidOf(order.orderId),
    client_order_id: order.clientOrderId,
    product_id: PRODUCT,
    status: statusOf(order),
    trigger_status:
      order.trigger === null ? 'INVALID_ORDER_TYPE' : order.isWorking ? 'STOP_TRIGGERED' : 'STOP_PENDING',
    time_in_force: {
      GTC: order.attributes['expiresAt'] === undefined ? 'GOOD_UNTIL_CANCELLED' : 'GOOD_UNTIL_DATE_TIME',
      IOC: 'IMMEDIATE_OR_CANCEL',
      FOK: 'FILL_OR_KILL',
    }[order.timeInForce],
  };
}

export function coinbaseOrder(floor: MarketFloor, order: Readonly<Order>): object {
  return {
    ...terms(order),
    user_id: 'rehearsal',
    side: order.side,
    order_configuration: JSON.parse(order.attributes['configuration']!) as object,
    created_time: new Date(order.createdAt).toISOString(),
    completion_percentage: order.lots > 0 ? String((100 * order.filledLots) / order.lots) : '0',
    filled_size: floor.market.quantityText(order.filledLots),
    average_filled_price: averageOf(floor, order),
    fee: '',
    number_of_fills: String(floor.fillsOf(order).length),
    filled_value: formatUnits(order.filledQuote),
    pending_cancel: false,
    size_in_quote: order.quoteBudget !== null,
    total_fees: feesOf(floor, order),
    order_type: order.ticks === null ? 'MARKET' : order.trigger === null ? 'LIMIT' : 'STOP_LIMIT',
    reject_reason: 'REJECT_REASON_UNSPECIFIED',
    settled: statusOf(order) === 'FILLED',
    product_type: 'SPOT',
    cancel_message: '',
    last_fill_time: floor.fillsOf(order).length === 0 ? null : new Date(order.updatedAt).toISOString(),
  };
}

/** What the channel of a user says: sums, no fills. */
export function pushedOrder(floor: MarketFloor, order: Readonly<Order>): object {
  const { market } = floor;
  return {
    ...terms(order),
    order_side: order.side,
    order_type: order.ticks === null ? 'Market' : order.trigger === null ? 'Limit' : 'Stop Limit',
    limit_price: order.ticks === null ? '' : market.priceText(order.ticks).slice(0, -6),
    cumulative_quantity: market.quantityText(order.filledLots),
    leaves_quantity: isOpen(order as Order) ? market.quantityText(remainingLots(order as Order)) : '0',
    avg_price: averageOf(floor, order),
    filled_value: formatUnits(order.filledQuote),
    total_fees: feesOf(floor, order),
    creation_time: new Date(order.createdAt).toISOString(),
    number_of_fills: String(floor.fillsOf(order).length),
    cancel_reason: '',
    reject_reason: '',
    stop_price: order.trigger === null ? '' : market.priceText(order.trigger.ticks ?? 0).slice(0, -6),
    product_type: 'SPOT',
  };
}

export function coinbaseFill(floor: MarketFloor, fill: Readonly<Fill>): object {
  const order = floor.order(fill.orderId)!;
  const inQuote = order.quoteBudget !== null;
  return {
    entry_id: `entry-${fill.fillId}`,
    trade_id: uuidOf(fill.tradeId),
    order_id: uuidOf(fill.orderId),
    trade_time: new Date(fill.at).toISOString(),
    trade_type: 'FILL',
    price: floor.market.priceText(fill.ticks).slice(0, -6),
    size: inQuote ? formatUnits(fill.quoteUnits) : floor.market.quantityText(fill.lots),
    commission: formatUnits(fill.commission.units),
    product_id: PRODUCT,
    sequence_timestamp: new Date(fill.at).toISOString(),
    liquidity_indicator: fill.maker ? 'MAKER' : 'TAKER',
    size_in_quote: inQuote,
    user_id: 'rehearsal',
    side: fill.side,
  };
}
