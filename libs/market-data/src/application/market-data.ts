import { DomainError } from '@sextant/kernel';
import type { Clock, Instrument } from '@sextant/kernel';
import { Channel } from '@sextant/platform';
import type { BookChange, Trade } from '../domain/market-events.js';
import type { MarketFeed } from './market-feed.js';
import { MarketState } from './market-state.js';
import type { StreamState } from './market-state.js';
import type { BookDepth, Mark, TopOfBook } from './quotes.js';
import { SymbolIndex } from './symbol-index.js';

/** The markets as they are now: books, trades, marks, each with its age. Fed by a `MarketFeed`. */
export class MarketData {
  /** Told after the book has changed. */
  readonly bookChanges = new Channel<BookChange>();
  readonly trades = new Channel<Trade>();
  private readonly states = new Map<string, MarketState>();
  private readonly index: SymbolIndex;

  constructor(
    instruments: readonly Instrument[],
    private readonly clock: Clock,
    /** Age limit in milliseconds, read at each use. */
    private readonly maxAgeMs: () => number,
    feed: MarketFeed,
  ) {
    this.index = new SymbolIndex(instruments);
    for (const instrument of this.index.all()) {
      const symbol = instrument.symbol.toString();
      this.states.set(symbol, new MarketState(instrument, clock, maxAgeMs));
    }
    this.listenTo(feed);
  }

  /** Null without a book in sequence. A crossed book is stale. */
  topOfBook(symbol: string): TopOfBook | null {
    return this.states.get(symbol)?.topOfBook() ?? null;
  }

  /** Null when there has never been a two-sided book in sequence. */
  mark(symbol: string): Mark | null {
    return this.states.get(symbol)?.mark() ?? null;
  }

  depth(symbol: string, levels: number): BookDepth | null {
    return this.states.get(symbol)?.depth(levels) ?? null;
  }

  /** Newest first. */
  recentTrades(symbol: string, limit: number): Trade[] {
    return this.states.get(symbol)?.trades.newest(limit) ?? [];
  }

  /** Every stream of every market with its state and age. */
  streams(): StreamState[] {
    return [...this.states.values()].flatMap((state) => state.streams());
  }

  /** The live state of one market; for adapters that stand in the data path. */
  state(symbol: string): MarketState | null {
    return this.states.get(symbol) ?? null;
  }

  /**
   * `BTCUSDT`, `BTC-USDT`, `btc/usdt` → `BTC/USDT`.
   * @throws DomainError UNKNOWN_SYMBOL
   */
  resolveSymbol(text: string, venue?: string): string {
    return this.index.resolve(text, venue);
  }

  /** @throws DomainError UNKNOWN_SYMBOL */
  instrument(symbol: string): Instrument {
    const instrument = this.index.get(symbol);
    if (instrument === undefined) {
      throw new DomainError('UNKNOWN_SYMBOL', `There is no market ${JSON.stringify(symbol.slice(0, 40))}.`);
    }
    return instrument;
  }

  instruments(): Instrument[] {
    return this.index.all();
  }

  private listenTo(feed: MarketFeed): void {
    feed.snapshots.subscribe((snapshot) =>
      this.publish(this.states.get(snapshot.symbol)?.onSnapshot(snapshot)),
    );
    feed.updates.subscribe((update) => this.publish(this.states.get(update.symbol)?.onUpdate(update)));
    feed.ticks.subscribe((tick) => this.publish(this.states.get(tick.symbol)?.onTick(tick)));
    feed.trades.subscribe((trade) => {
      const state = this.states.get(trade.symbol);
      if (state === undefined) return;
      state.onTrade(trade);
      this.trades.publish(trade);
    });
  }

  private publish(change: BookChange | null | undefined): void {
    if (change) this.bookChanges.publish(change);
  }
}
