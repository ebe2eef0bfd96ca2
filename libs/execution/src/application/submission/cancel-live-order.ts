import type { EpochMs } from '@sextant/kernel';
import type { CancelCause } from '../../domain/order-snapshot.js';
import { isUnacknowledged } from '../../domain/order-status.js';
import { amendmentOf, atVenue } from '../../domain/revisions.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { Cause } from '../account/arrival.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { ReadVenueFills } from '../venue/read-venue-fills.js';
import { proofOf, reasonOf } from './send-order.js';
import type { Settlements } from '../account/settlements.js';
import type { VenueLink } from '../venue/venue-link.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** Nothing of it is at the venue: our word ends it. */
function endHere({ order }: LiveOrder, now: EpochMs): void {
  const reason = {
    code: 'CANCELED_ON_REQUEST',
    detail: 'Cancelled as asked for, while nothing of it was at the venue.',
  };
  order.end('CANCEL', reason, { kind: 'HELD_HERE', detail: {}, at: now }, now);
}

/**
 * Cancels an order. The cancellation goes out at once and its request is stored beside it, so that it works while the
 * database is away; a cancelled order is only what the venue says is cancelled. Without a verdict it is asked again, ever
 * more rarely, until the venue has said what became of the order.
 */
export class CancelLiveOrder {
  private readonly following = new Set<LiveOrder>();

  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly settlements: Settlements,
    private readonly readFills: ReadVenueFills,
    private readonly tools: Pick<ExecutionTools, 'timers' | 'clock' | 'settings'>,
  ) {}

  /** Resolves when the order has ended and that is stored, or after `waitMs`. */
  async cancel(entry: LiveOrder, cause: Cause, waitMs: number): Promise<void> {
    const { orderId } = entry.order.snapshot;
    const settled = this.settlements.wait(orderId, 'TERMINAL', waitMs);
    this.inbox.push({
      kind: 'DECISION',
      entry,
      cause,
      decide: (now) => {
        if (entry.order.isEndedHere) endHere(entry, now);
        else if (!entry.order.isTerminal) entry.order.requestCancel(now);
        return [];
      },
    });
    const unsent = entry.order.isEndedHere || isUnacknowledged(entry.order.snapshot.status);
    if (!unsent) void this.send(entry);
    await settled;
  }

  /** The cancellation that was asked for while the order's own outcome was open, or whose own outcome is. */
  sendOn(entry: LiveOrder): void {
    this.inbox.push({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        const { expiresAt = null } = entry.order.snapshot.conditions ?? {};
        const expired = expiresAt !== null && expiresAt <= now;
        if (!entry.order.isTerminal) entry.order.requestCancel(now, expired ? 'EXPIRY' : undefined);
        return [];
      },
    });
    void this.send(entry);
  }

  /** Cancels on our own account. What is not acknowledged yet is cancelled once it is. */
  withdraw(entry: LiveOrder, because: CancelCause): void {
    this.inbox.push({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        const { order } = entry;
        if (order.isTerminal || order.isHeldHere) return [];
        const acknowledged = !isUnacknowledged(order.snapshot.status);
        order.requestCancel(now, because);
        if (acknowledged) void this.send(entry);
        return [];
      },
    });
  }

  /** Sends the cancellation and books what the venue says of it. Resolves after the first answer; never rejects. */
  async send(entry: LiveOrder): Promise<void> {
    if ((await this.ask(entry)) === 'UNKNOWN') void this.follow(entry);
  }

  private async follow(entry: LiveOrder): Promise<void> {
    if (this.following.has(entry)) return;
    this.following.add(entry);
    let pauseMs = FIRST_PAUSE_MS;
    while (this.isOpen(entry)) {
      await this.tools.timers.sleep(pauseMs);
      if (this.isOpen(entry) && (await this.ask(entry)) === 'ANSWERED') break;
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
    this.following.delete(entry);
  }

  /** Still to be cancelled. For new terms only while they are far from being too late: their word is given up then. */
  private isOpen({ order }: LiveOrder): boolean {
    const { status, needsAttention } = order.snapshot;
    if (this.account.closed || order.isTerminal || needsAttention) return false;
    const amendment = amendmentOf(order.snapshot);
    if (amendment?.by !== 'REPLACE') return status === 'PENDING_CANCEL';
    const { clock, settings } = this.tools;
    return amendment.endedAt === null && clock.now() - amendment.since < settings.resendTtlMs() / 2;
  }

  private async ask(entry: LiveOrder): Promise<'ANSWERED' | 'UNKNOWN'> {
    const { clientOrderId, symbol } = atVenue(entry.order.snapshot);
    const answer = await this.link.call((venue) => venue.cancel(clientOrderId, symbol));
    const proof = proofOf(answer.evidence);
    if (answer.outcome === 'CONFIRMED') {
      this.inbox.push({ kind: 'REPORT', report: answer.value, proof });
      return 'ANSWERED';
    }
    const reason = reasonOf(answer.reason);
    if (
      answer.outcome === 'REFUSED' &&
      answer.reason.code !== 'UNKNOWN_ORDER' &&
      answer.evidence.kind === 'VENUE_ANSWER'
    ) {
      this.inbox.push({
        kind: 'DECISION',
        entry,
        decide: (now) => {
          entry.amendRefusal = reason;
          entry.order.cancelRefused(reason, proof, now);
          return [];
        },
      });
      return 'ANSWERED';
    }
    this.inbox.push({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        entry.order.loseCancelOutcome(reason, proof, now);
        return [];
      },
    });
    await this.lookUp(entry);
    return 'UNKNOWN';
  }

  /** "Unknown order" may mean that it filled: fills first, then what the venue says of the order. */
  private async lookUp(entry: LiveOrder): Promise<void> {
    const { clientOrderId, symbol } = atVenue(entry.order.snapshot);
    await this.readFills.read().catch(() => false);
    if (entry.order.isTerminal || this.account.closed) return;
    const answer = await this.link.call((venue) => venue.orderByClientId(clientOrderId, symbol));
    if (answer.outcome !== 'CONFIRMED' || answer.value === null) return;
    this.inbox.push({ kind: 'REPORT', report: answer.value, proof: proofOf(answer.evidence) });
  }
}
