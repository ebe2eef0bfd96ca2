import { formatUnits } from '../engine/amounts.js';
import type { Fill, Order } from '../engine/order.js';
import { Display } from '../market/display.js';
import type { Contract } from './contracts.js';
import { goodTillDateOf } from './good-till-date.js';
import { abs, max } from './margin.js';
import {
  type AccountView,
  MARGIN_ASSET,
  type MarginAccount,
  type MarginBook,
  type PositionView,
} from './margin-book.js';
import { positionSideOf } from './margin-settlement.js';
import { entryPrice } from './positions.js';

// The JSON of the private USDⓈ-M answers.

export function averageFillPrice(order: Readonly<Order>, contract: Contract): string {
  if (order.filledLots === 0) return '0.00';
  return Display.futures(contract.market).averagePrice(order.filledQuote, BigInt(order.filledLots), 0);
}

/** What an order says of itself in every answer and query. */
export function futuresOrder(order: Readonly<Order>, contract: Contract) {
  const display = Display.futures(contract.market);
  const executed = display.quantity(order.filledLots);
  return {
    orderId: order.orderId,
    symbol: order.symbol,
    status: order.status,
    clientOrderId: order.clientOrderId,
    price: display.price(order.ticks ?? 0),
    avgPrice: averageFillPrice(order, contract),
    origQty: display.quantity(order.lots),
    executedQty: executed,
    cumQty: executed,
    cumQuote: display.money(order.filledQuote),
    timeInForce: order.attributes.timeInForce ?? order.timeInForce,
    type: order.type,
    reduceOnly: order.attributes.shownReduceOnly === 'true',
    closePosition: false,
    side: order.side,
    positionSide: positionSideOf(order),
    stopPrice: display.price(0),
    workingType: 'CONTRACT_PRICE',
    priceProtect: false,
    origType: order.type,
    priceMatch: 'NONE',
    selfTradePreventionMode: order.stp,
    goodTillDate: goodTillDateOf(order),
    time: order.createdAt,
    updateTime: order.updatedAt,
  };
}

export function userTrade(fill: Fill, contract: Contract, realized: bigint, positionSide: string) {
  const display = Display.futures(contract.market);
  return {
    symbol: fill.symbol,
    id: fill.tradeId,
    orderId: fill.orderId,
    side: fill.side,
    price: display.price(fill.ticks),
    qty: display.quantity(fill.lots),
    realizedPnl: formatUnits(realized),
    quoteQty: display.money(fill.quoteUnits),
    commission: formatUnits(fill.commission.units),
    commissionAsset: fill.commission.asset,
    time: fill.at,
    positionSide,
    buyer: fill.side === 'BUY',
    maker: fill.maker,
  };
}

/** `positionRisk`, version 3; version 2 adds leverage and margin type and lists flat positions too. */
export function positionRisk(
  book: MarginBook,
  account: MarginAccount,
  view: AccountView,
  each: PositionView,
) {
  const { position, settings, mark } = each;
  const signed = position.size < 0n ? -each.notional : each.notional;
  const isolated = settings.marginType === 'ISOLATED' && position.size !== 0n;
  const orders = book.orderMargin(account, position.symbol);
  const exposures = [...account.exposuresOf(position.symbol).values()];
  const total = (side: 'BUY' | 'SELL') =>
    exposures.filter((one) => one.side === side).reduce((sum, one) => sum + one.notional, 0n);
  return {
    symbol: position.symbol,
    positionSide: position.side,
    positionAmt: quantity(book, position.symbol, position.size),
    entryPrice: formatUnits(entryPrice(position)),
    breakEvenPrice: formatUnits(entryPrice(position)),
    markPrice: formatUnits(mark),
    unRealizedProfit: formatUnits(each.unrealized),
    liquidationPrice: formatUnits(book.liquidationPrice(account, view, each)),
    isolatedMargin: formatUnits(isolated ? position.isolatedWallet + each.unrealized : 0n),
    notional: formatUnits(signed),
    marginAsset: MARGIN_ASSET,
    isolatedWallet: formatUnits(position.isolatedWallet),
    initialMargin: formatUnits(each.initialMargin + orders),
    maintMargin: formatUnits(each.maintenanceMargin),
    positionInitialMargin: formatUnits(each.initialMargin),
    openOrderInitialMargin: formatUnits(orders),
    adl: 0,
    bidNotional: formatUnits(total('BUY')),
    askNotional: formatUnits(total('SELL')),
    updateTime: position.updatedAt,
  };
}

export function balanceRow(book: MarginBook, account: MarginAccount, view: AccountView) {
  return {
    accountAlias: account.accountId,
    asset: MARGIN_ASSET,
    balance: formatUnits(view.wallet),
    crossWalletBalance: formatUnits(view.crossWallet),
    crossUnPnl: formatUnits(view.crossUnrealized),
    availableBalance: formatUnits(max(0n, view.available)),
    maxWithdrawAmount: formatUnits(book.withdrawable(view)),
    marginAvailable: true,
    updateTime: lastUpdate(view),
  };
}

/** `account`, versions 2 and 3 in one: what either of them lists. */
export function accountInformation(book: MarginBook, account: MarginAccount, view: AccountView) {
  const totals = {
    totalInitialMargin: formatUnits(view.positionMargin + view.openOrderMargin),
    totalMaintMargin: formatUnits(view.maintenanceMargin),
    totalWalletBalance: formatUnits(view.wallet),
    totalUnrealizedProfit: formatUnits(view.unrealized),
    totalMarginBalance: formatUnits(view.wallet + view.unrealized),
    totalPositionInitialMargin: formatUnits(view.positionMargin),
    totalOpenOrderInitialMargin: formatUnits(view.openOrderMargin),
    totalCrossWalletBalance: formatUnits(view.crossWallet),
    totalCrossUnPnl: formatUnits(view.crossUnrealized),
    availableBalance: formatUnits(max(0n, view.available)),
    maxWithdrawAmount: formatUnits(book.withdrawable(view)),
  };
  const asset = {
    asset: MARGIN_ASSET,
    walletBalance: totals.totalWalletBalance,
    unrealizedProfit: totals.totalUnrealizedProfit,
    marginBalance: totals.totalMarginBalance,
    maintMargin: totals.totalMaintMargin,
    initialMargin: totals.totalInitialMargin,
    positionInitialMargin: totals.totalPositionInitialMargin,
    openOrderInitialMargin: totals.totalOpenOrderInitialMargin,
    crossWalletBalance: totals.totalCrossWalletBalance,
    crossUnPnl: totals.totalCrossUnPnl,
    availableBalance: totals.availableBalance,
    maxWithdrawAmount: totals.maxWithdrawAmount,
    marginAvailable: true,
    updateTime: lastUpdate(view),
  };
  return {
    feeTier: 0,
    canTrade: true,
    canDeposit: true,
    canWithdraw: true,
    multiAssetsMargin: false,
    tradeGroupId: -1,
    updateTime: 0,
    ...totals,
    assets: [asset],
    positions: view.positions.map((each) => accountPosition(book, account, each)),
  };
}

function accountPosition(book: MarginBook, account: MarginAccount, each: PositionView) {
  const { position, settings } = each;
  const signed = position.size < 0n ? -each.notional : each.notional;
  const isolated = settings.marginType === 'ISOLATED';
  const orders = book.orderMargin(account, position.symbol);
  return {
    symbol: position.symbol,
    positionSide: position.side,
    positionAmt: quantity(book, position.symbol, position.size),
    entryPrice: formatUnits(entryPrice(position)),
    breakEvenPrice: formatUnits(entryPrice(position)),
    unrealizedProfit: formatUnits(each.unrealized),
    isolatedMargin: formatUnits(isolated ? position.isolatedWallet + each.unrealized : 0n),
    notional: formatUnits(signed),
    isolatedWallet: formatUnits(position.isolatedWallet),
    isolated,
    leverage: String(settings.leverage),
    initialMargin: formatUnits(each.initialMargin + orders),
    maintMargin: formatUnits(each.maintenanceMargin),
    positionInitialMargin: formatUnits(each.initialMargin),
    openOrderInitialMargin: formatUnits(orders),
    maxNotional: formatUnits(bracketCap(book, position.symbol, settings.leverage), 0),
    bidNotional: '0',
    askNotional: '0',
    updateTime: position.updatedAt,
  };
}

/** The largest notional that a leverage allows. */
export function bracketCap(book: MarginBook, symbol: string, leverage: number): bigint {
  const allowed = book.brackets(symbol).filter(({ maxLeverage }) => maxLeverage >= leverage);
  return allowed.at(-1)?.cap ?? 0n;
}

export function leverageBrackets({ spec, brackets }: Contract) {
  return {
    symbol: spec.symbol,
    notionalCoef: 1.0,
    brackets: brackets.map((bracket) => ({
      bracket: bracket.number,
      initialLeverage: bracket.maxLeverage,
      notionalCap: Number(formatUnits(bracket.cap)),
      notionalFloor: Number(formatUnits(bracket.floor)),
      maintMarginRatio: Number(formatUnits(bracket.rate)),
      cum: Number(formatUnits(bracket.deduction)),
    })),
  };
}

export function quantity(book: MarginBook, symbol: string, size: bigint): string {
  const { market } = book.contracts.need(symbol);
  const text = Display.futures(market).quantity(abs(size) / market.stepUnits);
  return size < 0n ? `-${text}` : text;
}

function lastUpdate(view: AccountView): number {
  return Math.max(1, ...view.positions.map(({ position }) => position.updatedAt));
}
