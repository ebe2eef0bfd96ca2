import type { AccountId, Approval, Clock, EpochMs } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import { ExchangeSession } from '../domain/exchange-session.js';
import type { HistoryCursors } from '../domain/exchange-session.js';
import type { VenueClock } from '../domain/channel/channel-state.js';
import type { GatewayOutcome, OutcomeReason } from '../domain/gateway-outcome.js';
import { refused } from '../domain/gateway-outcome.js';
import type {
  AmendOrderRequest,
  FillPage,
  PlaceOrderRequest,
  VenueBalance,
  VenueEvent,
  VenueOrder,
} from '../domain/venue-order.js';
import type { IncomePage, MarginChange, VenueMargin, VenuePosition } from '../domain/venue-position.js';
import type { VenueTraits } from '../domain/venue-traits.js';

/** What may be done with an account's key now. */
export interface KeyStanding {
  credentialId: string;
  /** Base address in place of the venue's own, or null. */
  endpoint: string | null;
  /** False for a connection that is switched off, or whose key the venue does not take. */
  usable: boolean;
  /** False in quarantine too: it reads and cancels only. */
  mayPlace: boolean;
}

/** What a session has to know of its key. */
export interface KeyWatch {
  /** Null when the account has no connection. Cheap: asked before every call. */
  standing(accountId: AccountId, venue: string): Promise<KeyStanding | null>;
  /** The venue refused a request for its key. */
  complained(accountId: AccountId, venue: string): Promise<void>;
}

/**
 * A session whose key is watched. A key in quarantine places nothing; one that is switched off does nothing. When another
 * key has taken its place, what is in flight ends with the older one, and then a new session goes on with the newer: no
 * call is refused for it. A venue that does not take the key has it looked into at once.
 */
export class GuardedSession extends ExchangeSession {
  override readonly amend?: (
    request: AmendOrderRequest,
    approval: Approval,
  ) => Promise<GatewayOutcome<VenueOrder>>;
  override readonly venueClock?: () => VenueClock;
  override readonly cancelAllAfter?: (seconds: number) => Promise<GatewayOutcome<null>>;
  override readonly positions?: () => Promise<GatewayOutcome<VenuePosition[]>>;
  override readonly incomeSince?: (cursor: string | null) => Promise<GatewayOutcome<IncomePage>>;
  override readonly startIncomeCursor?: () => string;
  override readonly margin?: () => Promise<GatewayOutcome<VenueMargin>>;
  override readonly changeMargin?: (change: MarginChange) => Promise<GatewayOutcome<null>>;
  private readonly inFlight = new Set<Promise<unknown>>();
  private readonly listeners = new Map<(event: VenueEvent) => void, () => void>();
  private switching: Promise<void> | null = null;
  private closed = false;

  private constructor(
    private session: ExchangeSession,
    private credentialId: string | null,
    private readonly accountId: AccountId,
    private readonly open: (endpoint: string | null) => Promise<ExchangeSession>,
    private readonly watch: KeyWatch,
    private readonly clock: Clock,
    override endpoint: string | null,
  ) {
    super();
    if (session.venueClock !== undefined) this.venueClock = () => this.session.venueClock!();
    if (session.amend !== undefined) {
      this.amend = (request, approval) => this.call('PLACE', (now) => now.amend!(request, approval));
    }
    if (session.cancelAllAfter !== undefined)
      this.cancelAllAfter = (seconds) => this.call('USE', (now) => now.cancelAllAfter!(seconds));
    if (session.positions === undefined) return;
    this.positions = () => this.call('USE', (now) => now.positions!());
    this.incomeSince = (cursor) => this.call('USE', (now) => now.incomeSince!(cursor));
    this.startIncomeCursor = () => this.session.startIncomeCursor!();
    this.margin = () => this.call('USE', (now) => now.margin!());
    this.changeMargin = (change) => this.call('PLACE', (now) => now.changeMargin!(change));
  }

  static async over(
    accountId: AccountId,
    venue: string,
    open: (endpoint: string | null) => Promise<ExchangeSession>,
    watch: KeyWatch,
    clock: Clock,
  ): Promise<ExchangeSession> {
    // Asked before the session is made: with a key that changes in between, the first call makes another session.
    const standing = await watch.standing(accountId, venue);
    // Before anything is opened: the address may be one that is not to be called.
    if (standing?.usable === false) {
      throw new DomainError('CREDENTIAL_INVALID', `The connection to ${venue} is not to be used.`);
    }
    return new GuardedSession(
      await open(standing?.endpoint ?? null),
      standing?.credentialId ?? null,
      accountId,
      open,
      watch,
      clock,
      standing?.endpoint ?? null,
    );
  }

  get venue(): string {
    return this.session.venue;
  }

  get traits(): VenueTraits {
    return this.session.traits;
  }

  place(request: PlaceOrderRequest, approval: Approval): Promise<GatewayOutcome<VenueOrder>> {
    return this.call('PLACE', (session) => session.place(request, approval));
  }

  cancel(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder>> {
    return this.call('USE', (session) => session.cancel(clientOrderId, symbol));
  }

  orderByClientId(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder | null>> {
    return this.call('USE', (session) => session.orderByClientId(clientOrderId, symbol));
  }

  openOrders(): Promise<GatewayOutcome<VenueOrder[]>> {
    return this.call('USE', (session) => session.openOrders());
  }

  fillsSince(cursor: string | null): Promise<GatewayOutcome<FillPage>> {
    return this.call('USE', (session) => session.fillsSince(cursor));
  }

  balances(): Promise<GatewayOutcome<VenueBalance[]>> {
    return this.call('USE', (session) => session.balances());
  }

  onEvent(listener: (event: VenueEvent) => void): () => void {
    this.listeners.set(listener, this.session.onEvent(listener));
    return () => {
      this.listeners.get(listener)?.();
      this.listeners.delete(listener);
    };
  }

  override async obstacle(): Promise<OutcomeReason | null> {
    const standing = await this.watch.standing(this.accountId, this.venue);
    return keyObstacle('PLACE', standing) ?? (await this.session.obstacle?.()) ?? null;
  }

  override readMarket(symbol: string): void {
    this.session.readMarket?.(symbol);
  }

  override cursorAt(at: EpochMs): string | null {
    return this.session.cursorAt?.(at) ?? null;
  }

  override startCursor(): string | null {
    return this.session.startCursor?.() ?? null;
  }

  override historySince(cursor: string | null): Promise<GatewayOutcome<FillPage>> {
    return this.call('USE', (session) => session.historySince?.(cursor) ?? session.fillsSince(cursor));
  }

  override historyCursors(from: EpochMs | null): HistoryCursors {
    return this.session.historyCursors?.(from) ?? { by: 'ACCOUNT', cursor: null };
  }

  /** From now on no newer session is made either: it would end the one of the account's next owner. */
  async close(): Promise<void> {
    this.closed = true;
    await this.switching?.catch(() => undefined);
    await this.session.close();
  }

  private async call<T>(
    what: 'PLACE' | 'USE',
    send: (session: ExchangeSession) => Promise<GatewayOutcome<T>>,
  ): Promise<GatewayOutcome<T>> {
    const obstacle = await this.kept(what).catch((error: unknown) =>
      this.withheld(
        'VENUE_UNAVAILABLE',
        `The key of this account is not to be had: ${(error as Error).message}`,
      ),
    );
    if (obstacle !== null) return obstacle;
    // From here to the send nothing else runs: a switch that begins later waits for this call.
    while (this.switching !== null) await this.switching.catch(() => undefined);
    const answer = await this.tracked(send(this.session));
    if (answer.outcome !== 'CONFIRMED' && answer.reason.code === 'CREDENTIAL_INVALID') {
      // The answer is not held up by it; what fails in there, the daily check finds.
      void this.watch.complained(this.accountId, this.venue).catch(() => undefined);
    }
    return answer;
  }

  /** Null when the call may go out with the session that there is now. */
  private async kept(what: 'PLACE' | 'USE'): Promise<GatewayOutcome<never> | null> {
    const standing = await this.watch.standing(this.accountId, this.venue);
    const obstacle = keyObstacle(what, standing);
    if (obstacle !== null) return this.withheld(obstacle.code, obstacle.detail);
    if (standing !== null && standing.credentialId !== this.credentialId && !this.closed)
      await this.switchTo(standing);
    return null;
  }

  private withheld(code: string, detail: string): GatewayOutcome<never> {
    return refused({ code, detail }, { kind: 'NOT_SENT', detail: {}, at: this.clock.now() });
  }

  private async tracked<T>(call: Promise<T>): Promise<T> {
    this.inFlight.add(call);
    try {
      return await call;
    } finally {
      this.inFlight.delete(call);
    }
  }

  /** One switch at a time; calls that come meanwhile wait for it. */
  private switchTo(standing: KeyStanding): Promise<void> {
    this.switching ??= this.reopen(standing).finally(() => {
      this.switching = null;
    });
    return this.switching;
  }

  private async reopen({ credentialId, endpoint }: KeyStanding): Promise<void> {
    while (this.inFlight.size > 0) await Promise.allSettled(this.inFlight);
    if (this.closed) return;
    const former = this.session;
    this.session = await this.open(endpoint);
    this.credentialId = credentialId;
    this.endpoint = endpoint;
    for (const [listener, end] of this.listeners) {
      end();
      this.listeners.set(listener, this.session.onEvent(listener));
    }
    await former.close().catch(() => undefined);
  }
}

function keyObstacle(what: 'PLACE' | 'USE', standing: KeyStanding | null): OutcomeReason | null {
  if (standing?.usable !== true) {
    const detail = 'The connection of this account is off, or its key is not taken.';
    return { code: 'CREDENTIAL_INVALID', detail };
  }
  if (what === 'USE' || standing.mayPlace) return null;
  return {
    code: 'PERMISSION_DENIED',
    detail: 'The key of this account is in quarantine: it places nothing.',
  };
}
