import type { Instrument } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import type { MarketData, PriceChange, PriceRoutes } from '@sextant/market-data';
import type { Markets } from '../application/account/owned-account.js';

type VenueMarkets = ReturnType<MarketData['of']>;

interface PriceListener {
  symbol: string;
  told: (change: PriceChange) => void;
  leave: () => void;
}

/**
 * The markets of one account: those of its venue, for a LIVE one at the address that its connection names. Which address
 * that is, is known once a session is open.
 */
export class AccountMarkets implements Markets {
  private markets: VenueMarkets | null = null;
  private readonly followed = new Map<string, () => void>();
  private readonly listeners = new Set<PriceListener>();

  constructor(
    private readonly data: Pick<MarketData, 'of'>,
    private readonly venue: string,
  ) {}

  async open(endpoint: string | null): Promise<void> {
    const markets = this.data.of(this.venue, endpoint);
    await markets.load();
    if (markets === this.markets) return;
    const symbols = [...this.followed.keys()];
    this.close();
    this.markets = markets;
    for (const symbol of symbols) this.follow(symbol);
    for (const listener of this.listeners) this.listen(listener);
  }

  /** Before the venue is open it is noted. */
  onPrice(symbol: string, told: PriceListener['told']): () => void {
    const listener: PriceListener = { symbol, told, leave: () => undefined };
    this.listeners.add(listener);
    this.listen(listener);
    return () => {
      listener.leave();
      this.listeners.delete(listener);
    };
  }

  /** How what is held is valued across markets. */
  get routes(): PriceRoutes | undefined {
    return this.markets ?? undefined;
  }

  topOfBook(symbol: string): ReturnType<VenueMarkets['topOfBook']> {
    return this.markets?.topOfBook(symbol) ?? null;
  }

  mark(symbol: string): ReturnType<VenueMarkets['mark']> {
    return this.markets?.mark(symbol) ?? null;
  }

  recentTrades(symbol: string, limit: number): ReturnType<VenueMarkets['recentTrades']> {
    return this.markets?.recentTrades(symbol, limit) ?? [];
  }

  /** @throws DomainError UNKNOWN_SYMBOL, VENUE_UNAVAILABLE */
  resolveSymbol(text: string): string {
    return this.known().resolveSymbol(text);
  }

  /** @throws DomainError UNKNOWN_SYMBOL, VENUE_UNAVAILABLE */
  instrument(symbol: string): Instrument {
    return this.known().instrument(symbol);
  }

  /** Before the venue is open it is noted. Asked again it is kept: let go in between, another would take its place. */
  follow(symbol: string): void {
    if (this.followed.has(symbol)) return;
    this.followed.set(symbol, this.markets?.follow(symbol) ?? (() => undefined));
  }

  followOnly(symbols: ReadonlySet<string>): void {
    for (const symbol of symbols) this.follow(symbol);
    for (const [symbol, leave] of this.followed) {
      if (symbols.has(symbol)) continue;
      leave();
      this.followed.delete(symbol);
    }
  }

  async ready(symbol: string, ms: number): Promise<boolean> {
    return (await this.markets?.ready(symbol, ms)) ?? false;
  }

  close(): void {
    for (const leave of this.followed.values()) leave();
    this.followed.clear();
  }

  private listen(listener: PriceListener): void {
    listener.leave();
    listener.leave = this.markets?.onPrice(listener.symbol, listener.told) ?? (() => undefined);
  }

  private known(): VenueMarkets {
    if (this.markets !== null) return this.markets;
    throw new DomainError('VENUE_UNAVAILABLE', `The markets of ${this.venue} are not known yet.`, {
      retryAfterMs: 1_000,
    });
  }
}
