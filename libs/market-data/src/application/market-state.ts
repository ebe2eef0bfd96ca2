import type { Clock, EpochMs, Instrument } from '@sextant/kernel';
import type { BookChange, DepthSnapshot, DepthUpdate, Tick, Trade } from '../domain/market-events.js';
import { OrderBook } from '../domain/order-book.js';
import { PriceGuard } from '../domain/price-guard.js';
import type { RefusalReason } from './market-refusals.js';
import type { BookDepth, Mark, PriceChange, TopOfBook } from './quotes.js';
import { StreamLog } from './stream-log.js';
import type { StreamKind, StreamState } from './stream-log.js';
import { TradeRing } from './trade-ring.js';

const TRADES_KEPT = 1_000;

/** Limits, read at each use. */
export interface MarketSettings {
  maxAgeMs(): number;
  /** Largest step between two prices, as a fraction of the former. */
  priceBand(): number;
}

/** The best prices of a market whose venue shows no book. */
export type Quote = Pick<TopOfBook, 'bidTicks' | 'bidLots' | 'askTicks' | 'askLots'>;

/** One market: its book, its newest trades, and when each stream was last heard. */
export class MarketState {
  readonly book: OrderBook;
  readonly trades = new TradeRing(TRADES_KEPT);
  private readonly log: StreamLog;
  private readonly guard: PriceGuard;
  private quote: Quote | null = null;
  /** Best bid and ask together when they were last to be believed. */
  private lastGood: { ticks: number; asOf: EpochMs } | null = null;
  private wasCrossed = false;

  constructor(
    readonly instrument: Instrument,
    private readonly clock: Clock,
    private readonly settings: MarketSettings,
    private readonly onRefusal: (reason: RefusalReason) => void = () => undefined,
  ) {
    this.book = new OrderBook(instrument.symbol.toString());
    this.log = new StreamLog(clock);
    this.guard = new PriceGuard(() => settings.priceBand());
  }

  /** True when prices may be acted on: in sequence, two-sided, not crossed, believable, heard of lately. */
  isFresh(): boolean {
    const age = this.ageMs();
    const top = this.best();
    return (
      age !== null &&
      age <= this.settings.maxAgeMs() &&
      top !== null &&
      top.bidTicks < top.askTicks &&
      !this.guard.inDoubt
    );
  }

  topOfBook(): TopOfBook | null {
    const best = this.best();
    return best === null ? null : { ...best, ...this.freshness() };
  }

  /** (bid + ask) / 2, exact: half a tick is a whole number of 10^-18 units, or is rounded down to one. */
  mark(): Mark | null {
    if (this.lastGood === null) return null;
    const { ticks, asOf } = this.lastGood;
    const priceUnits = (BigInt(ticks) * this.instrument.tickUnits) / 2n;
    const now = this.freshness();
    return { priceUnits, asOf: now.stale ? asOf : now.asOf, stale: now.stale };
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

  prices(): PriceChange {
    const best = this.best();
    const { asOf, stale } = this.freshness();
    const lastTicks = this.trades.last()?.priceTicks ?? null;
    return { bidTicks: best?.bidTicks ?? null, askTicks: best?.askTicks ?? null, lastTicks, asOf, stale };
  }

  streams(): StreamState[] {
    const { venue, symbol } = this.instrument;
    const rule = { inSequence: this.book.inSequence, maxAgeMs: this.settings.maxAgeMs() };
    return (['depth', 'ticker', 'trade'] as const).map((stream) => ({
      venue,
      symbol: symbol.toString(),
      ...this.log.state(stream, rule),
    }));
  }

  /** Age of the book alone, or of the quote in its place: a live ticker does not make a silent book fresh. */
  ageMs(): number | null {
    return this.log.ageMs(this.quote === null ? 'depth' : 'ticker');
  }

  onSnapshot(snapshot: DepthSnapshot): BookChange | null {
    this.log.note('depth', snapshot.receivedAt);
    return this.judged(this.book.applySnapshot(snapshot));
  }

  /** A whole book of a stream of whole books. */
  onBook(snapshot: DepthSnapshot): BookChange | null {
    this.log.note('depth', snapshot.receivedAt);
    this.quote = null;
    return this.judged(this.book.replace(snapshot));
  }

  onUpdate(update: DepthUpdate): BookChange | null {
    this.log.note('depth', update.receivedAt);
    const result = this.book.applyUpdate(update);
    if (result === 'GAP') {
      this.log.gaps += 1;
      this.refuse('depth', 'GAP');
    }
    if (result !== 'APPLIED') return null;
    return this.judged({ symbol: update.symbol, whole: false, bids: update.bids, asks: update.asks });
  }

  onTick(tick: Tick): BookChange | null {
    this.log.note('ticker', tick.receivedAt);
    return this.judged(this.book.applyTick(tick));
  }

  /** The best prices where the venue shows no book. */
  onQuote(quote: Quote, at: EpochMs): void {
    this.log.note('ticker', at);
    this.quote = quote;
    this.judge();
  }

  /** @returns whether it was taken: one far from the market is a mistake of the venue. */
  onTrade(trade: Trade): boolean {
    this.log.note('trade', this.clock.now());
    if (!this.guard.within(2 * trade.priceTicks)) {
      this.refuse('trade', 'PRICE_SPIKE');
      return false;
    }
    this.trades.add(trade);
    return true;
  }

  /** The feed is away: nothing of the book counts until it tells a whole one. */
  lose(): void {
    this.book.loseSequence();
    this.quote = null;
  }

  refuse(stream: StreamKind, reason: RefusalReason): void {
    this.log.refuse(stream);
    this.onRefusal(reason);
  }

  private best(): Quote | null {
    if (this.quote !== null) return this.quote;
    const { bids, asks, inSequence } = this.book;
    if (!inSequence || bids.size === 0 || asks.size === 0) return null;
    return {
      bidTicks: bids.bestTicks(),
      bidLots: bids.bestLots(),
      askTicks: asks.bestTicks(),
      askLots: asks.bestLots(),
    };
  }

  private judged(change: BookChange | null): BookChange | null {
    if (change !== null) this.judge();
    return change;
  }

  private judge(): void {
    const best = this.best();
    if (best === null) return;
    const crossed = best.bidTicks >= best.askTicks;
    const stream = this.quote === null ? 'depth' : 'ticker';
    if (crossed && !this.wasCrossed) this.refuse(stream, 'CROSSED');
    this.wasCrossed = crossed;
    if (crossed) return;
    const ticks = best.bidTicks + best.askTicks;
    if (this.guard.judge(ticks, this.clock.monotonicMs())) this.refuse(stream, 'PRICE_SPIKE');
    if (!this.guard.inDoubt) this.lastGood = { ticks, asOf: this.log.at(stream) ?? 0 };
  }

  private freshness(): { asOf: EpochMs; ageMs: number; stale: boolean } {
    const stream = this.quote === null ? 'depth' : 'ticker';
    return { asOf: this.log.at(stream) ?? 0, ageMs: this.ageMs() ?? 0, stale: !this.isFresh() };
  }
}
