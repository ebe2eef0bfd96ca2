import type { DataChannel, VenueDataEvent, VenueMarketData } from '@sextant/exchange';
import type { Clock } from '@sextant/kernel';
import type { Cancel, Timers } from '@sextant/platform';
import type { SuppliedMarket } from '../application/market-supply.js';

/** Levels of each side that are asked for. */
const DEPTH = 100;
const WATCH_MS = 1_000;
/** A venue that told no book for so long is asked for its best prices instead. */
const NO_BOOK_MS = 10_000;
/** The adapter kills a silent socket within 30 s; a subscription of it that says nothing for longer is made anew. */
const SILENT_MS = 40_000;

export interface FeedTools {
  clock: Clock;
  timers: Timers;
  maxAgeMs(): number;
  /** A feed that said nothing was given up and made anew. */
  onResubscribed(): void;
}

/** Questions of this process to the venue whether a quiet book still stands. */
export interface Probes {
  allowed(): boolean;
  answered(well: boolean): void;
}

/** One followed market: its book (or best prices) and trades, as the venue streams them. */
export class VenueFeed {
  private readonly ends = new Map<DataChannel['channel'], () => void>();
  private readonly symbol: string;
  private cancelWatch: Cancel = () => undefined;
  private heardMs: number;
  private readonly startedMs: number;
  private hasBook = false;
  /** The stream of the book is known to be away. */
  private isDown = false;
  private probing = false;
  private ended = false;

  constructor(
    private readonly market: SuppliedMarket,
    private readonly data: VenueMarketData,
    private readonly tools: FeedTools,
    private readonly probes: Probes,
  ) {
    this.symbol = market.instrument.symbol.toString();
    this.heardMs = this.startedMs = tools.clock.monotonicMs();
  }

  start(): void {
    this.subscribe({ channel: 'BOOK', symbol: this.symbol, depth: DEPTH });
    this.subscribe({ channel: 'TRADES', symbol: this.symbol });
    this.cancelWatch = this.tools.timers.every(WATCH_MS, () => this.watch());
  }

  end(): void {
    this.ended = true;
    this.cancelWatch();
    this.unsubscribe();
  }

  private subscribe(channel: DataChannel): void {
    let current = true;
    const end = this.data.subscribe(channel, (event) => {
      if (current) this.hear(channel.channel, event);
    });
    this.ends.set(channel.channel, () => {
      current = false;
      end();
    });
  }

  private unsubscribe(): void {
    for (const end of this.ends.values()) end();
    this.ends.clear();
  }

  private hear(channel: DataChannel['channel'], event: VenueDataEvent): void {
    if (event.kind === 'STREAM') return this.onStream(channel, event);
    if (channel !== 'TRADES') this.heardMs = this.tools.clock.monotonicMs();
    if (channel === 'BOOK') {
      this.isDown = false;
      this.bookCame();
    }
    this.market.take(event);
  }

  /** Trades that are away do not make a book doubtful; a book that is away is none. */
  private onStream(channel: DataChannel['channel'], event: VenueDataEvent & { kind: 'STREAM' }): void {
    if (channel === 'BOOK') this.isDown = event.state === 'DOWN';
    if (channel === 'TRADES' && event.state === 'DOWN') this.market.missTrades();
    const carriesPrices = channel === 'BOOK' ? this.hasBook : channel === 'TICKER' && !this.hasBook;
    if (carriesPrices) this.market.take(event);
  }

  private bookCame(): void {
    if (this.hasBook) return;
    this.hasBook = true;
    this.ends.get('TICKER')?.();
    this.ends.delete('TICKER');
  }

  private watch(): void {
    const now = this.tools.clock.monotonicMs();
    if (now - this.heardMs >= SILENT_MS) return this.resubscribe(now);
    const isLate = now - this.startedMs >= NO_BOOK_MS;
    if (!this.hasBook && isLate && !this.ends.has('TICKER')) {
      this.subscribe({ channel: 'TICKER', symbol: this.symbol });
    }
    // The first book may stay out too: some adapters tell a second subscriber of a market nothing before it changes.
    const isQuiet = !this.hasBook || (this.market.ageMs() ?? Infinity) >= this.tools.maxAgeMs() / 2;
    if (isQuiet && !this.isDown && !this.probing && this.probes.allowed()) void this.probe();
  }

  private resubscribe(now: number): void {
    const channels = [...this.ends.keys()];
    this.unsubscribe();
    this.heardMs = now;
    this.tools.onResubscribed();
    this.market.take({ kind: 'STREAM', state: 'DOWN', detail: 'silent' });
    this.market.missTrades();
    for (const channel of channels) {
      if (channel === 'BOOK') this.subscribe({ channel, symbol: this.symbol, depth: DEPTH });
      else if (channel !== 'CANDLES') this.subscribe({ channel, symbol: this.symbol });
    }
  }

  /** A quiet market sends nothing: its venue is asked whether the book still stands. */
  private async probe(): Promise<void> {
    this.probing = true;
    const askedMs = this.heardMs;
    try {
      const answer = await this.data.orderBook(this.symbol, DEPTH);
      this.probes.answered(answer.outcome === 'CONFIRMED' && !answer.stale);
      const overtaken = this.ended || this.isDown || this.heardMs !== askedMs;
      if (overtaken || answer.outcome !== 'CONFIRMED' || answer.stale) return;
      this.bookCame();
      this.market.take({ kind: 'BOOK', complete: true, book: answer.value });
    } catch {
      // An adapter that cannot be loaded: the age of the book says what there is to say.
    } finally {
      this.probing = false;
    }
  }
}
