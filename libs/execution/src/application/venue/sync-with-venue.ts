import type { CommitPlan } from '@sextant/platform';
import type { SyncPortfolioPayload, SyncPortfolioResult, SyncReport } from '@sextant/portfolio';
import type { LiveOrder } from '../account/live-orders.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { ReadVenueFills } from './read-venue-fills.js';
import { UsedKeys } from '../account/used-keys.js';
import type { VenueLink } from './venue-link.js';

/** Compares an owned account with its venue on request; the report is stored with the key of the request. */
export class SyncWithVenue {
  private readonly keys = new UsedKeys<{ report: SyncReport | null }>();

  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly readFills: ReadVenueFills,
    private readonly tools: ExecutionTools,
  ) {}

  /** @throws DomainError VENUE_BALANCES_UNKNOWN, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_FLIGHT */
  async run({ actor, once, takeTransfers }: SyncPortfolioPayload): Promise<SyncPortfolioResult> {
    if (once === null) return { report: await this.report(actor, null, takeTransfers), replayed: false };
    const known = this.keys.find(once)?.report ?? null;
    if (known !== null) return { report: known, replayed: true };
    const made: { report: SyncReport | null } = { report: null };
    this.keys.begin(once, made);
    try {
      made.report = await this.report(actor, once, takeTransfers);
      this.keys.commit(once);
      return { report: made.report, replayed: false };
    } catch (error) {
      this.keys.free(once);
      throw error;
    }
  }

  private report(
    actor: string,
    once: SyncPortfolioPayload['once'],
    takeTransfers: boolean,
  ): Promise<SyncReport> {
    const { portfolio, orders, row } = this.account;
    let allBooked = false;
    const target = {
      state: portfolio,
      // Fills that the balances hold already are booked before the two are compared: nothing of an order is a transfer.
      balances: async () => {
        const answer = await this.link.call((venue) => venue.balances());
        allBooked = await this.readFills.read();
        return answer;
      },
      takesTransfers: takeTransfers && row.kind === 'LIVE',
      inFlight: (asset: string) =>
        orders.all().some((entry) => concerns(entry, asset) && (!allBooked || isMoving(entry))),
      store: (decide: () => CommitPlan) => this.inbox.pushAndWait({ kind: 'PLAN', plan: decide }),
    };
    return this.tools.portfolioSync.run(target, actor, once);
  }
}

function concerns({ instrument }: LiveOrder, asset: string): boolean {
  return instrument.base === asset || instrument.quote === asset;
}

/** The venue has something of it to tell that is not known here; one that rests, or waits here, moves no money. */
function isMoving({ order }: LiveOrder): boolean {
  const { status, pending } = order.snapshot;
  return (
    !order.isTerminal && (pending !== null || status === 'PENDING_SUBMIT' || status === 'OUTCOME_UNKNOWN')
  );
}
