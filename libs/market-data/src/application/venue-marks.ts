import type { MarketPath } from '../domain/market-paths.js';
import type { PriceRoutes, QuotedMark } from './price-routes.js';
import type { Mark } from './quotes.js';
import type { VenueMarkets } from './venue-markets.js';

/** Prices of one venue out of its markets that are followed here. Another venue's price values nothing. */
export class VenueMarks implements PriceRoutes {
  constructor(
    readonly venue: string,
    /** Of the venue at each of its addresses, its own first. */
    private readonly addresses: () => readonly VenueMarkets[],
  ) {}

  get routes(): PriceRoutes {
    return this;
  }

  /** Follows the market for a while: what is asked for again has a price. */
  mark(symbol: string): Mark | null {
    for (const markets of this.addresses()) {
      markets.touch(symbol);
      const mark = markets.mark(symbol);
      if (mark !== null) return mark;
    }
    return null;
  }

  quoted(symbol: string): QuotedMark | null {
    for (const markets of this.addresses()) {
      const mark = markets.quoted(symbol);
      if (mark !== null) return mark;
    }
    return null;
  }

  paths(from: string, to: string): readonly MarketPath[] {
    for (const markets of this.addresses()) {
      const paths = markets.paths(from, to);
      if (paths.length > 0) return paths;
    }
    return [];
  }

  touch(symbol: string): void {
    for (const markets of this.addresses()) markets.touch(symbol);
  }
}
