import { Global, Module } from '@nestjs/common';
import type { Provider } from '@nestjs/common';
import { ExchangeGateways, PAPER_VENUE, SimulatedVenue } from '@sextant/exchange';
import { Clock } from '@sextant/kernel';
import { Config, Lifecycle, Logger, Metrics, SystemLog, Timers } from '@sextant/platform';
import { GetOrderBookHandler } from './application/get-order-book.js';
import { ListStreamsHandler } from './application/list-streams.js';
import { ListSymbolsHandler } from './application/list-symbols.js';
import { ListTickersHandler } from './application/list-tickers.js';
import { ListTradesHandler } from './application/list-trades.js';
import { MarketData } from './application/market-data.js';
import { MarketFeed } from './application/market-feed.js';
import { VenueMarkets } from './application/venue-markets.js';
import type { MarketTools } from './application/venue-markets.js';
import { shippedCapture } from './infrastructure/capture.js';
import { feedPaperVenue } from './infrastructure/feed-paper-venue.js';
import { findMarkets } from './infrastructure/find-markets.js';
import { MarketEventLog } from './infrastructure/market-event-log.js';
import { MarketFeeds } from './infrastructure/market-feeds.js';
import { ReplayFeed } from './infrastructure/replay-feed.js';

/** The market that the shipped recording is of. */
const RECORDED_SYMBOL = 'BTC/USDT';

type Parts = [ExchangeGateways, SimulatedVenue, Clock, Timers, Config, Metrics, MarketFeed];

function marketData(...[gateways, venue, clock, timers, config, metrics, feed]: Parts): MarketData {
  const tools = marketTools(clock, timers, config, metrics);
  const paper = new VenueMarkets(PAPER_VENUE, null, tools, null, venue.instruments);
  paper.listenTo(feed);
  feedPaperVenue(paper, venue);
  return new MarketData(paper, findMarkets(gateways, tools, config, metrics));
}

function marketTools(clock: Clock, timers: Timers, config: Config, metrics: Metrics): MarketTools {
  return {
    clock,
    timers,
    settings: {
      maxAgeMs: () => config.get('marketData.maxAgeMs'),
      priceBand: () => Number(config.get('marketData.priceBand')),
      mostFollowed: () => config.get('marketData.maxMarkets'),
    },
    onRefusal: (name, reason) => metrics.increment('market_data_refused_total', { venue: name, reason }),
  };
}

function replayFeed(
  feed: MarketFeed,
  data: MarketData,
  clock: Clock,
  timers: Timers,
  config: Config,
): ReplayFeed {
  const instrument = data.instrument(RECORDED_SYMBOL);
  const speed = () => Number(config.get('marketData.replay.speed'));
  return new ReplayFeed({ file: shippedCapture, instrument, speed }, feed, data, clock, timers);
}

const feeds: Provider[] = [
  MarketFeed,
  {
    provide: MarketData,
    useFactory: marketData,
    inject: [ExchangeGateways, SimulatedVenue, Clock, Timers, Config, Metrics, MarketFeed],
  },
  { provide: ReplayFeed, useFactory: replayFeed, inject: [MarketFeed, MarketData, Clock, Timers, Config] },
  {
    provide: MarketFeeds,
    useFactory: (
      data: MarketData,
      metrics: Metrics,
      log: SystemLog,
      logger: Logger,
      clock: Clock,
      timers: Timers,
    ) => new MarketFeeds(data, metrics, new MarketEventLog(log, clock, logger), clock, timers),
    inject: [MarketData, Metrics, SystemLog, Logger, Clock, Timers],
  },
];

/**
 * The market data context, visible everywhere. The app registers `ReplayFeed` with the lifecycle where
 * `marketData.replay.enabled` says so.
 */
@Global()
@Module({
  providers: [
    ...feeds,
    GetOrderBookHandler,
    ListStreamsHandler,
    ListSymbolsHandler,
    ListTickersHandler,
    ListTradesHandler,
  ],
  exports: [MarketData, MarketFeed, ReplayFeed],
})
export class MarketDataModule {
  constructor(lifecycle: Lifecycle, own: MarketFeeds) {
    lifecycle.register(own);
  }
}
