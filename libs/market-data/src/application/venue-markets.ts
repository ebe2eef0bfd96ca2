import { DomainError } from '@sextant/kernel';
import type { Clock, EpochMs, Instrument } from '@sextant/kernel';
import { Channel } from '@sextant/platform';
import type { Timers } from '@sextant/platform';
import type { BookChange, Trade } from '../domain/market-events.js';
import { Follows } from './follows.js';
import { InstrumentShelf } from './instrument-shelf.js';
import { LiveMarket } from './live-market.js';
import type { MarketFeed } from './market-feed.js';
import type { RefusalReason } from './market-refusals.js';
import type { MarketSettings, MarketState } from './market-state.js';
import type { MarketSupply } from './market-supply.js';
import type { MarketPath } from '../domain/market-paths.js';
import type { PriceRoutes, QuotedMark } from './price-routes.js';
import type { BookDepth, Mark, PriceChange, TopOfBook } from './quotes.js';
import type { StreamState } from './stream-log.js';

/** How long a market that nobody follows any more goes on: the next order of it then finds its prices. */
const LINGER_MS = 60_000;

const LOOK_MS = 1_500;

export interface MarketTools {
  clock: Clock;
  timers: Timers;
  settings: MarketSettings & {
    /** Most markets of one venue that are followed at a time. */
    mostFollowed(): number;
  };
  /** Told of what was refused, for the metrics. */
  onRefusal?: (venue: string, reason: RefusalReason) => void;
}

export interface MarketFreshness {
  symbol: string;
  fresh: boolean;
  /** Of the last prices; null when there never were any. */
  lastReceivedAt: EpochMs | null;
}

/**
 * The markets of one venue, at one address. Values come while a market is followed; a venue that is replayed here is fed
 * all the time. Instruments come with the first `load`.
 */
export class VenueMarkets implements PriceRoutes {
  /** Told after a book has changed. */
  readonly bookChanges = new Channel<BookChange>();
  readonly trades = new Channel<Trade>();
  /** Told of each market whose trades may be missing some from here on, until the next one comes. */
  readonly interruptions = new Channel<string>();
  private readonly shelf: InstrumentShelf;
  private readonly follows: Follows;
  private readonly running = new Map<string, LiveMarket>();
  private readonly listeners = new Map<string, Channel<PriceChange>>();

  /** @param supply null: the instruments are `known`, and a `MarketFeed` feeds them */
  constructor(
    readonly venue: string,
    readonly endpoint: string | null,
    private readonly tools: MarketTools,
    private readonly supply: MarketSupply | null,
    known: readonly Instrument[] = [],
  ) {
    const most = () => tools.settings.mostFollowed();
    this.shelf = new InstrumentShelf(venue, tools.timers, supply, known, (symbol) => this.restart(symbol));
    this.follows = new Follows(
      tools.timers,
      LINGER_MS,
      most,
      (symbol) => this.begin(symbol),
      (symbol) => this.end(symbol),
    );
    if (supply === null) for (const { symbol } of known) this.begin(symbol.toString());
  }

  /** Null without a book in sequence. A crossed book, or one whose prices are not to be believed, is stale. */
  topOfBook(symbol: string): TopOfBook | null {
    return this.running.get(symbol)?.state.topOfBook() ?? null;
  }

  /** Null when there has never been a two-sided book in sequence. */
  mark(symbol: string): Mark | null {
    return this.running.get(symbol)?.state.mark() ?? null;
  }

  /** The mark with the width of the book that it is the middle of. */
  quoted(symbol: string): QuotedMark | null {
    const mark = this.mark(symbol);
    if (mark === null) return null;
    const top = this.topOfBook(symbol);
    const spreadBps =
      top === null ? null : (20_000 * (top.askTicks - top.bidTicks)) / (top.askTicks + top.bidTicks);
    return { ...mark, spreadBps };
  }

  paths(from: string, to: string): readonly MarketPath[] {
    return this.shelf.paths(from, to);
  }

  depth(symbol: string, levels: number): BookDepth | null {
    return this.running.get(symbol)?.state.depth(levels) ?? null;
  }

  /** Newest first. */
  recentTrades(symbol: string, limit: number): Trade[] {
    return this.running.get(symbol)?.state.trades.newest(limit) ?? [];
  }

  /** Every stream of every market that is fed, with its state and age. */
  streams(): StreamState[] {
    return [...this.running.values()].flatMap(({ state }) => state.streams());
  }

  /** Whether prices may be traded on, for each market that is fed. */
  freshness(): MarketFreshness[] {
    const all = [...this.running].map(([symbol, { state }]) => {
      const lastReceivedAt = state.topOfBook()?.asOf ?? state.mark()?.asOf ?? null;
      return { symbol, fresh: state.isFresh(), lastReceivedAt };
    });
    // What is not replayed is not missing.
    return this.supply === null ? all.filter(({ lastReceivedAt }) => lastReceivedAt !== null) : all;
  }

  /** The live state of one market; for adapters that stand in the data path. */
  state(symbol: string): MarketState | null {
    return this.running.get(symbol)?.state ?? null;
  }

  /**
   * `BTCUSDT`, `BTC-USDT`, `btc/usdt` → `BTC/USDT`.
   * @throws DomainError UNKNOWN_SYMBOL, VENUE_MARKETS_UNKNOWN
   */
  resolveSymbol(text: string): string {
    return this.shelf.resolve(text);
  }

  /** The same, or null where there is none, as far as is known. */
  find(text: string): string | null {
    return this.shelf.named(text)?.symbol.toString() ?? null;
  }

  /** @throws DomainError UNKNOWN_SYMBOL, VENUE_MARKETS_UNKNOWN */
  instrument(symbol: string): Instrument {
    const instrument = this.shelf.get(symbol);
    if (instrument !== undefined) return instrument;
    throw new DomainError('UNKNOWN_SYMBOL', `There is no market ${JSON.stringify(symbol.slice(0, 40))}.`);
  }

  /** Those that are traded, as far as is known. */
  instruments(): Instrument[] {
    return this.shelf.all();
  }

  /** Takes note of instruments from before, so that what was done in them can be told. */
  know(instruments: readonly Instrument[]): void {
    this.shelf.know(instruments);
  }

  /** Resolves once the instruments are known. @throws DomainError VENUE_MARKETS_UNKNOWN */
  load(): Promise<void> {
    return this.shelf.load();
  }

  /** Asks for the instruments again, as after an order that the venue refused for its filters. */
  refresh(): Promise<void> {
    return this.shelf.refresh();
  }

  /** Keeps the feed of a market running. @returns the function that lets it go, after a while */
  follow(symbol: string): () => void {
    return this.supply === null ? () => undefined : this.follows.follow(symbol);
  }

  /** Follows the market for a while, because somebody asked for it. @returns whether it was followed before */
  touch(symbol: string): boolean {
    if (this.supply === null || this.shelf.find(symbol) === undefined) return true;
    const followed = this.follows.has(symbol);
    this.follow(symbol)();
    return followed;
  }

  /** The same for somebody who looks at it: one that just begins is waited for, not for long. */
  async look(symbol: string): Promise<void> {
    if (!this.touch(symbol)) await this.ready(symbol, LOOK_MS);
  }

  /**
   * Follows the market for a while. What is replayed is not waited for.
   * @returns whether there was a price to act on within that time
   */
  async ready(symbol: string, withinMs: number): Promise<boolean> {
    if (this.supply === null) return this.isFresh(symbol);
    const leave = this.follow(symbol);
    try {
      return this.isFresh(symbol) || (await this.fresh(symbol, withinMs));
    } finally {
      leave();
    }
  }

  /** Calls synchronously after the book, the last trade or the freshness of a market has changed. */
  onPrice(symbol: string, listener: (change: PriceChange) => void): () => void {
    const channel = this.listeners.get(symbol) ?? new Channel<PriceChange>();
    this.listeners.set(symbol, channel);
    const leave = channel.subscribe(listener);
    return () => {
      leave();
      if (channel.subscribers === 0 && this.listeners.get(symbol) === channel) this.listeners.delete(symbol);
    };
  }

  /** Takes what a feed says of any of these markets. */
  listenTo(feed: MarketFeed): void {
    feed.snapshots.subscribe((one) => this.running.get(one.symbol)?.change((state) => state.onSnapshot(one)));
    feed.updates.subscribe((one) => this.running.get(one.symbol)?.change((state) => state.onUpdate(one)));
    feed.ticks.subscribe((one) => this.running.get(one.symbol)?.change((state) => state.onTick(one)));
    feed.trades.subscribe((one) => this.running.get(one.symbol)?.trade(one));
  }

  /** Ends every feed. */
  close(): void {
    this.shelf.close();
    this.follows.endAll();
  }

  private isFresh(symbol: string): boolean {
    return this.running.get(symbol)?.state.isFresh() ?? false;
  }

  private fresh(symbol: string, withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (is: boolean): void => {
        cancel();
        leave();
        resolve(is);
      };
      const cancel = this.tools.timers.setTimer(withinMs, () => done(false));
      const leave = this.onPrice(symbol, ({ stale }) => {
        if (!stale) done(true);
      });
    });
  }

  /** Without its instrument the market begins when that is known. */
  private begin(symbol: string): void {
    const instrument = this.shelf.find(symbol);
    if (instrument === undefined) {
      this.shelf.load().catch(() => undefined);
      return;
    }
    const { clock, timers, settings, onRefusal } = this.tools;
    const market = new LiveMarket(instrument, { clock, timers, settings }, this.supply, {
      onBook: (change) => this.bookChanges.publish(change),
      onTrade: (trade) => this.trades.publish(trade),
      onMissedTrades: () => this.interruptions.publish(symbol),
      wantsPrices: () => this.listeners.has(symbol),
      onPrice: (change) => this.listeners.get(symbol)?.publish(change),
      onRefusal: (reason) => onRefusal?.(this.venue, reason),
    });
    this.running.set(symbol, market);
    market.start();
  }

  private end(symbol: string): void {
    this.running.get(symbol)?.stop();
    this.running.delete(symbol);
  }

  /** Its instrument became known, or is another one now. */
  private restart(symbol: string): void {
    if (!this.follows.has(symbol)) return;
    this.end(symbol);
    this.begin(symbol);
  }
}
