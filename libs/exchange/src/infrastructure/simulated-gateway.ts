import type { AccountId, ApprovalCheck, Clock, EpochMs, Instrument } from '@sextant/kernel';
import type { SimulatedVenue } from '@sextant/venue';
import { PAPER_VENUE } from '@sextant/venue';
import { ExchangeGateway } from '../domain/exchange-gateway.js';
import type { ExchangeSession } from '../domain/exchange-session.js';
import { SimulatedSession } from './simulated-session.js';
import { simulatedTraits } from './simulated-traits.js';

/** Paper trading: real displayed markets, our fills, play money. */
export class SimulatedGateway extends ExchangeGateway {
  readonly venue = PAPER_VENUE;
  readonly traits = simulatedTraits;

  constructor(
    private readonly simulated: SimulatedVenue,
    private readonly approvals: ApprovalCheck,
    private readonly clock: Clock,
  ) {
    super();
  }

  async instruments(): Promise<Instrument[]> {
    return [...this.simulated.instruments];
  }

  async serverTime(): Promise<EpochMs> {
    return this.clock.now();
  }

  async open(accountId: AccountId): Promise<ExchangeSession> {
    const session = await this.simulated.open(accountId);
    return new SimulatedSession(session, this.approvals, this.clock, () => this.simulated.close(session));
  }

  override deposit(accountId: AccountId, asset: string, units: bigint, reference: string): Promise<void> {
    return this.simulated.deposit(accountId, asset, units, reference);
  }
}
