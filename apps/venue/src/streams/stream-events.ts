import type { Traded } from '../engine/events.js';
import type { Candle } from '../market/candle-series.js';
import { nextOpenOf } from '../market/candle-intervals.js';
import type { DayStatistics } from '../market/day-statistics.js';
import { percentChange } from '../market/display.js';
import { levelRows } from '../market/market-shapes.js';
import type { PublicSymbol } from '../market/public-market.js';
import type { AggregateTrade } from '../market/trade-tape.js';
import type { DepthDelta } from './depth-collector.js';
import type { Product, StreamName } from './stream-names.js';

// What a frame says, by the venue's one-letter names. `now` is the moment of sending, E.

export function tradeEvent(product: Product, { display }: PublicSymbol, trade: Traded, now: number) {
  return {
    e: 'trade',
    E: now,
    ...(product === 'FUTURES' && { T: trade.at }),
    s: trade.symbol,
    t: trade.tradeId,
    p: display.price(trade.ticks),
    q: display.quantity(trade.lots),
    T: trade.at,
    ...(product === 'FUTURES' && { X: 'MARKET' }),
    m: trade.buyerIsMaker,
    ...(product === 'SPOT' && { M: true }),
  };
}

export function aggregateTradeEvent(
  product: Product,
  { market, display }: PublicSymbol,
  trade: AggregateTrade,
  now: number,
) {
  return {
    e: 'aggTrade',
    E: now,
    s: market.symbol,
    a: trade.id,
    p: display.price(trade.ticks),
    q: display.quantity(trade.lots),
    f: trade.firstId,
    l: trade.lastId,
    T: trade.at,
    m: trade.buyerIsMaker,
    ...(product === 'SPOT' && { M: true }),
  };
}

export function depthEvent(
  product: Product,
  { market, display }: PublicSymbol,
  delta: DepthDelta,
  now: number,
) {
  const futures = product === 'FUTURES';
  return {
    e: 'depthUpdate',
    E: now,
    ...(futures && { T: delta.at }),
    s: market.symbol,
    U: delta.U,
    u: delta.u,
    ...(futures && { pu: delta.previous }),
    b: levelRows(display, delta.bids),
    a: levelRows(display, delta.asks),
  };
}

/** The best levels whole. Futures tell them under the names of a delta. */
export function partialDepthEvent(product: Product, symbol: PublicSymbol, levels: number, now: number) {
  const { market, book, display } = symbol;
  const bids = levelRows(display, book.depth('BUY', levels));
  const asks = levelRows(display, book.depth('SELL', levels));
  if (product === 'SPOT') return { lastUpdateId: market.lastUpdateId, bids, asks };
  const id = market.lastUpdateId;
  return { e: 'depthUpdate', E: now, T: now, s: market.symbol, U: id, u: id, pu: id - 1, b: bids, a: asks };
}

export function bookTickerEvent(product: Product, { market, book, display }: PublicSymbol, now: number) {
  const bid = book.best('BUY');
  const ask = book.best('SELL');
  return {
    ...(product === 'FUTURES' && { e: 'bookTicker' }),
    u: market.lastUpdateId,
    s: market.symbol,
    b: display.price(bid?.ticks ?? 0),
    B: display.quantity(bid?.lots ?? 0),
    a: display.price(ask?.ticks ?? 0),
    A: display.quantity(ask?.lots ?? 0),
    ...(product === 'FUTURES' && { T: now, E: now }),
  };
}

export function klineEvent(
  symbol: PublicSymbol,
  stream: StreamName,
  candle: Candle,
  isClosed: boolean,
  now: number,
) {
  const { market, display } = symbol;
  return {
    e: 'kline',
    E: now,
    s: market.symbol,
    k: {
      t: candle.openAt,
      T: nextOpenOf(stream.interval, candle.openAt, stream.offsetMs) - 1,
      s: market.symbol,
      i: stream.interval,
      f: candle.firstId,
      L: candle.lastId,
      o: display.price(candle.open),
      c: display.price(candle.close),
      h: display.price(candle.high),
      l: display.price(candle.low),
      v: display.quantity(candle.lots),
      n: candle.trades,
      x: isClosed,
      q: display.money(candle.quote),
      V: display.quantity(candle.takerLots),
      Q: display.money(candle.takerQuote),
      B: '0',
    },
  };
}

export function miniTickerEvent({ market, display }: PublicSymbol, { day }: DayStatistics, now: number) {
  return {
    e: '24hrMiniTicker',
    E: now,
    s: market.symbol,
    c: display.price(day.close),
    o: display.price(day.open),
    h: display.price(day.high),
    l: display.price(day.low),
    v: display.quantity(day.lots),
    q: display.money(day.quote),
  };
}

export function tickerEvent(product: Product, symbol: PublicSymbol, statistics: DayStatistics, now: number) {
  const { market, display, tape, book } = symbol;
  const { day, previousClose, openTime, closeTime } = statistics;
  const bid = book.best('BUY');
  const ask = book.best('SELL');
  return {
    e: '24hrTicker',
    E: now,
    s: market.symbol,
    p: display.price(day.close - day.open),
    P: percentChange(day.open, day.close),
    w: display.averagePrice(day.quote, day.lots, day.close),
    ...(product === 'SPOT' && { x: display.price(previousClose) }),
    c: display.price(day.close),
    Q: display.quantity(tape.trades.last?.lots ?? 0),
    ...(product === 'SPOT' && {
      b: display.price(bid?.ticks ?? 0),
      B: display.quantity(bid?.lots ?? 0),
      a: display.price(ask?.ticks ?? 0),
      A: display.quantity(ask?.lots ?? 0),
    }),
    o: display.price(day.open),
    h: display.price(day.high),
    l: display.price(day.low),
    v: display.quantity(day.lots),
    q: display.money(day.quote),
    O: openTime,
    C: closeTime,
    F: day.firstId,
    L: day.lastId,
    n: day.trades,
  };
}
