import type { AccountId, Clock, EpochMs, Instrument } from '@sextant/kernel';
import { ExchangeGateway } from '../domain/exchange-gateway.js';
import type { ExchangeSession } from '../domain/exchange-session.js';
import { refused } from '../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../domain/gateway-outcome.js';
import type { VenueAbout } from '../domain/venue-about.js';
import type { KeyPermissions, VenueCredential } from '../domain/venue-credentials.js';
import type { VenueMarketData } from '../domain/venue-market-data.js';
import type { VenueTraits } from '../domain/venue-traits.js';
import { LazyMarketData } from './lazy-market-data.js';

/** What is known of a venue before its adapter is loaded, and how to load it. */
export interface VenueAdapter {
  venue: string;
  traits: VenueTraits;
  about: VenueAbout;
  /** @param endpoint base address in place of the venue's own, or null */
  load(endpoint: string | null): Promise<ExchangeGateway>;
}

/** Opens a session of an account and puts around it what every session has. */
export type SessionCover = (
  accountId: AccountId,
  venue: string,
  open: (endpoint: string | null) => Promise<ExchangeSession>,
) => Promise<ExchangeSession>;

/** Puts around a venue's public data what every venue's has. */
export type DataCover = (venue: string, data: VenueMarketData) => VenueMarketData;

/** A venue whose adapter is loaded when somebody first asks something of it: ccxt costs half a second and 45 MB. */
export class LazyGateway extends ExchangeGateway {
  readonly venue: string;
  readonly traits: VenueTraits;
  override readonly about: VenueAbout;
  override readonly marketData: VenueMarketData;
  private loading: Promise<ExchangeGateway> | null = null;
  private readonly elsewhere = new Map<string, LazyGateway>();

  constructor(
    private readonly adapter: VenueAdapter,
    private readonly cover: SessionCover,
    private readonly clock: Clock,
    private readonly endpoint: string | null = null,
    private readonly coverData: DataCover = (_venue, data) => data,
    private readonly giveUp: (endpoint: string) => Promise<void> = async () => undefined,
  ) {
    super();
    this.venue = adapter.venue;
    this.traits = adapter.traits;
    this.about = adapter.about;
    this.marketData = coverData(this.venue, new LazyMarketData(() => this.gateway()));
  }

  /** Also where the venue does not tell all of it: its adapter says what it can. */
  override async permissions(credential: VenueCredential): Promise<GatewayOutcome<KeyPermissions>> {
    const gateway = await this.gateway();
    if (gateway.permissions !== undefined) return gateway.permissions(credential);
    const detail = `${this.venue} does not tell what a key may do.`;
    return refused({ code: 'UNSUPPORTED', detail }, { kind: 'NOT_SENT', detail: {}, at: this.clock.now() });
  }

  async instruments(): Promise<Instrument[]> {
    return (await this.gateway()).instruments();
  }

  async serverTime(): Promise<EpochMs> {
    return (await this.gateway()).serverTime();
  }

  async open(accountId: AccountId): Promise<ExchangeSession> {
    return this.cover(accountId, this.venue, async (endpoint) => {
      const there = endpoint === null ? this : this.at(endpoint);
      return (await there.gateway()).open(accountId);
    });
  }

  override at(endpoint: string): LazyGateway {
    const known =
      this.elsewhere.get(endpoint) ??
      new LazyGateway(this.adapter, this.cover, this.clock, endpoint, this.coverData);
    this.elsewhere.set(endpoint, known);
    return known;
  }

  override async leave(endpoint: string): Promise<void> {
    if (this.elsewhere.delete(endpoint)) await this.giveUp(endpoint);
  }

  /** The adapter itself, loaded. One that could not be loaded is tried again by the next call. */
  async gateway(): Promise<ExchangeGateway> {
    this.loading ??= this.adapter.load(this.endpoint);
    try {
      return await this.loading;
    } catch (error) {
      this.loading = null;
      throw error;
    }
  }
}
