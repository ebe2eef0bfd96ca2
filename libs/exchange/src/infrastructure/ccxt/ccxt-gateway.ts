import { DomainError } from '@sextant/kernel';
import type { AccountId, EpochMs, Instrument } from '@sextant/kernel';
import type { CallClass, CallIntent } from '../../domain/channel/call-intent.js';
import { UNTOLD } from '../../domain/connections/permission-finding.js';
import { ExchangeGateway } from '../../domain/exchange-gateway.js';
import type { ExchangeSession } from '../../domain/exchange-session.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { KeyPermissions, VenueCredential } from '../../domain/venue-credentials.js';
import type { VenueTraits } from '../../domain/venue-traits.js';
import { CcxtMarketData } from './ccxt-market-data.js';
import type { MarketDataParts } from './market-data-parts.js';
import type { CcxtMarkets, LeftOut } from './ccxt-markets.js';
import { CcxtSession } from './ccxt-session.js';
import { CcxtVenue } from './ccxt-venue.js';
import type { CcxtGatewayDeps } from './gateway-deps.js';
import { timeOf } from './exact-values.js';
import type { SessionParts } from './session-parts.js';
import type { CcxtVenueProfile } from './venue-profile.js';

/** One venue through ccxt. Its file is imported when it is first needed, not before. */
export class CcxtGateway extends ExchangeGateway {
  readonly venue: string;
  readonly traits: VenueTraits;
  /** False: an exchange of ccxt that nobody has held against its protocol. */
  readonly verified: boolean;
  override readonly marketData: CcxtMarketData;
  private readonly site: CcxtVenue;
  private readonly sessions = new Map<AccountId, CcxtSession>();

  constructor(
    private readonly profile: CcxtVenueProfile,
    private readonly deps: CcxtGatewayDeps,
  ) {
    super();
    this.venue = profile.venue;
    this.traits = profile.traits;
    this.verified = profile.verified;
    this.site = new CcxtVenue(profile, deps);
    this.marketData = new CcxtMarketData(() => this.dataParts(), deps.clock, deps.timers);
  }

  /** The last known where the venue does not answer. @throws DomainError VENUE_UNAVAILABLE when none are known */
  async instruments(): Promise<Instrument[]> {
    return (await this.site.markets()).instruments;
  }

  /** What the venue offers and cannot be counted exactly, with the reason. */
  async leftOut(): Promise<readonly LeftOut[]> {
    return (await this.site.markets()).leftOut;
  }

  /** @throws DomainError VENUE_UNAVAILABLE */
  async serverTime(): Promise<EpochMs> {
    const time = await this.site.read('fetchTime', [], (value) => timeOf(value, 'server time'));
    if (time.outcome === 'CONFIRMED') return time.value;
    throw new DomainError('VENUE_UNAVAILABLE', `${this.venue} does not tell its time: ${time.reason.code}.`);
  }

  /** @throws DomainError CONNECTION_NOT_FOUND, VENUE_UNAVAILABLE */
  async open(accountId: AccountId): Promise<ExchangeSession> {
    const credential = await this.deps.credentials.of(accountId, this.venue);
    if (credential === null) {
      throw new DomainError('CONNECTION_NOT_FOUND', `The account has no connection to ${this.venue}.`);
    }
    const loaded = await this.site.markets();
    const client = await this.site.clientFor(credential);
    const { approvals, clock, timers, log, symbols = [] } = this.deps;
    const parts: SessionParts = {
      accountId,
      client,
      profile: this.profile,
      markets: (): CcxtMarkets => this.site.loaded ?? loaded,
      symbols,
      approvals,
      clock,
      timers,
      log,
      intent: intentsOf(credential),
      onRulesChanged: () => this.site.forgetRules(),
    };
    const session = new CcxtSession(parts);
    const before = this.sessions.get(accountId);
    this.sessions.set(accountId, session);
    await before?.end('SESSION_REPLACED');
    return session;
  }

  /** Ends every session and closes every socket: nothing of it keeps the process alive. Its channels belong to others. */
  async close(): Promise<void> {
    for (const session of this.sessions.values()) await session.close();
    this.sessions.clear();
    await this.site.close();
  }

  /** Where the venue does not tell, the key proves itself by reading the account, and the rest stays open. */
  override async permissions(credential: VenueCredential): Promise<GatewayOutcome<KeyPermissions>> {
    const { profile } = this;
    const client = await this.site.clientFor(credential);
    const weight =
      profile.permissions === undefined ? profile.weights.balances : (profile.weights.permissions ?? 1);
    const intent = intentsOf(credential)('RECONCILE', weight);
    return client.ask({ intent }, async () => {
      if (profile.permissions !== undefined) return profile.permissions(client.exchange);
      await profile.balances(client.exchange);
      return { ...UNTOLD, read: true };
    });
  }

  private async dataParts(): Promise<MarketDataParts> {
    const { clock, timers, log } = this.deps;
    const client = await this.site.client();
    return { client, profile: this.profile, markets: () => this.site.markets(), clock, timers, log };
  }
}

function intentsOf({ credentialId }: VenueCredential) {
  return (callClass: CallClass, weight: number, idempotentRead = true): CallIntent => {
    const bucket = callClass === 'RECONCILE' || callClass === 'DATA' ? 'account' : 'trading';
    return { class: callClass, bucket, weight, credentialId, idempotentRead };
  };
}
