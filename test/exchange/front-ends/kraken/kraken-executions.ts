import { formatUnits } from '../../../../apps/venue/src/engine/amounts.js';
import type { EngineEvent } from '../../../../apps/venue/src/engine/events.js';
import type { Fill, Order } from '../../../../apps/venue/src/engine/order.js';
import { numeral } from '../json-numbers.js';
import type { MarketFloor } from '../market-floor.js';
import { averageOf, hasRunOut, orderIdOf, tradeIdOf } from './kraken-shapes.js';
import { PAIR } from './kraken-terms.js';

/** What the channel of executions says of an event of the account: one row a message, sparse after the first. */
export function executionsOf(floor: MarketFloor, event: EngineEvent): object[] {
  if (event.kind === 'Filled') return filled(floor, event.order, event.fill);
  if (event.kind !== 'OrderChanged') return [];
  const { order, change, at } = event;
  const row = { ...named(order), timestamp: new Date(at).toISOString() };
  if (change === 'TRIGGERED')
    return [{ ...row, ...triggers(floor, order), exec_type: 'status', order_status: 'new' }];
  if (change === 'NEW') {
    return [whole(floor, order), { ...row, exec_type: 'new', order_status: 'new' }];
  }
  if (change === 'REPLACED') return [{ ...whole(floor, order), exec_type: 'amended', order_status: 'new' }];
  if (hasRunOut(order))
    return [{ ...row, ...sums(floor, order), exec_type: 'expired', order_status: 'expired' }];
  const ended = { ...row, ...sums(floor, order), exec_type: 'canceled', order_status: 'canceled' };
  return [{ ...ended, reason: change === 'CANCELED' ? 'User requested' : 'No more liquidity' }];
}

/** A row of the snapshot. */
export function whole(floor: MarketFloor, order: Readonly<Order>): object {
  const { market } = floor;
  const status = order.filledLots > 0 ? 'partially_filled' : 'pending_new';
  return {
    ...named(order),
    ...sums(floor, order),
    symbol: PAIR.v2,
    side: order.side.toLowerCase(),
    order_type: order.type,
    ...triggers(floor, order),
    ...(order.lots > 0 && { order_qty: numeral(market.quantityText(order.lots)) }),
    ...(order.quoteBudget !== null && { cash_order_qty: numeral(formatUnits(order.quoteBudget)) }),
    ...(order.ticks !== null && { limit_price: numeral(market.priceText(order.ticks).slice(0, -7)) }),
    time_in_force: order.timeInForce,
    exec_type: 'pending_new',
    order_status: status,
    timestamp: new Date(order.updatedAt).toISOString(),
  };
}

/** The trade, whose status may still be the one before, and the end as a message of its own. */
function filled(floor: MarketFloor, order: Readonly<Order>, fill: Readonly<Fill>): object[] {
  const { market } = floor;
  const timestamp = new Date(fill.at).toISOString();
  const trade = {
    ...named(order),
    exec_id: tradeIdOf(fill),
    exec_type: 'trade',
    order_status: 'partially_filled',
    trade_id: fill.tradeId,
    symbol: PAIR.v2,
    side: fill.side.toLowerCase(),
    order_type: order.type,
    last_qty: numeral(market.quantityText(fill.lots)),
    last_price: numeral(market.priceText(fill.ticks).slice(0, -7)),
    cost: numeral(formatUnits(fill.quoteUnits)),
    liquidity_ind: fill.maker ? 'm' : 't',
    fees: [{ asset: 'USD', qty: numeral(formatUnits(fill.commission.units)) }],
    fee_usd_equiv: numeral(formatUnits(fill.commission.units)),
    timestamp,
  };
  if (order.status !== 'FILLED') return [trade];
  const end = { ...named(order), ...sums(floor, order), exec_type: 'filled', order_status: 'filled' };
  return [trade, { ...end, timestamp }];
}

function triggers({ market }: MarketFloor, { trigger, isWorking }: Readonly<Order>): object {
  if (trigger === null) return {};
  const price = numeral(market.priceText(trigger.ticks ?? 0).slice(0, -7));
  const status = isWorking ? 'triggered' : 'untriggered';
  return { triggers: { reference: 'last', price, price_type: 'static', status } };
}

function named(order: Readonly<Order>): object {
  const { clientOrderId } = order;
  return {
    order_id: orderIdOf(order),
    order_userref: 0,
    ...(clientOrderId !== '' && { cl_ord_id: clientOrderId }),
  };
}

function sums(floor: MarketFloor, order: Readonly<Order>): object {
  return {
    cum_qty: numeral(floor.market.quantityText(order.filledLots)),
    cum_cost: numeral(formatUnits(order.filledQuote)),
    avg_price: numeral(averageOf(floor, order)),
  };
}
