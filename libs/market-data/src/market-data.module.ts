import { Global, Module } from '@nestjs/common';
import type { Provider } from '@nestjs/common';
import { ExchangeGateways, PAPER_VENUE, PostgresListing, SimulatedVenue } from '@sextant/exchange';
import { Clock, DomainError, Ids } from '@sextant/kernel';
import { Config, Database, Lifecycle, Logger, Metrics, SystemLog, Timers } from '@sextant/platform';
import { CandleHistory } from './application/candles/candle-history.js';
import { CandleRecorder } from './application/candles/candle-recorder.js';
import { CandleStore } from './application/candles/candle-store.js';
import { GetCandlesHandler } from './application/candles/get-candles.js';
import { ListCandleGapsHandler } from './application/candles/list-candle-gaps.js';
import { GetOrderBookHandler } from './application/get-order-book.js';
import { ListStreamsHandler } from './application/list-streams.js';
import { ListSymbolsHandler } from './application/list-symbols.js';
import { ListTickersHandler } from './application/list-tickers.js';
import { ListTradesHandler } from './application/list-trades.js';
import { MarketData } from './application/market-data.js';
import { MarketFeed } from './application/market-feed.js';
import { VenueMarkets } from './application/venue-markets.js';
import type { MarketTools } from './application/venue-markets.js';
import { CandleKeeping } from './infrastructure/candles/candle-keeping.js';
import { PostgresCandleStore } from './infrastructure/candles/postgres-candle-store.js';
import { shippedCapture } from './infrastructure/capture.js';
import { feedPaperVenue } from './infrastructure/feed-paper-venue.js';
import { findMarkets, gatewayAt, supplyOf } from './infrastructure/find-markets.js';
import { MarketEventLog } from './infrastructure/market-event-log.js';
import { MarketFeeds } from './infrastructure/market-feeds.js';
import { PaperSupply } from './infrastructure/paper-supply.js';
import { ReplayFeed } from './infrastructure/replay-feed.js';

/** The market that the shipped recording is of. */
const RECORDED_SYMBOL = 'BTC/USDT';

/** The value of `paper.source` that stands for the shipped recording. */
const REPLAYED = 'REPLAY';
const PAPER_SUPPLY = Symbol('PaperSupply');
const MARKET_TOOLS = Symbol('MarketTools');

type Parts = [
  ...[ExchangeGateways, SimulatedVenue, Config, Metrics, MarketFeed],
  ...[PaperSupply | null, MarketTools],
];
type PaperParts = [...[ExchangeGateways, SimulatedVenue, Config, Metrics, Database, Logger], MarketTools];
type FeedParts = [
  ...[MarketData, Metrics, SystemLog, Logger, Clock, Timers],
  ...[SimulatedVenue, Database, Config],
];

function marketData(...[gateways, venue, config, metrics, feed, supply, tools]: Parts): MarketData {
  const paper = new VenueMarkets(PAPER_VENUE, null, tools, supply, venue.instruments);
  paper.listenTo(feed);
  feedPaperVenue(paper, venue);
  return new MarketData(paper, findMarkets(gateways, tools, config, metrics));
}

/** Null: what paper accounts trade on is replayed. @throws DomainError when there is no such source */
function paperSupply(...[gateways, venue, config, metrics, database, logger, tools]: PaperParts) {
  const source = config.get('paper.source');
  if (source === REPLAYED) return null;
  try {
    const gateway = gatewayAt(gateways.of(source), config.get('paper.endpoint'), config);
    return new PaperSupply(supplyOf(gateway, tools, metrics), venue, new PostgresListing(database), logger);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError(error.code, `paper.source ${source}: ${error.message}`);
  }
}

function feeds(
  ...[data, metrics, log, logger, clock, timers, venue, database, config]: FeedParts
): MarketFeeds {
  const paper = data.of(PAPER_VENUE);
  return new MarketFeeds(data, metrics, new MarketEventLog(log, clock, logger), clock, timers, async () => {
    const kept = await new PostgresListing(database).all();
    venue.list(kept);
    paper.know(kept);
    // A source that is out of reach is asked again; the paper markets are closed until it answers.
    if (config.get('paper.source') !== REPLAYED) void paper.refresh().catch(() => undefined);
  });
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

function candleRecorder(
  ...[data, store, clock, ids, metrics]: [MarketData, CandleStore, Clock, Ids, Metrics]
): CandleRecorder {
  return new CandleRecorder(data, store, clock, ids.next('rec'), (verdict) =>
    metrics.increment('market_data_candle_trades_total', { verdict }),
  );
}

function candleKeeping(
  ...[recorder, store, config, clock, timers, logger]: [
    ...[CandleRecorder, CandleStore, Config, Clock, Timers, Logger],
  ]
): CandleKeeping {
  return new CandleKeeping(recorder, store, config, clock, timers, logger);
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

const parts: Provider[] = [
  MarketFeed,
  {
    provide: MarketData,
    useFactory: marketData,
    inject: [ExchangeGateways, SimulatedVenue, Config, Metrics, MarketFeed, PAPER_SUPPLY, MARKET_TOOLS],
  },
  {
    provide: PAPER_SUPPLY,
    useFactory: paperSupply,
    inject: [ExchangeGateways, SimulatedVenue, Config, Metrics, Database, Logger, MARKET_TOOLS],
  },
  { provide: MARKET_TOOLS, useFactory: marketTools, inject: [Clock, Timers, Config, Metrics] },
  { provide: ReplayFeed, useFactory: replayFeed, inject: [MarketFeed, MarketData, Clock, Timers, Config] },
  {
    provide: CandleStore,
    useFactory: (database: Database) => new PostgresCandleStore(database),
    inject: [Database],
  },
  { provide: CandleHistory, useExisting: CandleStore },
  {
    provide: CandleRecorder,
    useFactory: candleRecorder,
    inject: [MarketData, CandleStore, Clock, Ids, Metrics],
  },
  {
    provide: CandleKeeping,
    useFactory: candleKeeping,
    inject: [CandleRecorder, CandleStore, Config, Clock, Timers, Logger],
  },
  {
    provide: MarketFeeds,
    useFactory: feeds,
    inject: [MarketData, Metrics, SystemLog, Logger, Clock, Timers, SimulatedVenue, Database, Config],
  },
];

/** Whether the shipped recording runs. */
export function isReplayed(config: Config): boolean {
  return config.get('marketData.replay.enabled') && config.get('paper.source') === REPLAYED;
}

/**
 * The market data context, visible everywhere. The app registers `ReplayFeed` with the lifecycle where
 * `isReplayed` says so.
 */
@Global()
@Module({
  providers: [
    ...parts,
    GetCandlesHandler,
    GetOrderBookHandler,
    ListCandleGapsHandler,
    ListStreamsHandler,
    ListSymbolsHandler,
    ListTickersHandler,
    ListTradesHandler,
  ],
  exports: [MarketData, MarketFeed, ReplayFeed, CandleHistory, CandleRecorder, CandleStore],
})
export class MarketDataModule {
  constructor(lifecycle: Lifecycle, feeds: MarketFeeds, candles: CandleKeeping) {
    lifecycle.register(feeds, candles);
  }
}
