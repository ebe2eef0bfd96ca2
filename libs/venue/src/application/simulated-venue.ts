import type { AccountId, Clock, Instrument, Side } from '@sextant/kernel';
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
}

/**
 * The simulated exchange: accounts that trade against the real market as it is displayed, each as if it were alone
 * in it. Orders of different accounts never meet, so that a paper result does not depend on other users.
 */
export class SimulatedVenue {
  private readonly sessions = new Map<AccountId, VenueSession>();
  private readonly markets = new Map<string, PluggedMarket>();

  constructor(
    private readonly journal: VenueJournal,
    private readonly clock: Clock,
    readonly instruments: readonly Instrument[],
  ) {
    for (const instrument of instruments) this.markets.set(instrument.symbol.toString(), new PluggedMarket());
  }

  /** Puts the displayed market behind an instrument. Its changes come through `onChange` and `onTrade`. */
  connectMarket(symbol: string, view: MarketView): void {
    const market = this.markets.get(symbol);
    if (market === undefined) throw new Error(`${symbol} is not traded at this exchange`);
    market.target = view;
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
    return new VenueAccount(this.instruments, (symbol) => this.markets.get(symbol) ?? CLOSED_MARKET);
  }
}
