import type { JsonObject, JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { Approval, EpochMs } from '@sextant/kernel';
import type { RowWrite } from '@sextant/platform';
import type { OrderIntent, Verdict } from '@sextant/risk';
import type { OrderSnapshot, Proof, Reason } from '../../domain/order-snapshot.js';
import { amendmentOf } from '../../domain/revisions.js';
import type { AmendNatively } from './amend-natively.js';
import { amendedTerms } from '../terms/amended-terms.js';
import type { NewTerms } from '../terms/amended-terms.js';
import type { CancelLiveOrder } from './cancel-live-order.js';
import type { AmendOrderPayload, AmendOrderResult, Caller } from '../account/commands-of-account.js';
import type { EntryBar } from './entry-bar.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { OrderInbox } from '../account/order-inbox.js';
import { orderView } from '../requests/order-view.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { denialReason } from './refusals.js';
import type { ReplaceAtVenue } from './replace-at-venue.js';
import type { SendOrder } from './send-order.js';
import { sessionClosed } from '../account/session-closed.js';
import type { Settlements } from '../account/settlements.js';
import type { VenueLink } from '../venue/venue-link.js';

/**
 * Changes quantity or price of a live order. Held here that is one commit; at the venue one call of it, where the venue can
 * make the new terms of the order itself. Elsewhere the order there is cancelled, and once its end is proven with every fill booked, another one is placed for the rest. The reservation grows before anything is
 * sent.
 */
export class AmendLiveOrder {
  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly settlements: Settlements,
    private readonly cancelOrder: CancelLiveOrder,
    private readonly entryBar: EntryBar,
    private readonly replacement: ReplaceAtVenue,
    private readonly native: AmendNatively,
    private readonly sendOrder: SendOrder,
    private readonly tools: ExecutionTools,
  ) {}

  /**
   * Resolves when the new terms are in force, or after `waitMs`.
   * @throws DomainError as `amendedTerms` says, a denial (the rule's code), ORDER_AMEND_REFUSED,
   * ORDER_REPLACEMENT_REFUSED, ORDER_ALREADY_CLOSED
   */
  async amend(entry: LiveOrder, { request, caller, waitMs }: AmendOrderPayload): Promise<AmendOrderResult> {
    const { order, instrument } = entry;
    const closed = await this.entryBar.closedFor();
    if (closed !== null) throw closed;
    if (order.isTerminal) throw alreadyClosed(order.snapshot);
    const { symbol, orderId } = order.snapshot;
    const { traits } = this.link;
    const terms = amendedTerms(order.snapshot, request, instrument, traits, this.account.moment(symbol));
    if (terms === null) return unchanged(entry);
    const change = await this.reserve(entry, terms, caller);
    const settled = this.settlements.wait(orderId, 'AMENDED', waitMs);
    if (!(await this.store(entry, terms, change, caller))) throw closedMeanwhile(order.snapshot);
    if (order.snapshot.pending?.kind === 'AMEND') {
      if (change.native === null) void this.cancelOrder.send(entry);
      else void this.native.send(entry, change.native.approval);
      await settled;
    }
    if (this.account.closed) throw sessionClosed();
    return resultOf(entry, terms, change.native !== null && this.native.keepsQueue);
  }

  /** What a sweep or a start does for an amendment that it finds under way. */
  async goOn(entry: LiveOrder): Promise<void> {
    const amendment = amendmentOf(entry.order.snapshot);
    if (amendment === null) return;
    if (amendment.by === 'NATIVE') return void this.native.resolve(entry);
    if (entry.order.awaitsReplacement) return this.replacement.replace(entry);
    if (!this.replacement.isTooLate(amendment)) return this.cancelOrder.send(entry);
    const detail = 'The order at the venue did not end in time, and its cancellation is no longer valid.';
    const proof: Proof = { kind: 'RECOVERY', detail: {}, at: this.tools.clock.now() };
    await this.inbox.pushAndWait({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        entry.order.refuseAmend({ code: 'AMENDMENT_TOO_LATE', detail }, proof, now);
        return [];
      },
    });
  }

  /** Holds what the new terms need, at once and in memory; the commit follows. @throws DomainError the rule's code */
  private async reserve(entry: LiveOrder, terms: NewTerms, caller: Caller): Promise<Change> {
    const { account } = this;
    const { snapshot } = entry.order;
    const { orderId, symbol } = snapshot;
    const wanted = { ...snapshot, lots: terms.rest, priceTicks: terms.priceTicks };
    const intent = account.intent(orderId, wanted, entry.instrument);
    const decision = account.risk.amend(intent, account.facts(symbol, account.market(symbol)));
    if (decision.outcome === 'RESERVED') {
      const reservedUnits = decision.reservation.units;
      const { verdicts } = decision;
      if (entry.order.isHeldHere || !this.native.covers(snapshot, terms))
        return { reservedUnits, verdicts, native: null };
      return { reservedUnits, verdicts, native: this.approved(entry, intent, terms) };
    }
    await this.recordDenial(entry, decision.failed, caller);
    const { failed } = decision;
    throw new DomainError(failed.rule, denialReason(failed).detail, {
      orderId,
      riskType: failed.rule,
      currentValue: failed.value,
      limit: failed.limit,
      inputs: failed.inputs,
    });
  }

  /** The attempt of an amendment that the venue makes itself. */
  private approved({ order }: LiveOrder, intent: OrderIntent, { lots }: NewTerms): NativeAttempt {
    const { account, tools, link } = this;
    const windowMs = tools.settings.attemptWindowMs();
    const deadlineMs = tools.clock.monotonicMs() + windowMs;
    const deadlineAt = link.venueNow + windowMs;
    const attempt = { attempt: order.snapshot.attempts + 1, epoch: account.lease.epoch, deadlineMs };
    const total = this.native.lotsAtVenue(order.snapshot, lots);
    return { ...attempt, deadlineAt, approval: account.risk.approveAmendment(intent, total, attempt) };
  }

  /** False when the order has moved on since it was looked at: then nothing is stored and nothing held. */
  private async store(
    entry: LiveOrder,
    { lots, priceTicks, rest }: NewTerms,
    change: Change,
    cause: Caller,
  ): Promise<boolean> {
    const { native, verdicts } = change;
    const { order } = entry;
    let taken = false;
    const decide = (now: EpochMs): RowWrite[] => {
      taken = isUnmoved(order.snapshot) && order.snapshot.filledLots < lots;
      taken &&= native === null || native.attempt === order.snapshot.attempts + 1;
      entry.amendRefusal = null;
      // Risk reserved for what was open then; what has been filled meanwhile needs nothing any more.
      const reservedUnits = shareOf(change.reservedUnits, lots - order.snapshot.filledLots, rest);
      if (!taken) this.account.track(entry);
      else if (order.isHeldHere) order.amendHere({ lots, priceTicks, reservedUnits }, now);
      else order.requestAmend({ lots, priceTicks, by: native ? 'NATIVE' : 'REPLACE', reservedUnits }, now);
      if (!taken || native === null) return [];
      const { attempt, epoch, deadlineMs, deadlineAt } = native;
      entry.deadlineAt = deadlineAt;
      entry.fencedFromMs = deadlineMs;
      entry.epoch = epoch;
      return [this.sendOrder.attemptRow(entry, attempt, epoch, now, verdicts as unknown as JsonValue)];
    };
    await this.inbox.pushAndWait({ kind: 'DECISION', entry, cause, decide });
    return taken;
  }

  private async recordDenial(entry: LiveOrder, failed: Verdict, caller: Caller): Promise<void> {
    const detail: JsonObject = { ...failed } as unknown as JsonObject;
    const evidence = { kind: 'RISK', detail, at: this.tools.clock.now() };
    const reason = denialReason(failed);
    await this.inbox.pushAndWait({
      kind: 'DECISION',
      entry,
      cause: caller,
      decide: (now) => {
        entry.order.denyAmend(reason, evidence, now);
        return [];
      },
    });
  }
}

function unchanged({ order, stored }: LiveOrder): AmendOrderResult {
  return { outcome: 'UNCHANGED', order: orderView(stored ?? order.snapshot), queuePriorityKept: null };
}

/** What risk says of new terms; with the approval where the venue is to make them. */
interface Change {
  reservedUnits: bigint;
  verdicts: readonly Verdict[];
  native: NativeAttempt | null;
}

interface NativeAttempt {
  approval: Approval;
  attempt: number;
  epoch: number;
  deadlineMs: number;
  deadlineAt: EpochMs;
}

/** Rounded up. */
function shareOf(units: bigint, lots: number, of: number): bigint {
  return (units * BigInt(lots) + BigInt(of) - 1n) / BigInt(of);
}

function isUnmoved({ status, pending }: OrderSnapshot): boolean {
  return pending === null && (status === 'CREATED' || status === 'NEW' || status === 'PARTIALLY_FILLED');
}

/** @throws DomainError ORDER_AMEND_REFUSED, ORDER_REPLACEMENT_REFUSED, ORDER_ALREADY_CLOSED */
function resultOf(entry: LiveOrder, { lots, priceTicks }: NewTerms, keeps: boolean): AmendOrderResult {
  const now = entry.stored ?? entry.order.snapshot;
  const order = orderView(now);
  if (now.reason?.code === 'REPLACEMENT_REFUSED')
    throw refusal('ORDER_REPLACEMENT_REFUSED', now.reason, order);
  if (now.pending?.kind === 'AMEND') return { outcome: 'PENDING', order, queuePriorityKept: keeps };
  if (now.lots === lots && now.priceTicks === priceTicks) {
    const queuePriorityKept = entry.order.isHeldHere ? null : keeps;
    return { outcome: 'AMENDED', order, queuePriorityKept };
  }
  if (now.closedAt !== null) throw alreadyClosed(now);
  const kept: Reason = { code: 'AMEND_REFUSED', detail: 'The order stays as it is.' };
  throw refusal('ORDER_AMEND_REFUSED', entry.amendRefusal ?? kept, order);
}

function refusal(code: string, reason: Reason, order: ReturnType<typeof orderView>): DomainError {
  return new DomainError(code, reason.detail, { orderId: order.id, reason: { ...reason }, order });
}

function closedMeanwhile(now: OrderSnapshot): DomainError {
  if (now.closedAt !== null) return alreadyClosed(now);
  const { orderId, status } = now;
  return new DomainError('ORDER_NOT_AMENDABLE', `The order is ${status} meanwhile.`, { orderId, status });
}

function alreadyClosed(order: OrderSnapshot): DomainError {
  const { orderId, status } = order;
  return new DomainError('ORDER_ALREADY_CLOSED', `The order is ${status}.`, {
    orderId,
    order: orderView(order),
  });
}
