import type { AccountId, Clock, Instrument, Side } from '@sextant/kernel';
import { Listing } from '../domain/listing.js';
import { CLOSED_MARKET } from '../domain/market-view.js';
import type { DisplayedChange, MarketTrade, MarketView } from '../domain/market-view.js';
import { VenueAccount } from '../domain/venue-account.js';
import type { VenueJournal } from '../domain/venue-journal.js';
import { VenueSession } from './venue-session.js';

/** A market that can be plugged in after accounts were opened on it. */
class PluggedMarket implements MarketView {
  target: MarketView = CLOSED_MARKET;

  isOpen(): boolean {
    return this.target.isOpen();
  }

  bestTicks(side: Side): number {
    return this.target.bestTicks(side);
  }

  lotsAt(side: Side, ticks: number): number {
    return this.target.lotsAt(side, ticks);
  }

  nextTicks(side: Side, ticks: number): number {
    return this.target.nextTicks(side, ticks);
  }

  follow(): () => void {
    return this.target.follow?.() ?? (() => undefined);
  }
}

/**
 * The simulated exchange: accounts that trade against the real market as it is displayed, each as if it were alone
 * in it. Orders of different accounts never meet, so that a paper result does not depend on other users.
 */
export class SimulatedVenue {
  private readonly sessions = new Map<AccountId, VenueSession>();
  private readonly markets = new Map<string, PluggedMarket>();
  private readonly listing: Listing;
  private viewOf: (symbol: string) => MarketView = () => CLOSED_MARKET;

  constructor(
    private readonly journal: VenueJournal,
    private readonly clock: Clock,
    instruments: readonly Instrument[],
  ) {
    this.listing = new Listing(instruments);
  }

  /** What is traded here, and what was. */
  get instruments(): readonly Instrument[] {
    return this.listing.all();
  }

  /**
   * Lists more markets, or changes the rules of some.
   * @throws Error when one is listed with another tick or step
   */
  list(instruments: readonly Instrument[]): void {
    for (const instrument of instruments) this.listing.list(instrument);
  }

  /** Says where the displayed market of any instrument is found. Changes come through `onChange` and `onTrade`. */
  connectMarkets(viewOf: (symbol: string) => MarketView): void {
    this.viewOf = viewOf;
    for (const [symbol, market] of this.markets) market.target = viewOf(symbol);
  }

  /** Puts the displayed market behind an instrument. Its changes come through `onChange` and `onTrade`. */
  connectMarket(symbol: string, view: MarketView): void {
    if (this.listing.get(symbol) === undefined) throw new Error(`${symbol} is not traded at this exchange`);
    this.market(symbol).target = view;
    this.onChange({ symbol, whole: true, bids: [], asks: [] });
  }

  /** @throws JournalLost when the account's state cannot be read. */
  async open(accountId: AccountId): Promise<VenueSession> {
    this.sessions.get(accountId)?.end();
    const opened = await this.journal.open(accountId);
    const session = new VenueSession(accountId, this.journal, this.clock, () => this.freshAccount(), opened);
    this.keepNewer(session);
    await session.bookDeposits();
    return session;
  }

  async close(session: VenueSession): Promise<void> {
    await session.close();
    if (this.sessions.get(session.accountId) === session) this.sessions.delete(session.accountId);
  }

  /** Credits an account once for each reference, wherever it is open. */
  async deposit(accountId: AccountId, asset: string, units: bigint, reference: string): Promise<void> {
    if (units <= 0n) throw new RangeError('a deposit must be greater than zero');
    await this.journal.recordDeposit(accountId, { reference, asset, units, at: this.clock.now() });
    await this.sessions.get(accountId)?.bookDeposits();
  }

  onChange(change: DisplayedChange): void {
    for (const session of this.sessions.values()) session.onChange(change);
  }

  onTrade(trade: MarketTrade): void {
    for (const session of this.sessions.values()) session.onTrade(trade);
  }

  /** Two opens of one account may answer in the other order. */
  private keepNewer(session: VenueSession): void {
    const known = this.sessions.get(session.accountId);
    if (known !== undefined && known.number > session.number) {
      session.end();
      return;
    }
    known?.end();
    this.sessions.set(session.accountId, session);
  }

  private freshAccount(): VenueAccount {
    return new VenueAccount(this.listing, (symbol) => this.market(symbol));
  }

  private market(symbol: string): PluggedMarket {
    const known = this.markets.get(symbol);
    if (known !== undefined) return known;
    const market = new PluggedMarket();
    market.target = this.viewOf(symbol);
    this.markets.set(symbol, market);
    return market;
  }
}
