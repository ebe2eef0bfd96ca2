import type { VenueOrder } from '@sextant/exchange';
import { isUnacknowledged } from '../../domain/order-status.js';
import { amendmentOf, atVenue } from '../../domain/revisions.js';
import type { AmendLiveOrder } from '../submission/amend-live-order.js';
import type { CancelLiveOrder } from '../submission/cancel-live-order.js';
import { venueName } from '../account/live-orders.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { ReadVenueFills } from './read-venue-fills.js';
import type { LearnMargin } from './learn-margin.js';
import type { ReadVenueIncome } from './read-venue-income.js';
import type { ResolveOutcome } from '../submission/resolve-outcome.js';
import { proofOf } from '../submission/send-order.js';
import type { VenueLink } from './venue-link.js';

/** How long past its end an attempt's answer is waited for. */
const ANSWER_GRACE_MS = 5_000;

/**
 * Catches up with the venue: fills, then orders. The one recovery path: at the start, at a take-over, and in a sweep. It
 * only asks and passes on what it hears, by the same door as the stream.
 */
export class ReconcileAccount {
  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly readFills: ReadVenueFills,
    private readonly readIncome: ReadVenueIncome,
    private readonly learnMargin: LearnMargin,
    private readonly resolution: ResolveOutcome,
    private readonly cancelOrder: CancelLiveOrder,
    private readonly amendOrder: AmendLiveOrder,
    private readonly tools: ExecutionTools,
  ) {}

  /** False when the venue did not answer, so that nothing is known. */
  async run(): Promise<boolean> {
    const live = this.account.orders.all().map((entry) => ({ entry, id: idAtVenue(entry) }));
    if (!(await this.readFills.read()) || !(await this.readIncome.read())) return false;
    await this.learnMargin.keep();
    this.tools.killPoint.reach('K13');
    const open = await this.link.call((venue) => venue.openOrders());
    if (open.outcome !== 'CONFIRMED') return false;
    const proof = proofOf(open.evidence);
    for (const report of open.value) await this.inbox.pushAndWait({ kind: 'REPORT', report, proof });
    const listed = new Set(open.value.map(venueName));
    for (const { clientOrderId } of open.value) listed.add(clientOrderId);
    for (const { entry, id } of live) {
      // What has been replaced meanwhile is another order at the venue, of which nothing was asked yet.
      if (idAtVenue(entry) === id) await this.follow(entry, isListed(entry, listed));
    }
    return true;
  }

  /** An attempt whose answer will not come: its process is gone, or the gateway is silent. */
  async forgetAttempt(entry: LiveOrder): Promise<void> {
    const proof = {
      kind: 'RECOVERY',
      detail: { attempts: entry.order.snapshot.attempts },
      at: this.tools.clock.now(),
    };
    await this.inbox.pushAndWait({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        const detail = 'No answer to the attempt was stored, and none will come.';
        entry.order.loseOutcome({ code: 'ANSWER_MISSING', detail }, proof, now);
        return [];
      },
    });
  }

  private async follow(entry: LiveOrder, isOpen: boolean): Promise<void> {
    const { status, needsAttention } = entry.order.snapshot;
    if (entry.order.isTerminal || entry.order.isHeldHere) return;
    if (isOpen) entry.missing = null;
    const amendment = amendmentOf(entry.order.snapshot);
    if (amendment !== null && (isOpen || amendment.endedAt !== null)) await this.amendOrder.goOn(entry);
    else if (status === 'PENDING_SUBMIT') await this.giveUpWaiting(entry);
    else if (status === 'OUTCOME_UNKNOWN' && !needsAttention) void this.resolution.resolve(entry);
    else if (!isOpen) await this.lookUp(entry);
    if (isOpen && status === 'PENDING_CANCEL') void this.cancelOrder.send(entry);
  }

  /** The gateway never answered: past the attempt's end and some, that is an unknown outcome like any other. */
  private async giveUpWaiting(entry: LiveOrder): Promise<void> {
    if (this.tools.clock.monotonicMs() <= entry.fencedFromMs + ANSWER_GRACE_MS) return;
    await this.forgetAttempt(entry);
    void this.resolution.resolve(entry);
  }

  /** Not among the open ones: the venue says how it ended. */
  private async lookUp(entry: LiveOrder): Promise<void> {
    const { clientOrderId, symbol } = atVenue(entry.order.snapshot);
    const answer = await this.link.call((venue) => venue.orderByClientId(clientOrderId, symbol));
    if (answer.outcome !== 'CONFIRMED') return;
    if (answer.value !== null) {
      entry.missing = null;
      await this.report(answer.value, proofOf(answer.evidence));
    } else if (!isUnacknowledged(entry.order.snapshot.status)) await this.missing(entry);
  }

  /** A query may miss an order for as long as the venue says: only what it still misses later is lost. */
  private async missing(entry: LiveOrder): Promise<void> {
    const nowMs = this.tools.clock.monotonicMs();
    const clientOrderId = idAtVenue(entry);
    // What has taken the place of another one was not missed before it was there.
    if (entry.missing?.clientOrderId !== clientOrderId) entry.missing = { clientOrderId, sinceMs: nowMs };
    if (nowMs - entry.missing.sinceMs > this.link.traits.visibilityLagMs) await this.lost(entry);
  }

  private async report(report: VenueOrder, proof: ReturnType<typeof proofOf>): Promise<void> {
    await this.inbox.pushAndWait({ kind: 'REPORT', report, proof });
    await this.readFills.read();
  }

  /** The venue acknowledged it once and now knows nothing of it: no machine can tell how that ended. */
  private async lost(entry: LiveOrder): Promise<void> {
    await this.inbox.pushAndWait({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        const detail = 'The venue acknowledged the order and no longer knows it.';
        entry.order.askForAttention({ code: 'LOST_AT_VENUE', detail }, now);
        return [];
      },
    });
  }
}

/** By our id, or by the venue's where somebody made the order there without one. */
function isListed({ order }: LiveOrder, listed: ReadonlySet<string>): boolean {
  const { clientOrderId, venueOrderId, symbol } = atVenue(order.snapshot);
  return listed.has(clientOrderId) || listed.has(venueName({ venueOrderId: venueOrderId ?? '', symbol }));
}

function idAtVenue({ order }: LiveOrder): string {
  return atVenue(order.snapshot).clientOrderId;
}
