import type { Evidence, GatewayOutcome, OutcomeReason, VenueOrder } from '@sextant/exchange';
import type { JsonObject, JsonValue } from '@sextant/contracts';
import type { Approval, EpochMs } from '@sextant/kernel';
import { write } from '@sextant/platform';
import type { RowWrite } from '@sextant/platform';
import type { Proof, Reason } from '../../domain/order-snapshot.js';
import { isUnacknowledged } from '../../domain/order-status.js';
import type { Order } from '../../domain/order.js';
import { isOver } from '../../domain/plain-conditions.js';
import { atVenue } from '../../domain/revisions.js';
import { orderAttempts } from '../account/account-tables.js';
import type { EntryBar } from './entry-bar.js';
import type { LiveOrder } from '../account/live-orders.js';
import { isOnItsGrid } from '../venue/on-its-grid.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { isProtective, wasHeldHere } from '../waiting/protective.js';
import type { VenueLink } from '../venue/venue-link.js';
import { venuePlacement } from '../terms/venue-placement.js';

/** What follows when the venue's answer is not an answer. */
export interface Aftermath {
  outcomeUnknown(entry: LiveOrder): void;
  /** It is proven that the venue never had this attempt. */
  absent(entry: LiveOrder, attempt: number, proof: Proof): Promise<void>;
}

/** Hands an approved attempt to the gateway, once, and turns the outcome into what the order goes through. */
export class SendOrder {
  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly tools: ExecutionTools,
    private readonly entryBar: EntryBar,
    private readonly aftermath: Aftermath,
  ) {}

  async send(entry: LiveOrder, approval: Approval): Promise<void> {
    const snapshot = atVenue(entry.order.snapshot);
    const { orderId, accountId, clientOrderId, symbol, side, attempts } = snapshot;
    const { lease } = this.account;
    entry.sentIn = this.link.generation;
    this.tools.killPoint.reach('K6');
    const outcome = await this.link.call((venue) =>
      venue.place(
        {
          accountId,
          orderId,
          clientOrderId,
          symbol,
          side,
          ...venuePlacement(snapshot, venue.traits),
          attempt: attempts,
          epoch: entry.epoch,
          isHeld: () => lease.isHeld() && !this.account.closed && this.mayLeave(entry),
        },
        approval,
      ),
    );
    this.tools.killPoint.reach('K8');
    await this.take(entry, attempts, outcome);
    this.tools.killPoint.reach('K9');
  }

  /**
   * Approves an order anew whose last attempt is proven not to have been taken, stores the attempt and sends it
   * without waiting for the answer. False when risk says no, or somebody wants its end.
   */
  async sendAgain(entry: LiveOrder, proof: Proof): Promise<boolean> {
    const { account, tools } = this;
    const { orderId, symbol, attempts } = entry.order.snapshot;
    if ((await this.entryBar.closedFor()) !== null || this.account.closed) return false;
    const windowMs = tools.settings.attemptWindowMs();
    const epoch = account.lease.epoch;
    const attempt = attempts + 1;
    const deadlineAt = this.link.venueNow + windowMs;
    const terms = { attempt, epoch, deadlineMs: tools.clock.monotonicMs() + windowMs };
    const intent = account.intent(orderId, atVenue(entry.order.snapshot), entry.instrument);
    const decision = account.risk.approveAgain(intent, account.facts(symbol, account.market(symbol)), terms);
    if (decision.outcome === 'DENIED') return false;
    this.tools.killPoint.reach('K5');
    let isOurs = false;
    let isUnwanted = false;
    await this.inbox.pushAndWait({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        // Somebody else may have found the same proof, and an order goes out once for it.
        const { status, attempts: made, cancelRequested } = entry.order.snapshot;
        isUnwanted = cancelRequested;
        isOurs = made === attempts && status === 'OUTCOME_UNKNOWN' && !isUnwanted;
        if (!isOurs) return [];
        entry.order.resubmit(proof, now);
        entry.deadlineAt = deadlineAt;
        entry.fencedFromMs = terms.deadlineMs;
        entry.epoch = epoch;
        const verdicts = decision.verdicts as unknown as JsonValue;
        return [this.attemptRow(entry, attempt, epoch, now, verdicts)];
      },
    });
    if (isOurs) void this.send(entry, decision.approval);
    return !isUnwanted;
  }

  /**
   * The last look: at a cancellation that came meanwhile, at the order's time, at the market's steps, and at the kill
   * switch. What that keeps back once is over: its
   * moment has passed, unless it is a stop that protects a position.
   */
  private mayLeave(entry: LiveOrder): boolean {
    const { stopped } = this.account;
    const { orderId, cancelRequested } = entry.order.snapshot;
    const { snapshot } = entry.order;
    if (cancelRequested || isOver(snapshot, this.tools.clock.now())) return false;
    if (!isOnItsGrid(snapshot, this.tools)) return false;
    if (!stopped.has(orderId) && this.account.heldBack(entry) === null) return true;
    if (!wasHeldHere(entry.order.snapshot) || !isProtective(entry.order.snapshot, this.account)) {
      stopped.add(orderId);
    }
    return false;
  }

  /** The row of an attempt that the order has just begun. */
  attemptRow(entry: LiveOrder, attempt: number, epoch: number, now: EpochMs, verdicts: JsonValue): RowWrite {
    const { accountId, orderId } = entry.order.snapshot;
    return write(orderAttempts, {
      account_id: accountId,
      order_id: orderId,
      attempt,
      decision: 'APPROVED',
      epoch,
      decided_at: now,
      deadline_at: entry.deadlineAt,
      verdicts,
    });
  }

  private async take(entry: LiveOrder, attempt: number, outcome: GatewayOutcome<VenueOrder>): Promise<void> {
    const proof = proofOf(outcome.evidence);
    if (outcome.outcome === 'CONFIRMED') {
      await this.settle({ kind: 'REPORT', report: outcome.value, proof });
    } else if (outcome.outcome === 'UNKNOWN' || meansItExists(outcome.reason)) {
      await this.decide(entry, attempt, (order, now) =>
        order.loseOutcome(reasonOf(outcome.reason), proof, now),
      );
      this.aftermath.outcomeUnknown(entry);
    } else if (outcome.evidence.kind === 'NOT_SENT' || outcome.evidence.kind === 'FENCE') {
      if (outcome.evidence.kind === 'FENCE') await this.openAnew();
      await this.aftermath.absent(entry, attempt, proof).catch(() => undefined);
    } else {
      await this.decide(entry, attempt, (order, now) =>
        order.end('REJECT', reasonOf(outcome.reason), proof, now),
      );
    }
  }

  /** The venue takes nothing more from this session. While the account is ours, another one may go on. */
  private async openAnew(): Promise<void> {
    if (!this.account.lease.isHeld() || this.account.closed) return;
    await this.link.open().catch((error: Error) => {
      this.tools.log.warn('The venue does not open', { error: error.message });
    });
  }

  /** An answer decides about its own attempt, and only while nothing better is known. */
  private decide(
    entry: LiveOrder,
    attempt: number,
    change: (order: Order, now: EpochMs) => void,
  ): Promise<void> {
    return this.settle({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        if (isOfAttempt(entry, attempt)) change(entry.order, now);
        return [];
      },
    });
  }

  /** A session that ends meanwhile leaves the rest to whoever owns the account next. */
  private async settle(arrival: Parameters<OrderInbox['push']>[0]): Promise<void> {
    await this.inbox.pushAndWait(arrival).catch(() => undefined);
  }
}

/** "Duplicate" means that the venue has an order of this id: ask, never assume. */
function meansItExists(reason: OutcomeReason): boolean {
  return reason.code === 'DUPLICATE_CLIENT_ORDER_ID';
}

/** Whether that is the order's last attempt, and nothing better is known of it. */
export function isOfAttempt({ order }: LiveOrder, attempt: number): boolean {
  return order.snapshot.attempts === attempt && isUnacknowledged(order.snapshot.status);
}

export function proofOf(evidence: Evidence): Proof {
  return { kind: evidence.kind, detail: evidence.detail as JsonObject, at: evidence.at };
}

export function reasonOf(reason: OutcomeReason): Reason {
  return { code: reason.code, detail: reason.detail };
}
