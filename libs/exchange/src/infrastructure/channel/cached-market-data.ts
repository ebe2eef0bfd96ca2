import type { EpochMs } from '@sextant/kernel';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import { VenueMarketData } from '../../domain/venue-market-data.js';
import type {
  CandleInterval,
  DataChannel,
  VenueBook,
  VenueCandle,
  VenueDataEvent,
  VenueTicker,
  VenueTrade,
} from '../../domain/venue-market-data.js';
import type { CacheAges, ReadCache } from './read-cache.js';

/** A venue's public data, each answer kept for a while. Streams go past it. */
export class CachedMarketData extends VenueMarketData {
  constructor(
    private readonly venue: VenueMarketData,
    private readonly cache: ReadCache,
    private readonly ages: CacheAges,
  ) {
    super();
  }

  candles(
    symbol: string,
    interval: CandleInterval,
    range: { from: EpochMs; to: EpochMs; limit: number },
  ): Promise<GatewayOutcome<VenueCandle[]>> {
    const key = `candles ${symbol} ${interval} ${range.from} ${range.to} ${range.limit}`;
    return this.cache.read(key, this.ages, () => this.venue.candles(symbol, interval, range));
  }

  orderBook(symbol: string, depth: number): Promise<GatewayOutcome<VenueBook>> {
    return this.cache.read(`book ${symbol} ${depth}`, this.ages, () => this.venue.orderBook(symbol, depth));
  }

  trades(symbol: string, limit: number): Promise<GatewayOutcome<VenueTrade[]>> {
    return this.cache.read(`trades ${symbol} ${limit}`, this.ages, () => this.venue.trades(symbol, limit));
  }

  tickers(symbols: readonly string[]): Promise<GatewayOutcome<VenueTicker[]>> {
    const key = `tickers ${[...symbols].sort().join(' ')}`;
    return this.cache.read(key, this.ages, () => this.venue.tickers(symbols));
  }

  subscribe(channel: DataChannel, listener: (event: VenueDataEvent) => void): () => void {
    return this.venue.subscribe(channel, listener);
  }
}
