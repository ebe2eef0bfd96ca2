import { parseScaled } from '@sextant/kernel';
import type { AccountId, EpochMs, Instrument } from '@sextant/kernel';
import { UNTOLD } from '../../domain/connections/permission-finding.js';
import { ExchangeGateway } from '../../domain/exchange-gateway.js';
import type { ExchangeSession } from '../../domain/exchange-session.js';
import type { VenueChannel } from '../../domain/channel/venue-channel.js';
import { confirmed } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { KeyPermissions, VenueCredential } from '../../domain/venue-credentials.js';
import { MarketList } from '../native/markets.js';
import type { Markets } from '../native/markets.js';
import { NativeClient } from '../native/native-client.js';
import { assertConnected, clockOf, OpenSessions, valueOf } from '../native/native-gateway.js';
import type { NativeDeps } from '../native/native-gateway.js';
import { nobitexAnswers } from './nobitex-answers.js';
import { NobitexMarketData } from './nobitex-market-data.js';
import { permissionsIn, TOKEN_PERMISSIONS } from './nobitex-permissions.js';
import { NobitexSession } from './nobitex-session.js';
import { isToken, NobitexSigner } from './nobitex-signer.js';
import {
  NOBITEX,
  NOBITEX_ROOT,
  nobitexAbout,
  nobitexChannel,
  nobitexPace,
  nobitexTraits,
  USER_AGENT,
  WEIGHTS,
} from './nobitex-traits.js';
import { readFees, readOptions, readWallets } from './nobitex-values.js';
import type { FeeRates } from './nobitex-values.js';

/** Rates are told to accounts only. Until one is open: more than anybody pays, so that no reservation is too small. */
const FEES_UNTIL_TOLD: FeeRates = { rial: '0.005', tether: '0.005' };

/** Nobitex by REST, its own events polled. A key of the API (Ed25519) or a session token signs. */
export class NobitexGateway extends ExchangeGateway {
  readonly venue = NOBITEX;
  readonly traits = nobitexTraits;
  override readonly about = nobitexAbout;
  override readonly marketData: NobitexMarketData;
  private readonly channel: VenueChannel;
  private readonly root: string;
  private readonly signer = new NobitexSigner();
  private readonly list: MarketList;
  private readonly sessions = new OpenSessions<NobitexSession>();
  private readonly anybody: NativeClient;
  private fees: FeeRates | null = null;

  constructor(private readonly deps: NativeDeps) {
    super();
    const { channels, clock, timers, log, root } = deps;
    this.root = root ?? NOBITEX_ROOT;
    const endpoints = { api: [this.root] };
    this.channel = channels.open({ ...nobitexChannel, endpoints, allowLoopback: root !== undefined });
    this.list = new MarketList(clock, log);
    this.anybody = this.clientOf(undefined);
    this.marketData = new NobitexMarketData(this.anybody, () => this.markets(), timers);
  }

  /** The last known where the venue does not answer. @throws DomainError VENUE_UNAVAILABLE when none are known */
  async instruments(): Promise<Instrument[]> {
    return valueOf(this.venue, await this.markets()).instruments();
  }

  /** By the `Date` of the venue's answers, good to a second. @throws DomainError VENUE_UNAVAILABLE */
  serverTime(): Promise<EpochMs> {
    return clockOf(this.channel, this.deps.clock, () => this.options(FEES_UNTIL_TOLD));
  }

  /** @throws DomainError CONNECTION_NOT_FOUND, CREDENTIAL_INVALID, VENUE_UNAVAILABLE */
  async open(accountId: AccountId): Promise<ExchangeSession> {
    const { credentials, approvals, clock, timers, log } = this.deps;
    await assertConnected(credentials, accountId, this.venue);
    const client = this.clientOf(() => credentials.of(accountId, this.venue));
    await this.learnFees(client);
    valueOf(this.venue, await this.markets());
    const session = new NobitexSession({
      accountId,
      venue: this.venue,
      traits: this.traits,
      client,
      approvals,
      clock,
      timers,
      log,
      pace: nobitexPace,
      markets: () => this.markets(),
      onRulesChanged: () => this.list.distrust(),
    });
    return this.sessions.replace(accountId, session);
  }

  /** A token may do everything. Of a key the venue tells what it was made for, where it lets the key ask that. */
  override async permissions(credential: VenueCredential): Promise<GatewayOutcome<KeyPermissions>> {
    const client = this.clientOf(async () => credential);
    const intent = { class: 'RECONCILE', bucket: 'account', idempotentRead: true } as const;
    const reads = await client.ask({
      intent: { ...intent, weight: WEIGHTS.wallets },
      draft: { method: 'GET', path: '/users/wallets/list', body: null },
      read: readWallets,
    });
    if (reads.outcome !== 'CONFIRMED') return reads;
    if (isToken(credential)) return confirmed(TOKEN_PERMISSIONS, reads.evidence);
    const told = await client.ask({
      intent: { ...intent, weight: WEIGHTS.keys },
      draft: { method: 'GET', path: '/apikeys/list', body: null },
      read: (json) => permissionsIn(json, credential.apiKey),
    });
    if (told.outcome === 'CONFIRMED') return told;
    return confirmed({ ...UNTOLD, read: true }, reads.evidence);
  }

  private markets(): Promise<GatewayOutcome<Markets>> {
    return this.list.current(() => this.options(this.fees ?? FEES_UNTIL_TOLD));
  }

  private options(fees: FeeRates) {
    return this.anybody.ask({
      intent: { class: 'DATA', bucket: 'marketData', weight: WEIGHTS.options, idempotentRead: true },
      draft: { method: 'GET', path: '/v2/options', body: null },
      read: (json) => readOptions(json, fees),
    });
  }

  /** An instrument is the same for all accounts: it has the highest rates that one of them pays. */
  private async learnFees(client: NativeClient): Promise<void> {
    const told = await client.ask({
      intent: { class: 'RECONCILE', bucket: 'account', weight: WEIGHTS.profile, idempotentRead: true },
      draft: { method: 'GET', path: '/users/profile', body: null },
      read: readFees,
    });
    if (told.outcome !== 'CONFIRMED') return;
    const before = this.fees ?? told.value;
    const { rial, tether } = told.value;
    const fees = { rial: higher(before.rial, rial), tether: higher(before.tether, tether) };
    if (fees.rial === this.fees?.rial && fees.tether === this.fees.tether) return;
    this.fees = fees;
    this.list.distrust();
  }

  private clientOf(credential: (() => Promise<VenueCredential | null>) | undefined): NativeClient {
    const { channel, root, signer } = this;
    const { clock } = this.deps;
    const headers = { 'user-agent': USER_AGENT };
    return new NativeClient({ channel, clock, root, reader: nobitexAnswers, signer, headers, credential });
  }
}

function higher(one: string, other: string): string {
  return parseScaled(one) >= parseScaled(other) ? one : other;
}
