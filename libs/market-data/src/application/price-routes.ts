import type { MarketPath } from '../domain/market-paths.js';
import type { Mark } from './quotes.js';

/** A mark with how far apart the two prices are whose middle it is. */
export interface QuotedMark extends Mark {
  /** (ask − bid) / mid in hundredths of a percent; null when they are not known now. */
  spreadBps: number | null;
}

/** How the markets of one venue lead from asset to asset, and at which prices. */
export interface PriceRoutes {
  readonly venue: string;
  /** Spot markets from one asset to another, best first by what is known without their prices. */
  paths(from: string, to: string): readonly MarketPath[];
  /** The price of a market that is followed. */
  quoted(symbol: string): QuotedMark | null;
  /** Follows the market for a while, so that it has a price soon. */
  touch(symbol: string): void;
}
