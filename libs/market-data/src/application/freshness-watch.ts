import type { JsonObject, MarketEventType } from '@sextant/contracts';
import type { Clock } from '@sextant/kernel';
import type { MarketData } from './market-data.js';
import type { MarketFreshness, VenueMarkets } from './venue-markets.js';

/** A market that is stale for a shorter time is no news: a quiet one may be, now and then. */
const NEWS_AFTER_MS = 10_000;

interface Staleness {
  sinceMs: number;
  told: boolean;
}

/** Tells of followed markets whose prices stay stale, and of their recovery. */
export class FreshnessWatch {
  private readonly stale = new Map<string, Staleness>();

  constructor(
    private readonly marketData: Pick<MarketData, 'all'>,
    private readonly clock: Clock,
    private readonly tell: (type: MarketEventType, payload: JsonObject) => void,
  ) {}

  look(): void {
    const seen = new Set<string>();
    for (const markets of this.marketData.all()) {
      for (const market of markets.freshness()) {
        const key = `${markets.venue} ${markets.endpoint ?? ''} ${market.symbol}`;
        seen.add(key);
        this.lookAt(key, markets, market);
      }
    }
    // Nobody follows those any more.
    for (const key of this.stale.keys()) if (!seen.has(key)) this.stale.delete(key);
  }

  private lookAt(
    key: string,
    markets: VenueMarkets,
    { symbol, fresh, lastReceivedAt }: MarketFreshness,
  ): void {
    const now = this.clock.monotonicMs();
    const { venue, endpoint } = markets;
    const staleness = this.stale.get(key);
    const staleMs = Math.round(now - (staleness?.sinceMs ?? now));
    if (fresh) {
      if (staleness?.told) this.tell('MarketDataRecovered', { venue, endpoint, symbol, staleMs });
      this.stale.delete(key);
    } else if (staleness === undefined) this.stale.set(key, { sinceMs: now, told: false });
    else if (!staleness.told && staleMs >= NEWS_AFTER_MS) {
      staleness.told = true;
      this.tell('MarketDataStale', { venue, endpoint, symbol, staleMs, lastReceivedAt });
    }
  }
}
