import type { VenueTraits } from '@sextant/exchange';
import { DomainError, parseScaled } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import type { CommitPlan } from '@sextant/platform';
import type {
  Acceptance,
  SyncPortfolioPayload,
  SyncPortfolioResult,
  SyncReport,
  SyncTarget,
  TradesAre,
} from '@sextant/portfolio';
import type { LiveOrder } from '../account/live-orders.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { ReadVenueFills } from './read-venue-fills.js';
import type { AcceptedDifference } from './round.js';
import { UsedKeys } from '../account/used-keys.js';
import type { VenueLink } from './venue-link.js';

const DAY_MS = 24 * 3_600_000;
/** How long a request may be under way to a venue that looks at no clock, and its answer to us. */
const WITHOUT_WINDOW_MS = 10_000;
const ANSWER_MS = 5_000;

interface Settlement {
  actor: string;
  once?: SyncPortfolioPayload['once'];
  trades?: TradesAre;
  accepts?: SyncTarget['accepts'];
}

/** Compares the balances of an owned account with its venue, and books what may be. */
export class SyncWithVenue {
  private readonly keys = new UsedKeys<{ report: SyncReport | null }>();

  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly readFills: ReadVenueFills,
    private readonly tools: ExecutionTools,
  ) {}

  /**
   * On request; the report is stored with the key of the request.
   * @throws DomainError VENUE_BALANCES_UNKNOWN, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_FLIGHT
   */
  async run({ actor, once, takeTransfers }: SyncPortfolioPayload): Promise<SyncPortfolioResult> {
    const asked = { actor, once, accepts: takeTransfers ? () => SAID_TO_BE_A_TRANSFER : () => null };
    if (once === null) return { report: await this.settle(asked), replayed: false };
    const known = this.keys.find(once)?.report ?? null;
    if (known !== null) return { report: known, replayed: true };
    const made: { report: SyncReport | null } = { report: null };
    this.keys.begin(once, made);
    try {
      made.report = await this.settle(asked);
      this.keys.commit(once);
      return { report: made.report, replayed: false };
    } catch (error) {
      this.keys.free(once);
      throw error;
    }
  }

  /** @throws DomainError VENUE_BALANCES_UNKNOWN */
  async settle({ actor, once = null, trades, accepts = () => null }: Settlement): Promise<SyncReport> {
    const { account, link, tools } = this;
    const { portfolio, orders, row } = account;
    const healed = await this.tools.books.healedSince(row.account_id, this.tools.clock.now() - DAY_MS);
    let allBooked = false;
    const target: SyncTarget = {
      state: portfolio,
      // Fills that the balances hold already are booked before the two are compared: nothing of an order is a transfer.
      balances: async () => {
        const answer = await this.link.call((venue) => venue.balances());
        allBooked = await this.readFills.read();
        return answer;
      },
      // Play money is deposited here, and nowhere else.
      accepts: row.kind === 'LIVE' ? accepts : () => null,
      healedUnits: (asset) => healed.get(asset) ?? 0n,
      ...(trades !== undefined && { trades }),
      inFlight: (asset: string) =>
        orders
          .all()
          .some(
            (entry) =>
              concerns(entry, asset) && (!allBooked || isMoving(entry, tools.clock.now(), link.traits)),
          ),
      store: (decide: () => CommitPlan) => this.inbox.pushAndWait({ kind: 'PLAN', plan: decide }),
    };
    return this.tools.portfolioSync.run(target, actor, once);
  }
}

const SAID_TO_BE_A_TRANSFER: Acceptance = {
  as: 'TRANSFER',
  note: 'Moved from or to outside, as somebody said who asked for the comparison',
};

/** @throws DomainError DIFFERENCE_REPEATED */
export function acceptanceOf(accepted: readonly AcceptedDifference[]): SyncTarget['accepts'] {
  const byAsset = new Map(accepted.map((one) => [one.asset, one]));
  if (byAsset.size < accepted.length) {
    const detail = 'Each asset may stand once in the list of accepted differences.';
    throw new DomainError('DIFFERENCE_REPEATED', detail, { pointer: '/accept' });
  }
  return (asset, differenceUnits) => {
    const said = byAsset.get(asset);
    const isThis = said !== undefined && parseScaled(said.difference) === differenceUnits;
    return isThis ? { as: said.as, note: said.note } : null;
  };
}

function concerns({ instrument }: LiveOrder, asset: string): boolean {
  return instrument.base === asset || instrument.quote === asset;
}

/**
 * The venue may have something of it to tell that is not known here; one that rests, or waits here, moves no money. For as
 * long as a request may be under way and a fill not listed: an order that stays open for a person, or whose cancellation
 * nobody can answer, would explain whatever is missing for ever.
 */
function isMoving(
  { order }: LiveOrder,
  now: EpochMs,
  { validityWindowMs, visibilityLagMs }: VenueTraits,
): boolean {
  const { status, pending, needsAttention, createdAt } = order.snapshot;
  if (order.isTerminal || needsAttention) return false;
  if (pending === null && status !== 'PENDING_SUBMIT' && status !== 'OUTCOME_UNKNOWN') return false;
  const mostMs = (validityWindowMs ?? WITHOUT_WINDOW_MS) + visibilityLagMs + ANSWER_MS;
  // Either way: a clock may have been set back since.
  return Math.abs(now - (pending?.since ?? createdAt)) <= mostMs;
}
