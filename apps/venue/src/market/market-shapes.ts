import type { Book } from '../engine/book.js';
import type { LevelChange } from '../engine/events.js';
import type { Candle } from './candle-series.js';
import { nextOpenOf } from './candle-intervals.js';
import { type DayStatistics } from './day-statistics.js';
import { type Display, percentChange } from './display.js';
import type { AggregateTrade, TapedTrade } from './trade-tape.js';

// The JSON of the public REST answers. Streams tell the same facts under one-letter names: streams/stream-events.ts.

export function levelRows(display: Display, levels: readonly LevelChange[]): [string, string][] {
  return levels.map(([ticks, lots]) => [display.price(ticks), display.quantity(lots)]);
}

export function tradeRow(display: Display, trade: TapedTrade) {
  return {
    id: trade.tradeId,
    price: display.price(trade.ticks),
    qty: display.quantity(trade.lots),
    quoteQty: display.money(trade.quoteUnits),
    time: trade.at,
    isBuyerMaker: trade.buyerIsMaker,
  };
}

export function aggregateTradeRow(display: Display, trade: AggregateTrade) {
  return {
    a: trade.id,
    p: display.price(trade.ticks),
    q: display.quantity(trade.lots),
    f: trade.firstId,
    l: trade.lastId,
    T: trade.at,
    m: trade.buyerIsMaker,
  };
}

export function candleRow(display: Display, interval: string, candle: Candle, offsetMs = 0) {
  return [
    candle.openAt,
    display.price(candle.open),
    display.price(candle.high),
    display.price(candle.low),
    display.price(candle.close),
    display.quantity(candle.lots),
    nextOpenOf(interval, candle.openAt, offsetMs) - 1,
    display.money(candle.quote),
    candle.trades,
    display.quantity(candle.takerLots),
    display.money(candle.takerQuote),
    '0',
  ];
}

/** The 24-hour ticker without the book, which spot adds and futures does not. */
export function dayTicker(
  display: Display,
  { day, openTime, closeTime }: DayStatistics,
  last: TapedTrade | undefined,
) {
  return {
    symbol: display.market.symbol,
    priceChange: display.price(day.close - day.open),
    priceChangePercent: percentChange(day.open, day.close),
    weightedAvgPrice: display.averagePrice(day.quote, day.lots, day.close),
    lastPrice: display.price(day.close),
    lastQty: display.quantity(last?.lots ?? 0),
    openPrice: display.price(day.open),
    highPrice: display.price(day.high),
    lowPrice: display.price(day.low),
    volume: display.quantity(day.lots),
    quoteVolume: display.money(day.quote),
    openTime,
    closeTime,
    firstId: day.firstId,
    lastId: day.lastId,
    count: day.trades,
  };
}

export function miniTicker(display: Display, statistics: DayStatistics) {
  const { day, openTime, closeTime } = statistics;
  return {
    symbol: display.market.symbol,
    openPrice: display.price(day.open),
    highPrice: display.price(day.high),
    lowPrice: display.price(day.low),
    lastPrice: display.price(day.close),
    volume: display.quantity(day.lots),
    quoteVolume: display.money(day.quote),
    openTime,
    closeTime,
    firstId: day.firstId,
    lastId: day.lastId,
    count: day.trades,
  };
}

/** Zeros stand for an empty side, as the venue writes it. */
export function bestPrices(display: Display, book: Book) {
  const bid = book.best('BUY');
  const ask = book.best('SELL');
  return {
    bidPrice: display.price(bid?.ticks ?? 0),
    bidQty: display.quantity(bid?.lots ?? 0),
    askPrice: display.price(ask?.ticks ?? 0),
    askQty: display.quantity(ask?.lots ?? 0),
  };
}
