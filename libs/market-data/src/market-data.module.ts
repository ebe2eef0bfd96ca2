import { Global, Module } from '@nestjs/common';
import { ExchangeGateways, SimulatedVenue } from '@sextant/exchange';
import { Clock } from '@sextant/kernel';
import { Config, Timers } from '@sextant/platform';
import { GetOrderBookHandler } from './application/get-order-book.js';
import { ListStreamsHandler } from './application/list-streams.js';
import { ListSymbolsHandler } from './application/list-symbols.js';
import { ListTickersHandler } from './application/list-tickers.js';
import { ListTradesHandler } from './application/list-trades.js';
import { MarketData } from './application/market-data.js';
import { MarketFeed } from './application/market-feed.js';
import { shippedCapture } from './infrastructure/capture.js';
import { feedPaperVenue } from './infrastructure/feed-paper-venue.js';
import { ReplayFeed } from './infrastructure/replay-feed.js';

/** The market that the shipped recording is of. */
const RECORDED_SYMBOL = 'BTC/USDT';

async function marketData(
  gateways: ExchangeGateways,
  venue: SimulatedVenue,
  clock: Clock,
  config: Config,
  feed: MarketFeed,
): Promise<MarketData> {
  const instruments = (await Promise.all(gateways.all().map((gateway) => gateway.instruments()))).flat();
  const data = new MarketData(instruments, clock, () => config.get('marketData.maxAgeMs'), feed);
  feedPaperVenue(data, venue);
  return data;
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

/**
 * The market data context, visible everywhere. The app registers `ReplayFeed` with the lifecycle where
 * `marketData.replay.enabled` says so.
 */
@Global()
@Module({
  providers: [
    MarketFeed,
    {
      provide: MarketData,
      useFactory: marketData,
      inject: [ExchangeGateways, SimulatedVenue, Clock, Config, MarketFeed],
    },
    { provide: ReplayFeed, useFactory: replayFeed, inject: [MarketFeed, MarketData, Clock, Timers, Config] },
    GetOrderBookHandler,
    ListStreamsHandler,
    ListSymbolsHandler,
    ListTickersHandler,
    ListTradesHandler,
  ],
  exports: [MarketData, MarketFeed, ReplayFeed],
})
export class MarketDataModule {}
