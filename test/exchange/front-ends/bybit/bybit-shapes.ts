import type { Fill, Order } from '../../../../apps/venue/src/engine/order.js';
import type { ListedSymbol } from '../../../../apps/venue/src/orders/symbol-table.js';
import { plain } from '../spot-desk.js';

export type Row = Record<string, unknown>;
type Market = ListedSymbol['market'];

/** Ids of spot orders have nineteen digits. */
const FIRST_ID = 1_900_000_000_000_000_000n;
const UNIT = 100_000_000n;

export const orderIdText = (orderId: number): string => String(FIRST_ID + BigInt(orderId));
export const orderIdOf = (text: string): number => Number(BigInt(text) - FIRST_ID);

export function instrumentRow({ market, rules }: ListedSymbol): Row {
  return {
    symbol: market.symbol,
    baseCoin: market.base,
    quoteCoin: market.quote,
    innovation: '0',
    status: 'Trading',
    marginTrading: 'none',
    lotSizeFilter: {
      basePrecision: plain(market.stepUnits),
      quotePrecision: '0.00000001',
      minOrderQty: rules.minQuantity,
      maxOrderQty: rules.maxQuantity,
      minOrderAmt: rules.minNotional,
      maxOrderAmt: rules.maxNotional,
    },
    priceFilter: { tickSize: plain(market.tickUnits) },
  };
}

/** Listed under the same id as a spot market, as it is there; nobody here trades it. */
export const LINEAR_ROW: Row = {
  symbol: 'BTCUSDT',
  contractType: 'LinearPerpetual',
  status: 'Trading',
  baseCoin: 'BTC',
  quoteCoin: 'USDT',
  settleCoin: 'USDT',
  launchTime: '1584230400000',
  deliveryTime: '0',
  priceScale: '2',
  leverageFilter: { minLeverage: '1', maxLeverage: '100', leverageStep: '0.01' },
  priceFilter: { minPrice: '0.10', maxPrice: '1999999.80', tickSize: '0.10' },
  lotSizeFilter: { maxOrderQty: '1190.000', minOrderQty: '0.001', qtyStep: '0.001', minNotionalValue: '5' },
};

/** An order as lists and the `order` topic tell it. Fields of contracts are there for spot, too, and empty. */
export function orderRow(
  { market }: ListedSymbol,
  order: Readonly<Order>,
  fills: readonly Readonly<Fill>[],
): Row {
  const [orderType, timeInForce] = order.type.split(' ');
  const unit = order.quoteBudget === null ? 'baseCoin' : 'quoteCoin';
  const left = isWorking(order) ? order.lots - order.filledLots : 0;
  return {
    symbol: market.symbol,
    orderId: orderIdText(order.orderId),
    orderLinkId: order.clientOrderId,
    side: order.side === 'BUY' ? 'Buy' : 'Sell',
    orderType,
    timeInForce,
    marketUnit: orderType === 'Market' ? unit : '',
    price: order.ticks === null ? '0' : plain(BigInt(order.ticks) * market.tickUnits),
    qty: plain(order.quoteBudget ?? market.baseUnits(order.lots)),
    orderStatus: statusOf(order),
    cancelType: order.status === 'CANCELED' ? 'CancelByUser' : 'UNKNOWN',
    rejectReason: order.trigger === null ? 'EC_NoError' : 'EC_PostOnlyWillTakeLiquidity',
    cumExecQty: plain(market.baseUnits(order.filledLots)),
    cumExecValue: plain(order.filledQuote),
    avgPrice: averageOf(market, order),
    leavesQty: plain(market.baseUnits(left)),
    ...feesOf(fills),
    createdTime: String(order.createdAt),
    updatedTime: String(order.updatedAt),
    reduceOnly: false,
    tpslMode: '',
    takeProfit: '',
    stopLoss: '',
    triggerPrice: '',
    triggerDirection: 0,
  };
}

/** A row of `execution/list` and of the `execution` topic. */
export function fillRow({ market }: ListedSymbol, fill: Readonly<Fill>, orderLinkId: string): Row {
  return {
    symbol: market.symbol,
    orderId: orderIdText(fill.orderId),
    orderLinkId,
    side: fill.side === 'BUY' ? 'Buy' : 'Sell',
    execId: orderIdText(fill.fillId),
    execPrice: plain(BigInt(fill.ticks) * market.tickUnits),
    execQty: plain(market.baseUnits(fill.lots)),
    execValue: plain(fill.quoteUnits),
    execFee: plain(fill.commission.units),
    feeCurrency: fill.commission.asset,
    feeRate: '0.001',
    execTime: String(fill.at),
    execType: 'Trade',
    isMaker: fill.maker,
  };
}

function isWorking({ status }: Readonly<Order>): boolean {
  return status === 'NEW' || status === 'PARTIALLY_FILLED';
}

function statusOf(order: Readonly<Order>): string {
  if (order.status === 'NEW') return 'New';
  if (order.status === 'PARTIALLY_FILLED') return 'PartiallyFilled';
  if (order.status === 'FILLED') return 'Filled';
  if (order.trigger !== null) return 'Rejected';
  return order.filledLots > 0 ? 'PartiallyFilledCanceled' : 'Cancelled';
}

function averageOf(market: Market, { filledLots, filledQuote }: Readonly<Order>): string {
  return filledLots === 0 ? '' : plain((filledQuote * UNIT) / market.baseUnits(filledLots));
}

function feesOf(fills: readonly Readonly<Fill>[]): Row {
  const sums = new Map<string, bigint>();
  for (const { commission } of fills) {
    sums.set(commission.asset, (sums.get(commission.asset) ?? 0n) + commission.units);
  }
  const cumFeeDetail = Object.fromEntries([...sums].map(([asset, units]) => [asset, plain(units)]));
  return { cumExecFee: Object.values(cumFeeDetail)[0] ?? '0', cumFeeDetail };
}
