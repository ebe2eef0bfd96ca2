import type { Instrument } from '@sextant/kernel';
import type { Trade } from '../domain/market-events.js';
import type { MarketState } from './market-state.js';
import type { BookDepth, Mark, PriceChange, TopOfBook } from './quotes.js';
import { SymbolIndex } from './symbol-index.js';
import type { StreamState } from './stream-log.js';
import type { VenueMarkets } from './venue-markets.js';
import { VenueMarks } from './venue-marks.js';

/** Markets of a venue that nobody has asked for yet. @throws DomainError UNKNOWN_VENUE, … */
export type FindMarkets = (venue: string, endpoint: string | null) => VenueMarkets;

const CANONICAL = /^[A-Z0-9]{1,20}\/[A-Z0-9]{1,20}(:[A-Z0-9]{1,20})?$/;

/**
 * The markets as they are now: books, trades, marks, each with its age. `of` has those of one venue; what is asked by
 * symbol alone is about the venue that is always there, where paper accounts trade.
 */
export class MarketData {
  private readonly elsewhere = new Map<string, VenueMarkets>();

  constructor(
    private readonly home: VenueMarkets,
    private readonly find: FindMarkets,
  ) {}

  get bookChanges(): VenueMarkets['bookChanges'] {
    return this.home.bookChanges;
  }

  get trades(): VenueMarkets['trades'] {
    return this.home.trades;
  }

  /**
   * The markets of one venue; at another address than its own they are others.
   * @throws DomainError UNKNOWN_VENUE, NO_MARKET_DATA, CUSTOM_ENDPOINT_REFUSED
   */
  of(venue: string, endpoint: string | null = null): VenueMarkets {
    const name = venue.toUpperCase();
    if (name === this.home.venue) return this.home;
    const key = `${name} ${endpoint ?? ''}`;
    const known = this.elsewhere.get(key);
    if (known !== undefined) return known;
    const markets = this.find(name, endpoint);
    this.elsewhere.set(key, markets);
    return markets;
  }

  /** Those of every venue that was asked for. */
  all(): VenueMarkets[] {
    return [this.home, ...this.elsewhere.values()];
  }

  /** Somebody looks at this market: it is followed for a while. */
  look(symbol: string): Promise<void> {
    return this.home.look(symbol);
  }

  /** Follows the market for a while; whether there was a price to act on within that time. */
  ready(symbol: string, withinMs: number): Promise<boolean> {
    return this.home.ready(symbol, withinMs);
  }

  /** Follows the market for a while, as `mark` does: what is asked for again has a price. */
  topOfBook(symbol: string): TopOfBook | null {
    this.home.touch(symbol);
    return this.home.topOfBook(symbol);
  }

  mark(symbol: string): Mark | null {
    this.home.touch(symbol);
    return this.home.mark(symbol);
  }

  depth(symbol: string, levels: number): BookDepth | null {
    return this.home.depth(symbol, levels);
  }

  /** Newest first. */
  recentTrades(symbol: string, limit: number): Trade[] {
    return this.home.recentTrades(symbol, limit);
  }

  /** Calls synchronously after the book, the last trade or the freshness of a market has changed. */
  onPrice(symbol: string, listener: (change: PriceChange) => void): () => void {
    return this.home.onPrice(symbol, listener);
  }

  /** Every stream of every market of every venue, with its state and age. */
  streams(): StreamState[] {
    return this.all().flatMap((markets) => markets.streams());
  }

  private at(venue: string): VenueMarkets[] {
    return this.all()
      .filter((markets) => markets.venue === venue)
      .sort((a, b) => Number(a.endpoint !== null) - Number(b.endpoint !== null));
  }

  /** The live state of one market; for adapters that stand in the data path. */
  state(symbol: string): MarketState | null {
    return this.home.state(symbol);
  }

  /**
   * Marks of one venue out of its markets that are followed here; where it is reached at two addresses, its own comes
   * first. Another venue's price values nothing.
   */
  marksOf(venue: string): VenueMarks {
    const name = venue.toUpperCase();
    return new VenueMarks(name, () => this.at(name));
  }

  /**
   * `BTCUSDT`, `BTC-USDT`, `btc/usdt` → `BTC/USDT`, as the named venue has it, or else any. A canonical symbol of a venue
   * that has not told its markets yet is taken as it is.
   * @throws DomainError UNKNOWN_SYMBOL
   */
  resolveSymbol(text: string, venue?: string): string {
    const name = venue?.toUpperCase();
    const asked = this.all().filter((markets) => name === undefined || markets.venue === name);
    for (const markets of asked) {
      const symbol = markets.find(text);
      if (symbol !== null) return symbol;
    }
    const isKnown = asked.some((markets) => markets.instruments().length > 0);
    if (name !== undefined && !isKnown && CANONICAL.test(text)) return text;
    return new SymbolIndex([]).resolve(text, name);
  }

  /** @throws DomainError UNKNOWN_SYMBOL */
  instrument(symbol: string): Instrument {
    return this.home.instrument(symbol);
  }

  instruments(): Instrument[] {
    return this.home.instruments();
  }
}
