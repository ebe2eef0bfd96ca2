import { formatUnits } from '../../../../apps/venue/src/engine/amounts.js';
import type { Fill, Order } from '../../../../apps/venue/src/engine/order.js';
import { isOpen } from '../../../../apps/venue/src/engine/order.js';
import type { MarketFloor } from '../market-floor.js';
import { PAIR, seconds, txid } from './kraken-terms.js';

export function orderIdOf(order: Readonly<Order>): string {
  return txid('O', order.orderId);
}

export function tradeIdOf(fill: Readonly<Fill>): string {
  return txid('T', fill.fillId);
}

/** Nothing, and the venue cancels the rest of what may not rest. */
export function statusOf(order: Readonly<Order>): 'open' | 'closed' | 'canceled' | 'expired' {
  if (isOpen(order as Order)) return 'open';
  if (hasRunOut(order)) return 'expired';
  return order.status === 'FILLED' ? 'closed' : 'canceled';
}

/** Its own end has come. */
export function hasRunOut({ status, attributes }: Readonly<Order>): boolean {
  return status === 'EXPIRED' && attributes['expiresAt'] !== undefined;
}

/** In five digits. */
function sumOf(units: bigint): string {
  return formatUnits(units - (units % 1_000n), 5);
}

/** Of the fills, with as many digits as a price has. */
export function averageOf(floor: MarketFloor, order: Readonly<Order>): string {
  if (order.filledLots === 0) return '0.0';
  const base = floor.market.baseUnits(order.filledLots);
  const units = (order.filledQuote * 10n ** 8n) / base;
  return formatUnits(units - (units % 10_000_000n), 1);
}

export function krakenOrder(floor: MarketFloor, order: Readonly<Order>): object {
  const { market } = floor;
  const priceOf = (ticks: number | null) => (ticks === null ? '0' : market.priceText(ticks).slice(0, -7));
  const { trigger } = order;
  const isConditional = /-/.test(order.type);
  const [price, price2] = isConditional
    ? [priceOf(trigger?.ticks ?? order.ticks), priceOf(order.ticks)]
    : [priceOf(order.ticks), '0'];
  const volume =
    order.quoteBudget === null ? market.quantityText(order.lots) : formatUnits(order.quoteBudget);
  const [type, ordertype] = [order.side.toLowerCase(), order.type];
  const words = `${type} ${volume} ${PAIR.altname} @ ${ordertype}${order.ticks === null ? '' : ` ${price}`}`;
  const fills = floor.fillsOf(order);
  return {
    refid: null,
    userref: 0,
    ...(order.clientOrderId !== '' && { cl_ord_id: order.clientOrderId }),
    status: statusOf(order),
    opentm: seconds(order.createdAt),
    ...(statusOf(order) !== 'open' && { closetm: seconds(order.updatedAt), reason: null }),
    starttm: 0,
    expiretm: seconds(Number(order.attributes['expiresAt'] ?? 0)),
    descr: {
      pair: PAIR.altname,
      type,
      ordertype,
      price,
      price2,
      leverage: 'none',
      order: words,
      close: '',
    },
    vol: volume,
    vol_exec: market.quantityText(order.filledLots),
    cost: sumOf(order.filledQuote),
    fee: feeOf(fills),
    price: averageOf(floor, order),
    stopprice: '0.00000',
    limitprice: '0.00000',
    misc: isConditional && order.isWorking ? MISC[order.type.slice(0, 4)] : '',
    oflags: order.attributes['oflags'] ?? 'fciq',
    trades: fills.map(tradeIdOf),
  };
}

/** How the venue says that a trigger was reached. */
const MISC: Readonly<Record<string, string>> = { stop: 'stopped', take: 'touched' };

export function feeOf(fills: readonly Readonly<Fill>[]): string {
  return formatUnits(fills.reduce((sum, { commission }) => sum + commission.units, 0n));
}

/** A row of the history of trades. */
export function krakenTrade(floor: MarketFloor, fill: Readonly<Fill>): object {
  const order = floor.order(fill.orderId)!;
  return {
    ordertxid: orderIdOf(order),
    postxid: txid('T', 0),
    pair: PAIR.id,
    time: seconds(fill.at),
    type: fill.side.toLowerCase(),
    ordertype: order.ticks === null ? 'market' : 'limit',
    price: floor.market.priceText(fill.ticks).slice(0, -3),
    cost: sumOf(fill.quoteUnits),
    fee: formatUnits(fill.commission.units),
    vol: floor.market.quantityText(fill.lots),
    margin: '0.00000',
    leverage: '0',
    misc: '',
    trade_id: fill.tradeId,
    maker: fill.maker,
  };
}
