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
export type { MarketSettings } from './application/market-state.js';
export type { MarketSupply, SuppliedMarket } from './application/market-supply.js';
export type { StreamKind, StreamState } from './application/stream-log.js';
export type { MarketTools } from './application/venue-markets.js';
export { marketDataErrors } from './domain/market-data-errors.js';
export type {
  BookChange,
  DepthSnapshot,
  DepthUpdate,
  LevelPairs,
  Tick,
  Trade,
} from './domain/market-events.js';
export type { BookDepth, Mark, PriceChange, TopOfBook } from './application/quotes.js';
export { OrderBook } from './domain/order-book.js';
export { feedPaperVenue } from './infrastructure/feed-paper-venue.js';
export { readCapture, shippedCapture } from './infrastructure/capture.js';
export { ReplayFeed } from './infrastructure/replay-feed.js';
export type { ReplayOptions } from './infrastructure/replay-feed.js';
export { isReplayed, MarketDataModule } from './market-data.module.js';
