import type { ExchangeGateway, VenueMarketData } from '@sextant/exchange';
import type { Instrument } from '@sextant/kernel';
import type { MarketSupply, SuppliedMarket } from '../application/market-supply.js';
import { VenueFeed } from './venue-feed.js';
import type { FeedTools } from './venue-feed.js';

/** Between two questions of one process to one venue whether a quiet book still stands. */
const PROBE_GAP_MS = 500;
/** The same while it does not answer; doubles. */
const FAILED_GAP_MS = 10_000;
const LONGEST_GAP_MS = 60_000;

/** The markets of a venue that is reached over a network. */
export class VenueSupply implements MarketSupply {
  private nextProbeMs = 0;
  private gapMs = PROBE_GAP_MS;

  constructor(
    private readonly gateway: Pick<ExchangeGateway, 'instruments'>,
    private readonly data: VenueMarketData,
    private readonly tools: FeedTools,
  ) {}

  instruments(): Promise<Instrument[]> {
    return this.gateway.instruments();
  }

  begin(market: SuppliedMarket): () => void {
    const feed = new VenueFeed(market, this.data, this.tools, {
      allowed: () => this.mayProbe(),
      answered: (well) => this.probed(well),
    });
    feed.start();
    return () => feed.end();
  }

  private mayProbe(): boolean {
    const now = this.tools.clock.monotonicMs();
    if (now < this.nextProbeMs) return false;
    this.nextProbeMs = now + this.gapMs;
    return true;
  }

  /** A venue that does not answer is not asked on and on: the adapter needs its calls to come back. */
  private probed(well: boolean): void {
    this.gapMs = well ? PROBE_GAP_MS : Math.min(Math.max(2 * this.gapMs, FAILED_GAP_MS), LONGEST_GAP_MS);
    if (!well) this.nextProbeMs = this.tools.clock.monotonicMs() + this.gapMs;
  }
}
