import { DomainError } from '@sextant/kernel';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { VenueChannel } from '../../domain/channel/venue-channel.js';
import type { VenueCredential } from '../../domain/venue-credentials.js';
import { CcxtClient } from './ccxt-client.js';
import { invoke, loadCcxtClass } from './ccxt-exchange.js';
import type { CcxtExchange, CcxtMarket } from './ccxt-exchange.js';
import type { CcxtGatewayDeps } from './gateway-deps.js';
import { CcxtMarkets } from './ccxt-markets.js';
import { keepBooksOfNumbers } from './number-books.js';
import { redirectAll } from './profiles/reading.js';
import type { CcxtVenueProfile } from './venue-profile.js';

const RULES_TTL_MS = 3_600_000;
const RETRY_MS = 10_000;
/** A frame of a venue is far smaller; a bomb is cut off here. */
const MAX_FRAME_BYTES = 5 * 1024 * 1024;

/** Makes ccxt exchanges of one venue, one for its public data and one for each credential, over one set of markets. */
export class CcxtVenue {
  loaded: CcxtMarkets | null = null;
  private channel: VenueChannel | null = null;
  private shared: Promise<CcxtClient> | null = null;
  private loading: Promise<CcxtMarkets> | null = null;
  private readAtMs = -Infinity;
  private areRulesOld = false;
  private readonly followers = new Set<WeakRef<CcxtExchange>>();

  constructor(
    private readonly profile: CcxtVenueProfile,
    private readonly deps: CcxtGatewayDeps,
  ) {}

  /** For public data. */
  client(): Promise<CcxtClient> {
    this.shared ??= this.make(null);
    this.shared.catch(() => {
      this.shared = null;
    });
    return this.shared;
  }

  /** Closes the sockets of the public data; those of an account end with its session. */
  async close(): Promise<void> {
    (await this.shared)?.sockets.closeAll();
  }

  async clientFor(credential: VenueCredential): Promise<CcxtClient> {
    const client = await this.make(credential);
    const { exchange } = await this.client();
    if (exchange.markets !== undefined) client.exchange.setMarketsFromExchange(exchange);
    this.followers.add(new WeakRef(client.exchange));
    return client;
  }

  /** At most an hour old; the last known ones when the venue does not answer. @throws DomainError VENUE_UNAVAILABLE */
  markets(): Promise<CcxtMarkets> {
    const ageMs = this.deps.clock.monotonicMs() - this.readAtMs;
    const validMs = this.areRulesOld ? RETRY_MS : RULES_TTL_MS;
    if (this.loaded !== null && ageMs < validMs) return Promise.resolve(this.loaded);
    this.loading ??= this.load().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  /** The next to ask for the markets reads them again: at once, or once the venue likes to be asked again. */
  forgetRules(): void {
    this.areRulesOld = true;
  }

  /** A public read by a method of ccxt. */
  async read<T>(
    method: string,
    args: readonly unknown[],
    read: (value: unknown) => T,
  ): Promise<GatewayOutcome<T>> {
    const client = await this.client();
    return client.ask({ intent: this.intent(1) }, async () =>
      read(await invoke(client.exchange, method, ...args)),
    );
  }

  private async load(): Promise<CcxtMarkets> {
    const client = await this.client();
    const { weights, marketsParams = {} } = this.profile;
    const answer = await client.ask({ intent: this.intent(weights.instruments) }, async () => {
      const told = (await invoke(client.exchange, 'loadMarkets', true, marketsParams)) as Record<
        string,
        CcxtMarket
      >;
      return new CcxtMarkets(
        this.profile.venue,
        told,
        this.profile.perpetuals,
        this.loaded,
        (market) => this.profile.rules?.(market) ?? {},
      );
    });
    if (answer.outcome === 'CONFIRMED') return this.take(answer.value, client.exchange);
    if (this.loaded === null) {
      const { code, detail } = answer.reason;
      throw new DomainError(
        'VENUE_UNAVAILABLE',
        `${this.profile.venue} does not tell its markets: ${code}.`,
        { detail },
      );
    }
    this.readAtMs = this.deps.clock.monotonicMs();
    this.areRulesOld = true;
    this.deps.log.warn('The venue does not tell its markets: the last known ones hold', {
      venue: this.profile.venue,
      code: answer.reason.code,
    });
    return this.loaded;
  }

  private take(markets: CcxtMarkets, source: CcxtExchange): CcxtMarkets {
    this.loaded = markets;
    this.readAtMs = this.deps.clock.monotonicMs();
    this.areRulesOld = false;
    for (const follower of this.followers) {
      const exchange = follower.deref();
      if (exchange === undefined) this.followers.delete(follower);
      else exchange.setMarketsFromExchange(source);
    }
    for (const { symbol, reason } of markets.leftOut) {
      this.deps.log.debug('A market is left out', { venue: this.profile.venue, symbol, reason });
    }
    const count = markets.leftOut.length;
    if (count > 0)
      this.deps.log.info('Markets that cannot be counted exactly are left out', {
        venue: this.profile.venue,
        count,
      });
    return markets;
  }

  private async make(credential: VenueCredential | null): Promise<CcxtClient> {
    const { profile, deps } = this;
    const Exchange = await loadCcxtClass(profile.ccxtId);
    const exchange = new Exchange({
      ...(credential !== null && { apiKey: credential.apiKey, secret: credential.secret }),
      ...(credential?.passphrase && { password: credential.passphrase }),
      enableRateLimit: false,
      verbose: false,
      options: {
        ...profile.options,
        maxRetriesOnFailure: 0,
        adjustForTimeDifference: false,
        ws: { options: { maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false, handshakeTimeout: 10_000 } },
      },
    });
    exchange.number = String;
    keepBooksOfNumbers(exchange);
    profile.mend?.(exchange);
    // Markets need no list of currencies, which is a private call at some venues and three calls at one.
    exchange.has['fetchCurrencies'] = false;
    // It would print frames to the console, secrets included.
    exchange.log = () => undefined;
    const endpoints = deps.endpoints ?? null;
    if (endpoints !== null) (profile.redirect ?? redirectAll)(exchange, endpoints);
    if (endpoints?.ws?.startsWith('ws:') === true) await exchange.loadHttpProxyAgent();
    this.channel ??= deps.channels.open(profile.channel(exchange, endpoints));
    return new CcxtClient(exchange, this.channel, profile, deps.clock, deps.timers);
  }

  private intent(weight: number) {
    const publicRead = {
      class: 'DATA',
      bucket: 'marketData',
      credentialId: null,
      idempotentRead: true,
    } as const;
    return { ...publicRead, weight };
  }
}
