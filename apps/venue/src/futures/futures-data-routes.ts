import { candlesOf } from '../market/candle-intervals.js';
import { chosenSymbols, intervalOf, limitOf, needSymbol } from '../market/data-params.js';
import { dayStatistics } from '../market/day-statistics.js';
import {
  aggregateTradeRow,
  bestPrices,
  candleRow,
  dayTicker,
  levelRows,
  tradeRow,
} from '../market/market-shapes.js';
import type { PublicMarket, PublicSymbol } from '../market/public-market.js';
import { aggregatesFrom, tradesFrom } from '../market/tape-pages.js';
import type { Params } from '../rest/params.js';
import type { Route } from '../rest/routes.js';

type DataRoute = Omit<Route, 'security' | 'method' | 'handle'> & {
  handle: (params: Params, at: number) => unknown;
};

/** What USDⓈ-M shares with spot's public data, in its own shapes. */
export function futuresDataRoutes(market: PublicMarket): Route[] {
  const routes: DataRoute[] = [...bookRoutes(market), ...tapeRoutes(market), ...tickerRoutes(market)];
  return routes.map(({ handle, ...route }) => ({
    ...route,
    method: 'GET',
    security: 'NONE',
    handle: ({ params, at }) => handle(params, at),
  }));
}

function bookRoutes(market: PublicMarket): DataRoute[] {
  return [
    { path: '/fapi/v1/ping', weight: 1, handle: () => ({}) },
    { path: '/fapi/v1/time', weight: 1, handle: (_, at) => ({ serverTime: at }) },
    {
      path: '/fapi/v1/depth',
      weight: (params) => ((params.integer('limit') ?? 500) <= 100 ? 5 : 10),
      handle: (params, at) => {
        const { market: rules, book, display } = needSymbol(market, params);
        const limit = limitOf(params, 500, 1000);
        return {
          lastUpdateId: rules.lastUpdateId,
          E: at,
          T: at,
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
    return page.map((trade) => tradeRow(display, trade));
  };
  return [
    { path: '/fapi/v1/trades', weight: 5, handle: trades },
    { path: '/fapi/v1/historicalTrades', weight: 20, handle: trades },
    {
      path: '/fapi/v1/aggTrades',
      weight: 20,
      handle: (params) => {
        const { tape, display } = needSymbol(market, params);
        const page = aggregatesFrom(tape.trades, {
          fromId: params.integer('fromId'),
          from: params.integer('startTime'),
          to: params.integer('endTime'),
          limit: limitOf(params, 500, 1000),
        });
        return page.map((trade) => aggregateTradeRow(display, trade));
      },
    },
    {
      path: '/fapi/v1/klines',
      weight: 5,
      handle: (params) => {
        const interval = intervalOf(params);
        const { tape, display } = market.current(needSymbol(market, params));
        const window = {
          interval,
          limit: limitOf(params, 500, 1500),
          from: params.integer('startTime') ?? undefined,
          to: params.integer('endTime') ?? undefined,
        };
        const candles = candlesOf(tape.seriesFor(interval), window);
        return candles.map((candle) => candleRow(display, interval, candle));
      },
    },
  ];
}

function tickerRoutes(market: PublicMarket): DataRoute[] {
  const rows =
    (make: (symbol: PublicSymbol, at: number) => object | null) => (params: Params, at: number) => {
      const chosen = chosenSymbols(market, params);
      const row = (symbol: PublicSymbol) => make(market.current(symbol), at);
      if (chosen !== null && !Array.isArray(chosen)) return row(chosen);
      return (chosen ?? market.all()).map(row).filter((each) => each !== null);
    };
  const price = rows(({ tape, display }, at) =>
    tape.lastTicks === null
      ? null
      : { symbol: display.market.symbol, price: display.price(tape.lastTicks), time: at },
  );
  return [
    {
      path: '/fapi/v1/ticker/24hr',
      weight: (params) => (params.has('symbol') ? 1 : 40),
      handle: rows(({ tape, display }, at) => {
        const statistics = dayStatistics(tape, at);
        return statistics === null ? null : dayTicker(display, statistics, tape.trades.last);
      }),
    },
    { path: '/fapi/v1/ticker/price', weight: 2, handle: price },
    { path: '/fapi/v2/ticker/price', weight: 2, handle: price },
    {
      path: '/fapi/v1/ticker/bookTicker',
      weight: 2,
      handle: rows(({ book, display, market: rules }, at) => ({
        symbol: rules.symbol,
        ...bestPrices(display, book),
        lastUpdateId: rules.lastUpdateId,
        time: at,
      })),
    },
  ];
}
