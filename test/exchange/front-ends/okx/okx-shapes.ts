import type { Fill, Order } from '../../../../apps/venue/src/engine/order.js';
import type { ListedSymbol } from '../../../../apps/venue/src/orders/symbol-table.js';
import { plain } from '../spot-desk.js';

export type Row = Record<string, unknown>;

/** Ids of OKX have nineteen digits. */
const FIRST_ID = 1_800_000_000_000_000_000n;
const UNIT = 100_000_000n;

export const ordIdOf = (orderId: number): string => String(FIRST_ID + BigInt(orderId));
export const orderIdOf = (ordId: string): number => Number(BigInt(ordId) - FIRST_ID);
export const instIdOf = ({ base, quote }: ListedSymbol['market']): string => `${base}-${quote}`;

export function instrumentRow({ market, rules }: ListedSymbol): Row {
  return {
    instType: 'SPOT',
    instId: instIdOf(market),
    baseCcy: market.base,
    quoteCcy: market.quote,
    settleCcy: '',
    ctVal: '',
    uly: '',
    instFamily: '',
    lever: '10',
    listTime: '1611907686000',
    tickSz: plain(market.tickUnits),
    lotSz: plain(market.stepUnits),
    minSz: rules.minQuantity,
    maxLmtSz: rules.maxQuantity,
    maxMktSz: '1000000',
    maxLmtAmt: '20000000',
    state: 'live',
  };
}

/** Listed beside the spot markets; nobody here trades it. */
export const SWAP_ROW: Row = {
  instType: 'SWAP',
  instId: 'BTC-USDT-SWAP',
  baseCcy: '',
  quoteCcy: '',
  settleCcy: 'USDT',
  ctVal: '0.01',
  ctMult: '1',
  ctValCcy: 'BTC',
  ctType: 'linear',
  uly: 'BTC-USDT',
  instFamily: 'BTC-USDT',
  lever: '100',
  listTime: '1611916828000',
  tickSz: '0.1',
  lotSz: '0.01',
  minSz: '0.01',
  maxLmtSz: '100000000',
  maxMktSz: '35000',
  state: 'live',
};

/** An order as `trade/order` and `orders` tell it; the last fill is told by the push that it caused. */
export function orderRow(
  { market }: ListedSymbol,
  order: Readonly<Order>,
  fills: readonly Fill[],
  last: Readonly<Fill> | null,
): Row {
  const isFor = order.quoteBudget === null ? 'base_ccy' : 'quote_ccy';
  return {
    instType: 'SPOT',
    instId: instIdOf(market),
    ordId: ordIdOf(order.orderId),
    clOrdId: order.clientOrderId,
    tag: '',
    px: order.ticks === null ? '' : plain(BigInt(order.ticks) * market.tickUnits),
    sz: plain(order.quoteBudget ?? market.baseUnits(order.lots)),
    ordType: order.type,
    side: order.side.toLowerCase(),
    posSide: 'net',
    tdMode: 'cash',
    tgtCcy: order.type === 'market' ? isFor : '',
    state: stateOf(order),
    accFillSz: plain(market.baseUnits(order.filledLots)),
    avgPx: averageOf(market, order),
    fee: plain(fills.reduce((sum, { commission }) => sum - commission.units, 0n)),
    feeCcy: fills[0]?.commission.asset ?? (order.side === 'BUY' ? market.base : market.quote),
    rebate: '0',
    rebateCcy: order.side === 'BUY' ? market.quote : market.base,
    ...lastFill(market, last),
    // 31: a post-only order that would have taken.
    cancelSource: order.trigger !== null ? '31' : stateOf(order) === 'canceled' ? '1' : '',
    cTime: String(order.createdAt),
    uTime: String(order.updatedAt),
  };
}

function stateOf({ status }: Readonly<Order>): string {
  if (status === 'NEW') return 'live';
  if (status === 'PARTIALLY_FILLED') return 'partially_filled';
  return status === 'FILLED' ? 'filled' : 'canceled';
}

/** Eight decimals, as the venue cuts it. */
function averageOf(market: ListedSymbol['market'], { filledLots, filledQuote }: Readonly<Order>): string {
  return filledLots === 0 ? '' : plain((filledQuote * UNIT) / market.baseUnits(filledLots));
}

function lastFill(market: ListedSymbol['market'], fill: Readonly<Fill> | null): Row {
  if (fill === null)
    return { fillPx: '', fillSz: '0', tradeId: '', fillTime: '', fillFee: '0', fillFeeCcy: '' };
  return {
    fillPx: plain(BigInt(fill.ticks) * market.tickUnits),
    fillSz: plain(market.baseUnits(fill.lots)),
    tradeId: String(fill.tradeId),
    fillTime: String(fill.at),
    // Charged is negative here.
    fillFee: plain(-fill.commission.units),
    fillFeeCcy: fill.commission.asset,
    execType: fill.maker ? 'M' : 'T',
  };
}

/** A row of `trade/fills-history`. */
export function fillRow({ market }: ListedSymbol, fill: Fill, clOrdId: string): Row {
  return {
    instType: 'SPOT',
    instId: instIdOf(market),
    tradeId: String(fill.tradeId),
    ordId: ordIdOf(fill.orderId),
    clOrdId,
    billId: ordIdOf(fill.fillId),
    fillPx: plain(BigInt(fill.ticks) * market.tickUnits),
    fillSz: plain(market.baseUnits(fill.lots)),
    side: fill.side.toLowerCase(),
    posSide: 'net',
    execType: fill.maker ? 'M' : 'T',
    fee: plain(-fill.commission.units),
    feeCcy: fill.commission.asset,
    ts: String(fill.at),
    fillTime: String(fill.at),
  };
}
