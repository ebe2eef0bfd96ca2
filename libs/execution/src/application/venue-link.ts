import type { ExchangeGateway, ExchangeSession, VenueEvent } from '@sextant/exchange';
import type { AccountId } from '@sextant/kernel';

/** The account's session at its venue, replaced by a new one where only that can prove something. */
export class VenueLink {
  private opened = 0;
  private current: ExchangeSession | null = null;
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly gateway: ExchangeGateway,
    private readonly accountId: AccountId,
    private readonly onEvent: (event: VenueEvent) => void,
  ) {}

  /** 1, 2, 3 … with each session of this process. */
  get generation(): number {
    return this.opened;
  }

  get session(): ExchangeSession {
    if (this.current === null) throw new Error('the venue session is not open');
    return this.current;
  }

  /** Ends the session before it: whatever that one sent and was not accepted, never will be. */
  async open(): Promise<void> {
    this.unsubscribe();
    await this.current?.close();
    this.current = await this.gateway.open(this.accountId);
    this.opened += 1;
    this.unsubscribe = this.current.onEvent(this.onEvent);
  }

  async close(): Promise<void> {
    this.unsubscribe();
    await this.current?.close();
  }
}
