import type { EpochMs } from '@sextant/kernel';
import type { CancelCause } from '../../domain/order-snapshot.js';
import { isUnacknowledged } from '../../domain/order-status.js';
import { atVenue } from '../../domain/revisions.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { Cause } from '../account/arrival.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { OwnedAccount } from '../account/owned-account.js';
import type { ReadVenueFills } from '../venue/read-venue-fills.js';
import { proofOf, reasonOf } from './send-order.js';
import type { Settlements } from '../account/settlements.js';
import type { VenueLink } from '../venue/venue-link.js';

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
 * database is away; a cancelled order is only what the venue says is cancelled.
 */
export class CancelLiveOrder {
  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly settlements: Settlements,
    private readonly readFills: ReadVenueFills,
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

  /** Sends the cancellation and books what the venue says of it. Never rejects. */
  async send(entry: LiveOrder): Promise<void> {
    const { clientOrderId, symbol } = atVenue(entry.order.snapshot);
    const answer = await this.link.call((venue) => venue.cancel(clientOrderId, symbol));
    const proof = proofOf(answer.evidence);
    if (answer.outcome === 'CONFIRMED') {
      this.inbox.push({ kind: 'REPORT', report: answer.value, proof });
      return;
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
      return;
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
