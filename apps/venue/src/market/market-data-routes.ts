import type { Params } from '../rest/params.js';
import type { Route } from '../rest/routes.js';
import { invalidData, missingOneOf } from '../rest/venue-error.js';
import { averagePriceOf } from './average-price.js';
import { candlesOf, openOf } from './candle-intervals.js';
import { chosenSymbols, intervalOf, limitOf, needSymbol, timeZoneOf } from './data-params.js';
import { type DayStatistics, dayStatistics, statisticsSince } from './day-statistics.js';
import {
  aggregateTradeRow,
  bestPrices,
  candleRow,
  dayTicker,
  levelRows,
  miniTicker,
  tradeRow,
} from './market-shapes.js';
import type { PublicMarket, PublicSymbol } from './public-market.js';
import { aggregatesFrom, tradesFrom } from './tape-pages.js';

type DataRoute = Omit<Route, 'security' | 'method' | 'handle'> & {
  handle: (params: Params, at: number) => unknown;
};

/** Spot's public data: what anybody may read, in the venue's shapes, limits and weights. */
export function marketDataRoutes(market: PublicMarket): Route[] {
  const routes: DataRoute[] = [
    ...bookRoutes(market),
    ...tapeRoutes(market),
    ...candleRoutes(market),
    ...tickerRoutes(market),
  ];
  return routes.map(({ handle, ...route }) => ({
    ...route,
    method: 'GET',
    security: 'NONE',
    handle: ({ params, at }) => handle(params, at),
  }));
}

function bookRoutes(market: PublicMarket): DataRoute[] {
  return [
    { path: '/api/v3/ping', weight: 1, handle: () => ({}) },
    { path: '/api/v3/time', weight: 1, handle: (_, at) => ({ serverTime: at }) },
    {
      path: '/api/v3/depth',
      weight: (params) => depthWeight(params.integer('limit') ?? 100),
      handle: (params) => {
        const { market: rules, book, display } = needSymbol(market, params);
        const limit = limitOf(params, 100, 5000);
        return {
          lastUpdateId: rules.lastUpdateId,
          bids: levelRows(display, book.depth('BUY', limit)),
          asks: levelRows(display, book.depth('SELL', limit)),
        };
      },
    },
  ];
}

function tapeRoutes(market: PublicMarket): DataRoute[] {
  const trades = (params: Params) => {
    const { tape, display } = needSymbol(market, params);
    const page = tradesFrom(tape.trades, params.integer('fromId'), limitOf(params, 500, 1000));
    return page.map((trade) => ({ ...tradeRow(display, trade), isBestMatch: true }));
  };
  return [
    { path: '/api/v3/trades', weight: 25, handle: trades },
    { path: '/api/v3/historicalTrades', weight: 25, handle: trades },
    {
      path: '/api/v3/aggTrades',
      weight: 4,
      handle: (params) => {
        const { tape, display } = needSymbol(market, params);
        const page = aggregatesFrom(tape.trades, {
          fromId: params.integer('fromId'),
          from: params.integer('startTime'),
          to: params.integer('endTime'),
          limit: limitOf(params, 500, 1000),
        });
        return page.map((trade) => ({ ...aggregateTradeRow(display, trade), M: true }));
      },
    },
  ];
}

function candleRoutes(market: PublicMarket): DataRoute[] {
  const klines = (params: Params) => {
    const interval = intervalOf(params);
    const { tape, display } = market.current(needSymbol(market, params));
    const offsetMs = timeZoneOf(params);
    const window = {
      interval,
      offsetMs,
      limit: limitOf(params, 500, 1000),
      from: params.integer('startTime') ?? undefined,
      to: params.integer('endTime') ?? undefined,
    };
    return candlesOf(tape.seriesFor(interval), window).map((candle) =>
      candleRow(display, interval, candle, offsetMs),
    );
  };
  return [
    { path: '/api/v3/klines', weight: 2, handle: klines },
    { path: '/api/v3/uiKlines', weight: 2, handle: klines },
    {
      path: '/api/v3/avgPrice',
      weight: 2,
      handle: (params) => averagePriceOf(market.current(needSymbol(market, params))),
    },
  ];
}

function tickerRoutes(market: PublicMarket): DataRoute[] {
  const rows = (make: (symbol: PublicSymbol, params: Params, at: number) => object | null) => {
    return (params: Params, at: number) => {
      const chosen = chosenSymbols(market, params);
      const row = (symbol: PublicSymbol) => make(market.current(symbol), params, at);
      if (chosen !== null && !Array.isArray(chosen)) return row(chosen);
      return (chosen ?? market.all()).map(row).filter((each) => each !== null);
    };
  };
  // These two want their symbols named.
  const someRows = (make: Parameters<typeof rows>[0]) => (params: Params, at: number) => {
    if (!params.has('symbol') && !params.has('symbols')) throw missingOneOf('symbol', 'symbols');
    return rows(make)(params, at);
  };
  return [
    { path: '/api/v3/ticker/24hr', weight: dayWeight, handle: rows(dayRow) },
    { path: '/api/v3/ticker', weight: windowWeight, handle: someRows(windowRow) },
    { path: '/api/v3/ticker/tradingDay', weight: windowWeight, handle: someRows(tradingDayRow) },
    { path: '/api/v3/ticker/price', weight: few(2, 4), handle: rows(priceRow) },
    {
      path: '/api/v3/ticker/bookTicker',
      weight: few(2, 4),
      handle: rows(({ book, display }) => ({ symbol: display.market.symbol, ...bestPrices(display, book) })),
    },
  ];
}

function dayRow({ tape, book, display }: PublicSymbol, params: Params, at: number): object | null {
  const statistics = dayStatistics(tape, at);
  if (statistics === null) return null;
  if (params.oneOf('type', ['FULL', 'MINI']) === 'MINI') return miniTicker(display, statistics);
  return {
    ...dayTicker(display, statistics, tape.trades.last),
    prevClosePrice: display.price(statistics.previousClose),
    ...bestPrices(display, book),
  };
}

const WINDOW_UNITS: Readonly<Record<string, [ms: number, most: number]>> = {
  m: [60_000, 59],
  h: [3_600_000, 23],
  d: [86_400_000, 7],
};

/** The rolling window that `windowSize` says, in whole minutes. */
function windowRow(symbol: PublicSymbol, params: Params, at: number): object | null {
  const text = params.text('windowSize') ?? '1d';
  const match = /^(\d{1,2})([mhd])$/.exec(text);
  const [ms, most] = WINDOW_UNITS[match?.[2] ?? ''] ?? [0, 0];
  const count = Number(match?.[1] ?? 0);
  if (count < 1 || count > most) throw invalidData('windowSize');
  return shortTicker(
    symbol,
    statisticsSince(symbol.tape, Math.floor((at - count * ms) / 60_000) * 60_000, at),
    params,
  );
}

/** The day so far, from midnight in the time zone. */
function tradingDayRow(symbol: PublicSymbol, params: Params, at: number): object | null {
  return shortTicker(symbol, statisticsSince(symbol.tape, openOf('1d', at, timeZoneOf(params)), at), params);
}

/** A ticker without the book and the previous close. */
function shortTicker(
  { tape, display }: PublicSymbol,
  statistics: DayStatistics | null,
  params: Params,
): object | null {
  if (statistics === null) return null;
  if (params.oneOf('type', ['FULL', 'MINI']) === 'MINI') return miniTicker(display, statistics);
  const { lastQty: _, ...row } = dayTicker(display, statistics, tape.trades.last);
  return row;
}

/** Four for each symbol asked for, up to 200. */
function windowWeight(params: Params): number {
  return Math.min(200, 4 * (params.text('symbols')?.split(',').length ?? 1));
}

function priceRow({ tape, display }: PublicSymbol): object | null {
  return tape.lastTicks === null
    ? null
    : { symbol: display.market.symbol, price: display.price(tape.lastTicks) };
}

function depthWeight(limit: number): number {
  if (limit <= 100) return 5;
  if (limit <= 500) return 25;
  return limit <= 1000 ? 50 : 250;
}

function dayWeight(params: Params): number {
  if (params.has('symbol')) return 2;
  const count = params.text('symbols')?.split(',').length ?? Infinity;
  if (count <= 20) return 2;
  return count <= 100 ? 40 : 80;
}

function few(one: number, many: number): (params: Params) => number {
  return (params) => (params.has('symbol') ? one : many);
}
