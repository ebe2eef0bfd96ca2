import type { AccountId, EpochMs, Instrument } from '@sextant/kernel';
import { UNTOLD } from '../../domain/connections/permission-finding.js';
import { ExchangeGateway } from '../../domain/exchange-gateway.js';
import type { ExchangeSession } from '../../domain/exchange-session.js';
import type { VenueChannel } from '../../domain/channel/venue-channel.js';
import { confirmed, refused } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { KeyPermissions, VenueCredential } from '../../domain/venue-credentials.js';
import { fieldsOf, textOf } from '../ccxt/exact-values.js';
import { MarketList } from '../native/markets.js';
import type { ListedMarket, Markets } from '../native/markets.js';
import { NativeClient } from '../native/native-client.js';
import { assertConnected, clockOf, OpenSessions, valueOf } from '../native/native-gateway.js';
import type { NativeDeps } from '../native/native-gateway.js';
import { robinhoodAnswers } from './robinhood-answers.js';
import { RobinhoodMarketData } from './robinhood-market-data.js';
import type { RobinhoodReader } from './robinhood-market-data.js';
import { readAll } from './robinhood-pages.js';
import { RobinhoodSession } from './robinhood-session.js';
import { RobinhoodSigner } from './robinhood-signer.js';
import {
  ROBINHOOD,
  ROBINHOOD_ROOT,
  robinhoodAbout,
  robinhoodChannel,
  robinhoodPace,
  robinhoodTraits,
} from './robinhood-traits.js';
import { readPair } from './robinhood-values.js';

const ACCOUNTS = '/api/v1/crypto/trading/accounts/';
const PAIRS = '/api/v1/crypto/trading/trading_pairs/';

/** Robinhood Crypto: REST only, every call signed. What is no account's is asked for with the key of an open session. */
export class RobinhoodGateway extends ExchangeGateway {
  readonly venue = ROBINHOOD;
  readonly traits = robinhoodTraits;
  override readonly about = robinhoodAbout;
  override readonly marketData: RobinhoodMarketData;
  private readonly channel: VenueChannel;
  private readonly root: string;
  private readonly signer = new RobinhoodSigner();
  private readonly list: MarketList;
  private readonly sessions = new OpenSessions<RobinhoodSession>();
  private readonly clients = new WeakMap<RobinhoodSession, NativeClient>();

  constructor(private readonly deps: NativeDeps) {
    super();
    const { channels, clock, timers, log, root } = deps;
    this.root = root ?? ROBINHOOD_ROOT;
    this.channel = channels.open({
      ...robinhoodChannel,
      endpoints: { api: [this.root] },
      allowLoopback: root !== undefined,
    });
    this.list = new MarketList(clock, log);
    this.marketData = new RobinhoodMarketData(
      () => this.reader(),
      timers,
      () => clock.now(),
      (detail) => this.notSent('UNSUPPORTED', detail),
    );
  }

  /** The last known where the venue does not answer. @throws DomainError VENUE_UNAVAILABLE without an open session */
  async instruments(): Promise<Instrument[]> {
    return valueOf(this.venue, await this.reader()).markets.instruments();
  }

  /** By the `Date` of the venue's answers, good to a second. @throws DomainError VENUE_UNAVAILABLE */
  serverTime(): Promise<EpochMs> {
    return clockOf(this.channel, this.deps.clock, () => this.reader());
  }

  /** @throws DomainError CONNECTION_NOT_FOUND, CREDENTIAL_INVALID, VENUE_UNAVAILABLE */
  async open(accountId: AccountId): Promise<ExchangeSession> {
    const { credentials, approvals, clock, timers, log } = this.deps;
    await assertConnected(credentials, accountId, this.venue);
    const client = this.clientOf(() => credentials.of(accountId, this.venue));
    valueOf(this.venue, await this.markets(client));
    const session = new RobinhoodSession({
      accountId,
      venue: this.venue,
      traits: this.traits,
      client,
      approvals,
      clock,
      timers,
      log,
      pace: robinhoodPace,
      markets: (asking) => this.markets(asking),
      onRulesChanged: () => this.list.distrust(),
    });
    this.clients.set(session, client);
    return this.sessions.replace(accountId, session);
  }

  /**
   * The venue does not tell what a key may do. Its documented interface has no call that moves assets out, so no key
   * can; whether this one may trade only an order would show.
   */
  override async permissions(credential: VenueCredential): Promise<GatewayOutcome<KeyPermissions>> {
    return this.clientOf(async () => credential).ask({
      intent: { class: 'RECONCILE', bucket: 'account', weight: 1, idempotentRead: true },
      draft: { method: 'GET', path: ACCOUNTS, body: null },
      read: (json) => {
        const accountIdentity = textOf(fieldsOf(json, 'account')['account_number'], 'account_number');
        return { ...UNTOLD, read: true, withdraw: false, transfer: false, accountIdentity };
      },
    });
  }

  private markets(client: NativeClient): Promise<GatewayOutcome<Markets>> {
    return this.list.current(async () => {
      const answer = await readAll(client, {
        path: PAIRS,
        intent: { class: 'DATA', bucket: 'marketData', weight: 1, idempotentRead: true },
        read: readPair,
      });
      if (answer.outcome !== 'CONFIRMED') return answer;
      return confirmed(
        answer.value.filter((pair): pair is ListedMarket => pair !== null),
        answer.evidence,
      );
    });
  }

  private async reader(): Promise<GatewayOutcome<RobinhoodReader>> {
    const session = this.sessions.latest;
    const client = session === null ? undefined : this.clients.get(session);
    if (client === undefined) {
      return this.notSent(
        'CREDENTIAL_INVALID',
        'Robinhood tells nothing without a key: no account of it is open.',
      );
    }
    const markets = await this.markets(client);
    if (markets.outcome !== 'CONFIRMED') return markets;
    return confirmed({ client, markets: markets.value }, markets.evidence);
  }

  private clientOf(credential: () => Promise<VenueCredential | null>): NativeClient {
    const { channel, root, signer } = this;
    const { clock } = this.deps;
    return new NativeClient({
      channel,
      clock,
      root,
      reader: robinhoodAnswers,
      signer,
      headers: {},
      credential,
    });
  }

  private notSent(code: 'UNSUPPORTED' | 'CREDENTIAL_INVALID', detail: string): GatewayOutcome<never> {
    return refused({ code, detail }, { kind: 'NOT_SENT', detail: { code }, at: this.deps.clock.now() });
  }
}
