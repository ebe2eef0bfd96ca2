import type {
  Evidence,
  ExchangeGateway,
  ExchangeSession,
  GatewayOutcome,
  HistoryCursors,
  OutcomeReason,
  VenueEvent,
} from '@sextant/exchange';
import { DomainError } from '@sextant/kernel';
import type { AccountId, EpochMs } from '@sextant/kernel';
import type { ExecutionTools } from '../account/owned-account.js';

/** The account's session at its venue, replaced by a new one where only that can prove something. */
export class VenueLink {
  private opened = 0;
  private closed = false;
  private opening: Promise<void> | null = null;
  private current: ExchangeSession | null = null;
  private unsubscribe: () => void = () => undefined;
  /** Why there is no session. */
  private missing: OutcomeReason = { code: 'VENUE_UNAVAILABLE', detail: 'The venue is not open yet.' };

  constructor(
    private readonly gateway: ExchangeGateway,
    private readonly accountId: AccountId,
    private readonly onEvent: (event: VenueEvent) => void,
    private readonly tools: Pick<ExecutionTools, 'clock' | 'log'>,
    /** What has to be known before anything that the session tells can be understood. */
    private readonly prepare: (session: ExchangeSession) => Promise<void> = async () => undefined,
  ) {}

  /** 1, 2, 3 … with each session of this process. */
  get generation(): number {
    return this.opened;
  }

  get traits(): ExchangeSession['traits'] {
    return this.current?.traits ?? this.gateway.traits;
  }

  /** False while nothing can be asked of the venue at all. */
  get isOpen(): boolean {
    return this.current !== null;
  }

  /** The venue's time as it judges requests by: ours where it has no clock of its own. */
  get venueNow(): EpochMs {
    return this.tools.clock.now() + Math.round(this.current?.venueClock?.().offsetMs ?? 0);
  }

  /** How wrong `venueNow` may be, either way; null while nobody knows. */
  get clockUncertaintyMs(): number | null {
    const clock = this.current?.venueClock?.();
    if (clock === undefined || this.traits.validityWindowMs === null) return 0;
    return clock.uncertaintyMs;
  }

  /** Whether the validity window of a request means what we think: the clock is known to a quarter of it. */
  get clockSafe(): boolean {
    const { validityWindowMs } = this.traits;
    if (validityWindowMs === null) return true;
    return this.current?.venueClock?.().isSafe(validityWindowMs) ?? true;
  }

  /** Why nothing new can be placed now, or null. */
  async obstacle(): Promise<OutcomeReason | null> {
    if (this.current === null) return this.missing;
    return (await this.current.obstacle?.()) ?? null;
  }

  /** Where reading fills begins when none were read before. */
  startCursor(): string | null {
    return this.current?.startCursor?.() ?? null;
  }

  /** Where reading fills that were executed at `at` or later begins; null where the venue has no such place. */
  cursorAt(at: EpochMs): string | null {
    return this.current?.cursorAt?.(at) ?? null;
  }

  /** Whether the venue has positions of its own to tell. */
  get tellsPositions(): boolean {
    return this.current?.positions !== undefined;
  }

  /** A market in which something may have been traded that nobody told. */
  readMarket(symbol: string): void {
    this.current?.readMarket?.(symbol);
  }

  /** Where reading the history of fills begins; null while nothing can be asked of the venue. */
  historyCursors(from: EpochMs | null): HistoryCursors | null {
    if (this.current === null) return null;
    return this.current.historyCursors?.(from) ?? { by: 'ACCOUNT', cursor: null };
  }

  /** Whether the account can hold perpetuals at this venue. */
  get holdsContracts(): boolean {
    return this.current?.incomeSince !== undefined;
  }

  /** Where reading income begins when none was read before. */
  startIncomeCursor(): string | null {
    return this.current?.startIncomeCursor?.() ?? null;
  }

  /** Calls the venue. Never rejects: a gateway that throws has not said what it did. */
  async call<T>(work: (session: ExchangeSession) => Promise<GatewayOutcome<T>>): Promise<GatewayOutcome<T>> {
    const { current, missing: reason } = this;
    if (current === null) {
      const evidence: Evidence = { kind: 'NOT_SENT', detail: {}, at: this.tools.clock.now() };
      return { outcome: 'REFUSED', reason, evidence };
    }
    try {
      return await work(current);
    } catch (error) {
      const detail = (error as Error).message;
      this.tools.log.error('The gateway failed', { error: detail });
      const evidence: Evidence = { kind: 'TRANSPORT', detail: { error: detail }, at: this.tools.clock.now() };
      return { outcome: 'UNKNOWN', reason: { code: 'GATEWAY_FAILED', detail }, evidence };
    }
  }

  /**
   * Ends the session before it: whatever that one sent and was not accepted, never will be. One at a time: of two that
   * run side by side the older could be the one that is kept. Never after `close`: it would end the session of the
   * account's next owner.
   */
  open(): Promise<void> {
    if (this.closed) return Promise.reject(new Error('the venue session is closed'));
    this.opening ??= this.replace().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.opening?.catch(() => undefined);
    this.unsubscribe();
    await this.current?.close();
  }

  private async replace(): Promise<void> {
    this.unsubscribe();
    await this.current?.close();
    this.current = null;
    try {
      this.current = await this.openSession();
    } catch (error) {
      const detail = (error as Error).message;
      this.missing = { code: error instanceof DomainError ? error.code : 'VENUE_UNAVAILABLE', detail };
      throw error;
    }
    this.opened += 1;
    this.unsubscribe = this.current.onEvent(this.onEvent);
  }

  private async openSession(): Promise<ExchangeSession> {
    const session = await this.gateway.open(this.accountId);
    try {
      await this.prepare(session);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }
}
