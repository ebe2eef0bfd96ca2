import type { Clock, EpochMs, Instrument } from '@sextant/kernel';
import type { BookChange, DepthSnapshot, DepthUpdate, Tick, Trade } from '../domain/market-events.js';
import { OrderBook } from '../domain/order-book.js';
import type { BookDepth, Mark, TopOfBook } from './quotes.js';
import { TradeRing } from './trade-ring.js';

const TRADES_KEPT = 1_000;

export type StreamKind = 'depth' | 'ticker' | 'trade';

/** One stream of one market. `LIVE`: heard of within the age limit, and in sequence where there is one. */
export interface StreamState {
  symbol: string;
  stream: StreamKind;
  state: 'WAITING' | 'LIVE' | 'STALE' | 'GAP';
  lastReceivedAt: EpochMs | null;
  ageMs: number | null;
  messages: number;
  gaps: number;
}

interface Heard {
  at: EpochMs;
  monotonicMs: number;
  messages: number;
}

/** One market: its book, its newest trades, and when each stream was last heard. */
export class MarketState {
  readonly book: OrderBook;
  readonly trades = new TradeRing(TRADES_KEPT);
  private gaps = 0;
  private readonly heard = new Map<StreamKind, Heard>();
  private lastMark: { priceUnits: bigint; asOf: EpochMs } | null = null;

  constructor(
    readonly instrument: Instrument,
    private readonly clock: Clock,
    private readonly maxAgeMs: () => number,
  ) {
    this.book = new OrderBook(instrument.symbol.toString());
  }

  /** True when prices of the book may be acted on: in sequence, two-sided, not crossed, heard of lately. */
  isFresh(): boolean {
    const age = this.bookAgeMs();
    const { book } = this;
    return (
      age !== null &&
      age <= this.maxAgeMs() &&
      book.inSequence &&
      !book.crossed &&
      book.bids.size > 0 &&
      book.asks.size > 0
    );
  }

  topOfBook(): TopOfBook | null {
    const { bids, asks } = this.book;
    if (!this.book.inSequence || bids.size === 0 || asks.size === 0) return null;
    return {
      bidTicks: bids.bestTicks(),
      bidLots: bids.bestLots(),
      askTicks: asks.bestTicks(),
      askLots: asks.bestLots(),
      ...this.freshness(),
    };
  }

  /** (bid + ask) / 2, exact: half a tick is a whole number of 10^-18 units, or is rounded down to one. */
  mark(): Mark | null {
    const fresh = this.isFresh();
    if (fresh) {
      const ticks = this.book.bids.bestTicks() + this.book.asks.bestTicks();
      const priceUnits = (BigInt(ticks) * this.instrument.tickUnits) / 2n;
      this.lastMark = { priceUnits, asOf: this.freshness().asOf };
    }
    return this.lastMark === null ? null : { ...this.lastMark, stale: !fresh };
  }

  depth(levels: number): BookDepth | null {
    if (!this.book.inSequence) return null;
    return {
      sequence: this.book.sequence,
      bids: this.book.bids.top(levels),
      asks: this.book.asks.top(levels),
      ...this.freshness(),
    };
  }

  streams(): StreamState[] {
    return (['depth', 'ticker', 'trade'] as const).map((stream) => this.stream(stream));
  }

  onSnapshot(snapshot: DepthSnapshot): BookChange | null {
    this.note('depth', snapshot.receivedAt);
    return this.book.applySnapshot(snapshot);
  }

  onUpdate(update: DepthUpdate): BookChange | null {
    this.note('depth', update.receivedAt);
    const result = this.book.applyUpdate(update);
    if (result === 'GAP') this.gaps += 1;
    if (result !== 'APPLIED') return null;
    return { symbol: update.symbol, whole: false, bids: update.bids, asks: update.asks };
  }

  onTick(tick: Tick): BookChange | null {
    this.note('ticker', tick.receivedAt);
    return this.book.applyTick(tick);
  }

  onTrade(trade: Trade): void {
    this.note('trade', this.clock.now());
    this.trades.add(trade);
  }

  private note(stream: StreamKind, at: EpochMs): void {
    const heard = this.heard.get(stream);
    const monotonicMs = this.clock.monotonicMs();
    if (heard === undefined) this.heard.set(stream, { at, monotonicMs, messages: 1 });
    else {
      heard.at = at;
      heard.monotonicMs = monotonicMs;
      heard.messages += 1;
    }
  }

  /** Age of the depth stream alone: a live ticker does not make a silent book fresh. */
  private bookAgeMs(): number | null {
    const heard = this.heard.get('depth');
    return heard === undefined ? null : this.clock.monotonicMs() - heard.monotonicMs;
  }

  private freshness(): { asOf: EpochMs; ageMs: number; stale: boolean } {
    return { asOf: this.heard.get('depth')?.at ?? 0, ageMs: this.bookAgeMs() ?? 0, stale: !this.isFresh() };
  }

  private stream(stream: StreamKind): StreamState {
    const heard = this.heard.get(stream);
    const symbol = this.instrument.symbol.toString();
    const base = { symbol, stream, gaps: stream === 'depth' ? this.gaps : 0 };
    if (heard === undefined)
      return { ...base, state: 'WAITING', lastReceivedAt: null, ageMs: null, messages: 0 };
    const ageMs = Math.round(this.clock.monotonicMs() - heard.monotonicMs);
    const silent = ageMs > this.maxAgeMs();
    const gap = stream === 'depth' && !this.book.inSequence;
    const state = gap ? 'GAP' : silent ? 'STALE' : 'LIVE';
    return { ...base, state, lastReceivedAt: heard.at, ageMs, messages: heard.messages };
  }
}
