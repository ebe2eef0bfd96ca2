export { CandleHistory } from './application/candles/candle-history.js';
export type { CandleRange, CandleSeries, StoredCandles } from './application/candles/candle-history.js';
export { CandleRecorder } from './application/candles/candle-recorder.js';
export type { ClosedCandle } from './application/candles/candle-recorder.js';
export { CandleStore } from './application/candles/candle-store.js';
export type { LiveCandle, LiveSpan } from './application/candles/candle-store.js';
export { GetCandles } from './application/candles/get-candles.js';
export type { CandlesRequest, CandlesView, CandleView } from './application/candles/get-candles.js';
export { candleGapList, ListCandleGaps } from './application/candles/list-candle-gaps.js';
export type { CandleGap } from './application/candles/list-candle-gaps.js';
export { GetOrderBook } from './application/get-order-book.js';
export type { BookLevel, OrderBookView } from './application/get-order-book.js';
export { ListStreams } from './application/list-streams.js';
export { ListSymbols } from './application/list-symbols.js';
export type { SymbolView } from './application/list-symbols.js';
export { ListTickers } from './application/list-tickers.js';
export type { TickerView } from './application/list-tickers.js';
export { ListTrades } from './application/list-trades.js';
export type { TradeView } from './application/list-trades.js';
export { MarketData } from './application/market-data.js';
export { MarketFeed } from './application/market-feed.js';
export { VenueMarkets } from './application/venue-markets.js';
export { VenueMarks } from './application/venue-marks.js';
export type { MarketSettings } from './application/market-state.js';
export type { MarketSupply, SuppliedMarket } from './application/market-supply.js';
export type { StreamKind, StreamState } from './application/stream-log.js';
export type { MarketTools } from './application/venue-markets.js';
export { aggregateCandles } from './domain/candles/aggregate-candles.js';
export { CandleBuilder } from './domain/candles/candle-builder.js';
export type { BarTrade, BuilderRules, TradeVerdict } from './domain/candles/candle-builder.js';
export { candleAt, columnsOf, countColumn, sliceColumns } from './domain/candles/candle-columns.js';
export type { CandleColumns, CountColumn } from './domain/candles/candle-columns.js';
export { commonGrid, countToText, onGrid } from './domain/candles/candle-grid.js';
export { candleSources } from './domain/candles/candle.js';
export type { Candle, CandleGrid, CandleSource } from './domain/candles/candle.js';
export { columnsFromText } from './domain/candles/columns-from-text.js';
export type { CandleText } from './domain/candles/columns-from-text.js';
export { fillForward } from './domain/candles/fill-forward.js';
export { covers, joined, missing } from './domain/candles/spans.js';
export type { Span } from './domain/candles/spans.js';
export { Timeframe } from './domain/candles/timeframe.js';
export type { TimeframeName } from './domain/candles/timeframe.js';
export { TradeBarBuilder } from './domain/candles/trade-bars.js';
export type { BarSize, TradeBar } from './domain/candles/trade-bars.js';
export { marketDataErrors } from './domain/market-data-errors.js';
export type {
  BookChange,
  DepthSnapshot,
  DepthUpdate,
  LevelPairs,
  Tick,
  Trade,
} from './domain/market-events.js';
export type { MarketPath } from './domain/market-paths.js';
export type { PriceRoutes, QuotedMark } from './application/price-routes.js';
export type { BookDepth, Mark, PriceChange, TopOfBook } from './application/quotes.js';
export { OrderBook } from './domain/order-book.js';
export { candleModel } from './infrastructure/candles/candle-model.js';
export { MemoryCandleStore } from './infrastructure/candles/memory-candle-store.js';
export { PostgresCandleStore } from './infrastructure/candles/postgres-candle-store.js';
export { feedPaperVenue } from './infrastructure/feed-paper-venue.js';
export { readCapture, shippedCapture } from './infrastructure/capture.js';
export { ReplayFeed } from './infrastructure/replay-feed.js';
export type { ReplayOptions } from './infrastructure/replay-feed.js';
export { isReplayed, MarketDataModule } from './market-data.module.js';
