import type {
  Evidence,
  ExchangeGateway,
  ExchangeSession,
  GatewayOutcome,
  VenueEvent,
} from '@sextant/exchange';
import type { AccountId } from '@sextant/kernel';
import type { ExecutionTools } from './owned-account.js';

/** The account's session at its venue, replaced by a new one where only that can prove something. */
export class VenueLink {
  private opened = 0;
  private closed = false;
  private opening: Promise<void> | null = null;
  private current: ExchangeSession | null = null;
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly gateway: ExchangeGateway,
    private readonly accountId: AccountId,
    private readonly onEvent: (event: VenueEvent) => void,
    private readonly tools: Pick<ExecutionTools, 'clock' | 'log'>,
  ) {}

  /** 1, 2, 3 … with each session of this process. */
  get generation(): number {
    return this.opened;
  }

  get traits(): ExchangeSession['traits'] {
    return this.session.traits;
  }

  /** Calls the venue. Never rejects: a gateway that throws has not said what it did. */
  async call<T>(work: (session: ExchangeSession) => Promise<GatewayOutcome<T>>): Promise<GatewayOutcome<T>> {
    try {
      return await work(this.session);
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

  private get session(): ExchangeSession {
    if (this.current === null) throw new Error('the venue session is not open');
    return this.current;
  }

  private async replace(): Promise<void> {
    this.unsubscribe();
    await this.current?.close();
    this.current = await this.gateway.open(this.accountId);
    this.opened += 1;
    this.unsubscribe = this.current.onEvent(this.onEvent);
  }
}
