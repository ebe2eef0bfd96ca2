import type { VenueDataEvent } from '@sextant/exchange';
import type { Instrument } from '@sextant/kernel';
import type { Clock } from '@sextant/kernel';
import type { Cancel, Timers } from '@sextant/platform';
import type { BookChange, Trade } from '../domain/market-events.js';
import type { RefusalReason } from './market-refusals.js';
import { MarketState } from './market-state.js';
import type { MarketSettings } from './market-state.js';
import type { MarketSupply, SuppliedMarket } from './market-supply.js';
import type { PriceChange } from './quotes.js';
import { takeValue } from './take-value.js';
import type { ValueTaker } from './take-value.js';

/** How often a market is asked whether it has become stale. */
const WATCH_MS = 500;

export interface MarketListeners {
  onBook(change: BookChange): void;
  onTrade(trade: Trade): void;
  onMissedTrades(): void;
  /** Whether anybody wants to be told of prices. */
  wantsPrices(): boolean;
  onPrice(change: PriceChange): void;
  onRefusal(reason: RefusalReason): void;
}

/** One market while it is fed: its state, and who is told of its changes. */
export class LiveMarket implements SuppliedMarket, ValueTaker {
  readonly state: MarketState;
  private endSupply: () => void = () => undefined;
  private cancelWatch: Cancel = () => undefined;
  private wasFresh = false;

  constructor(
    readonly instrument: Instrument,
    private readonly tools: { clock: Clock; timers: Timers; settings: MarketSettings },
    private readonly supply: MarketSupply | null,
    private readonly listeners: MarketListeners,
  ) {
    const { clock, settings } = tools;
    this.state = new MarketState(instrument, clock, settings, (reason) => listeners.onRefusal(reason));
  }

  start(): void {
    this.cancelWatch = this.tools.timers.every(WATCH_MS, () => this.tellFreshness());
    this.endSupply = this.supply?.begin(this) ?? this.endSupply;
  }

  stop(): void {
    this.cancelWatch();
    this.endSupply();
    this.missTrades();
  }

  ageMs(): number | null {
    return this.state.ageMs();
  }

  missTrades(): void {
    this.listeners.onMissedTrades();
  }

  take(event: VenueDataEvent): void {
    takeValue(this, event, this.tools.clock.now());
  }

  change(apply: (state: MarketState) => BookChange | null): void {
    const change = apply(this.state);
    if (change !== null) this.listeners.onBook(change);
    if (change !== null) this.tellPrice();
    else this.tellFreshness();
  }

  trade(trade: Trade): void {
    if (!this.state.onTrade(trade)) return;
    this.listeners.onTrade(trade);
    this.tellPrice();
  }

  /** What changed was no book: a quote, or the feed that is away. */
  changed(): void {
    this.listeners.onBook({ symbol: this.instrument.symbol.toString(), whole: true, bids: [], asks: [] });
    this.tellPrice();
  }

  private tellFreshness(): void {
    if (this.state.isFresh() !== this.wasFresh) this.tellPrice();
  }

  private tellPrice(): void {
    this.wasFresh = this.state.isFresh();
    if (this.listeners.wantsPrices()) this.listeners.onPrice(this.state.prices());
  }
}
