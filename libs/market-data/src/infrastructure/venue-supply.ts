import type { ExchangeGateway, VenueMarketData } from '@sextant/exchange';
import type { Instrument } from '@sextant/kernel';
import type { MarketSupply, SuppliedMarket } from '../application/market-supply.js';
import { VenueFeed } from './venue-feed.js';
import type { FeedTools } from './venue-feed.js';

/** Between two questions of one process to one venue whether a quiet book still stands. */
const PROBE_GAP_MS = 500;

/** The markets of a venue that is reached over a network. */
export class VenueSupply implements MarketSupply {
  private nextProbeMs = 0;

  constructor(
    private readonly gateway: Pick<ExchangeGateway, 'instruments'>,
    private readonly data: VenueMarketData,
    private readonly tools: FeedTools,
  ) {}

  instruments(): Promise<Instrument[]> {
    return this.gateway.instruments();
  }

  begin(market: SuppliedMarket): () => void {
    const feed = new VenueFeed(market, this.data, this.tools, () => this.mayProbe());
    feed.start();
    return () => feed.end();
  }

  private mayProbe(): boolean {
    const now = this.tools.clock.monotonicMs();
    if (now < this.nextProbeMs) return false;
    this.nextProbeMs = now + PROBE_GAP_MS;
    return true;
  }
}
