import type { JsonObject, JsonValue } from '@sextant/contracts';
import { Aggregate, formatScaled, parseScaled } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import type { OrderEvent } from './order-events.js';
import type {
  Amendment,
  CancelCause,
  OrderConditions,
  OrderFill,
  OrderProgress,
  OrderSnapshot,
  OrderTerms,
  PendingChange,
  Proof,
  Reason,
  TriggerState,
} from './order-snapshot.js';
import { isTerminal, isUnacknowledged, nextStatus } from './order-status.js';
import type { OrderStatus, OrderTrigger } from './order-status.js';
import { addFee, reservationAfterFill, reservationOfAmended } from './order-totals.js';
import {
  amendmentOf,
  currentRevision,
  firstRevision,
  isOfEarlierRevision,
  openLotsOfEnded,
  surplusOf,
  withExtra,
  withFill,
  withLessCut,
  withoutAmendment,
  withSurplus,
  withVenueOrderId,
} from './revisions.js';

export interface Reservation {
  asset: string;
  /** 10^-18 */
  units: bigint;
}

/** New terms for an order, and what they set aside. */
export type AmendedTerms = Pick<Amendment, 'lots' | 'priceTicks' | 'by'> & { reservedUnits: bigint };

/** How the venue ended an order. */
export type Ending = 'CANCEL' | 'EXPIRE' | 'REJECT' | 'COMPLETE';

/** Reasons of ours, for an order that the venue is proven not to have. */
const neverCame: ReadonlySet<string> = new Set(['NOT_ACCEPTED', 'KILL_SWITCH']);
const unnamed: Reason = { code: 'REJECTED_BY_VENUE', detail: 'The venue refused the order.' };
const overtaken: Reason = {
  code: 'AMENDMENT_OVERTAKEN',
  detail: 'More was filled than the new total by the time the order at the venue was cancelled.',
};
const untouched = { extremeTicks: null, triggeredAt: null, triggeredTicks: null } as const;
const nothing: Reservation = { asset: '', units: 0n };
const endingEvent = {
  CANCEL: 'OrderCanceled',
  EXPIRE: 'OrderExpired',
  REJECT: 'OrderRejected',
  COMPLETE: 'OrderFilled',
} as const;

/** An order and what became of it. Status only moves along `orderTransitions`; times and ids come in as arguments. */
export class Order extends Aggregate<OrderEvent> {
  private constructor(private state: OrderSnapshot) {
    super();
  }

  /** An intent that risk approved and reserved for: ready for its first attempt. */
  static place(terms: OrderTerms, reservation: Reservation, now: EpochMs): Order {
    const order = new Order(created(terms, reservation, now));
    order.move('SUBMIT', now, { attempts: 1, pending: { kind: 'SUBMIT', since: now, outcome: 'IN_FLIGHT' } });
    order.emit('OrderPlaced', order.asked(reservation));
    return order;
  }

  /** An intent that waits here for its trigger, with what it needs set aside. Nothing of it is at the venue. */
  static arm(
    terms: OrderTerms,
    reservation: Reservation,
    verdicts: JsonValue,
    now: EpochMs,
    state: 'ARMED' | 'WAITING' = 'ARMED',
  ): Order {
    const order = new Order(created(terms, reservation, now));
    const trigger: TriggerState = { state, ...untouched };
    order.touch(now, { progress: { trigger, revisions: [] } });
    order.emit('OrderArmed', { ...order.asked(reservation), verdicts });
    return order;
  }

  /** An intent that risk refused: recorded, never sent. */
  static deny(terms: OrderTerms, reason: Reason, now: EpochMs): Order {
    const order = new Order(created(terms, nothing, now));
    order.move('DENY', now, { reason });
    order.emit('OrderDenied', { clientOrderId: terms.clientOrderId, reason: { ...reason } });
    return order;
  }

  /** An order that somebody made at the venue. */
  static adopt(
    terms: OrderTerms,
    venueOrderId: string,
    reservation: Reservation,
    proof: Proof,
    now: EpochMs,
    /** What it had traded before the account was first seen. */
    before: { lots: number; quoteUnits: bigint } | null = null,
  ): Order {
    const order = new Order(created(terms, reservation, now));
    order.move('ADOPT', now, { venueOrderId, evidence: proof });
    if (before !== null) {
      order.move('FILL', now, { filledLots: before.lots, cumulativeQuoteUnits: before.quoteUnits });
    }
    const filledQuantity = order.decimalLots(order.state.filledLots);
    order.emit('OrderAdopted', { venueOrderId, filledQuantity, evidence: { ...proof } });
    return order;
  }

  static fromSnapshot(snapshot: OrderSnapshot): Order {
    return new Order(snapshot);
  }

  get snapshot(): OrderSnapshot {
    return this.state;
  }

  get isTerminal(): boolean {
    return isTerminal(this.state.status);
  }

  /** Lots that may still be filled; null for an order for an amount of quote. */
  get openLots(): number | null {
    const { lots, filledLots } = this.state;
    if (lots === null) return null;
    const amendment = this.changingAtVenue;
    return Math.max(lots, amendment?.lots ?? 0) - filledLots;
  }

  /**
   * True when what it names at the venue has room for it. A fill beyond that quantity is not of this order, whatever its
   * id says.
   */
  admits(fill: OrderFill): boolean {
    const open = openLotsOfEnded(this.state, fill) ?? this.openLots;
    const { status } = this.state;
    return status !== 'RISK_DENIED' && status !== 'CREATED' && (open === null || fill.lots <= open);
  }

  /** True while it waits here and the venue knows nothing of it. */
  get isHeldHere(): boolean {
    return this.state.status === 'CREATED';
  }

  /** When the first attempt of what is at the venue was decided: when it was made, triggered or replaced. */
  get sentFirstAt(): EpochMs {
    const { progress, createdAt } = this.state;
    const replacement = this.isReplacement ? currentRevision(this.state) : null;
    return replacement?.since ?? progress?.trigger?.triggeredAt ?? createdAt;
  }

  /** Attempts of what is at the venue now. */
  get attemptsAtVenue(): number {
    return this.state.attempts - (currentRevision(this.state)?.firstAttempt ?? 1) + 1;
  }

  /** True once new terms have put another order at the venue in the place of the first. */
  get isReplacement(): boolean {
    return (this.state.progress?.revisions.length ?? 0) > 1;
  }

  /** True while nothing of it is at the venue, and another placement is due. */
  get awaitsReplacement(): boolean {
    return !this.isTerminal && (amendmentOf(this.state)?.endedAt ?? null) !== null;
  }

  /** True while the venue knows nothing of it that could trade: our word ends it. */
  get isEndedHere(): boolean {
    return this.isHeldHere || this.awaitsReplacement;
  }

  /** A trailing stop follows a better price. */
  trail(extremeTicks: number, now: EpochMs): void {
    this.awaits({ extremeTicks }, now);
    this.emit('OrderTrailed', { extremePrice: this.decimalTicks(extremeTicks) });
  }

  /** The first fill of its entry has come: from here on its trigger is watched. */
  wake(now: EpochMs): void {
    this.awaits({ state: 'ARMED' }, now);
    this.emit('OrderWoken', {});
  }

  /** Its trigger was touched while another leg of its group is still at the venue. */
  noteTouch(priceTicks: number, now: EpochMs): void {
    this.awaits({ state: 'TOUCHED', triggeredTicks: priceTicks }, now);
    this.emit('OrderTouched', { price: this.decimalTicks(priceTicks) });
  }

  /** Its trigger was touched and the moment does not allow it: it stays armed. Told once for each reason. */
  holdBack(reason: Reason, now: EpochMs): void {
    if (this.state.reason?.code === reason.code) return;
    this.awaits({}, now);
    this.touch(now, { reason });
    this.emit('OrderHeldBack', { reason: { ...reason } });
  }

  /** It goes to the venue untouched, which watches it from here on: ready for its first attempt. */
  release(now: EpochMs): void {
    this.leave({ state: 'RELEASED', triggeredAt: now }, now);
    this.emit('OrderReleased', {});
  }

  /** Its trigger was touched and risk approved it: ready for its first attempt. Null: it does not go by a price. */
  trigger(priceTicks: number | null, now: EpochMs): void {
    this.leave({ state: 'TRIGGERED', triggeredAt: now, triggeredTicks: priceTicks }, now);
    this.emit('OrderTriggered', { price: priceTicks === null ? null : this.decimalTicks(priceTicks) });
  }

  /** Its trigger was touched and risk refused it. */
  denyTriggered(reason: Reason, now: EpochMs): void {
    this.move('DENY', now, { reason });
    this.emit('OrderDenied', { clientOrderId: this.state.clientOrderId, reason: { ...reason } });
  }

  /** While it is held here its quantity and reservation follow what it belongs to. */
  resize(lots: number, reservedUnits: bigint, now: EpochMs): void {
    if (!this.isHeldHere) throw new Error(`order ${this.state.orderId} is not held here`);
    if (lots === this.state.lots && reservedUnits === this.state.reservedUnits) return;
    this.touch(now, { lots, reservedUnits });
    this.emit('OrderResized', { quantity: this.decimalLots(lots) });
  }

  /** New terms of an order that is held here: nobody else has to agree. */
  amendHere({ lots, priceTicks, reservedUnits }: Omit<AmendedTerms, 'by'>, now: EpochMs): void {
    if (!this.isHeldHere) throw new Error(`order ${this.state.orderId} is not held here`);
    this.touch(now, { lots, priceTicks, reservedUnits });
    this.emitAmended({ kind: 'HELD_HERE', detail: {}, at: now });
  }

  /** New terms are asked for; until they are settled it holds what the larger of the two needs. */
  requestAmend({ lots, priceTicks, by, reservedUnits }: AmendedTerms, now: EpochMs): void {
    const { status, pending, progress, filledLots } = this.state;
    if ((status !== 'NEW' && status !== 'PARTIALLY_FILLED') || pending !== null)
      throw new Error(`order ${this.state.orderId} cannot be amended while it is ${status}`);
    const extraUnits =
      reservedUnits > this.state.reservedUnits ? reservedUnits - this.state.reservedUnits : 0n;
    const amendment: Amendment = {
      lots,
      priceTicks,
      by,
      reserved: formatScaled(reservedUnits),
      extra: formatScaled(extraUnits),
      filledBefore: filledLots,
      since: now,
      surplusLots: surplusOf(this.state),
      endedAt: null,
    };
    this.touch(now, {
      attempts: this.state.attempts + (by === 'NATIVE' ? 1 : 0),
      pending: { kind: 'AMEND', since: now, outcome: 'IN_FLIGHT' },
      progress: { trigger: null, revisions: [], ...progress, amendment },
      reservedUnits: this.state.reservedUnits + extraUnits,
    });
    this.emit('OrderAmendRequested', {
      ...this.termsOf(lots, priceTicks),
      by,
      reserved: { asset: this.state.reservedAsset, amount: formatScaled(this.state.reservedUnits) },
    });
  }

  /** The amendment went out, or may have, and nobody knows what became of it. */
  loseAmendOutcome(reason: Reason, proof: Proof, now: EpochMs): void {
    const { pending } = this.state;
    if (amendmentOf(this.state) === null || pending?.kind !== 'AMEND' || pending.outcome === 'UNKNOWN')
      return;
    this.touch(now, { pending: { ...this.unresolved('AMEND', now), outcome: 'UNKNOWN' } });
    this.emit('OrderOutcomeUnknown', { pending: 'AMEND', reason: { ...reason }, evidence: { ...proof } });
  }

  /** It stays as it was before. */
  refuseAmend(reason: Reason, proof: Proof, now: EpochMs): void {
    const amendment = amendmentOf(this.state);
    if (amendment === null || amendment.endedAt !== null) return;
    this.dropAmendment(now);
    this.emit('OrderAmendRefused', { reason: { ...reason }, evidence: { ...proof } });
  }

  /** Risk refused new terms: nothing of the order changes, and that is told under a version of its own. */
  denyAmend(reason: Reason, proof: Proof, now: EpochMs): void {
    this.touch(now, {});
    this.emit('OrderAmendRefused', { reason: { ...reason }, evidence: { ...proof } });
  }

  /** The venue shows these terms. They are the new ones where those were asked of it. */
  observeTerms(lots: number | null, priceTicks: number | null, proof: Proof, now: EpochMs): void {
    const amendment = this.changingAtVenue;
    const total = (lots ?? 0) + (currentRevision(this.state)?.filledBefore ?? 0);
    if (amendment === null || total !== amendment.lots || priceTicks !== amendment.priceTicks) return;
    this.amendedAtVenue(amendment, proof, now);
  }

  /** The order at the venue has ended, and another one is to take its place. */
  replace(clientOrderId: string, reservedUnits: bigint, now: EpochMs): void {
    const amendment = amendmentOf(this.state);
    if (amendment === null || !this.awaitsReplacement)
      throw new Error(`order ${this.state.orderId} awaits no replacement`);
    const { progress, filledLots, attempts } = this.state;
    const revisions = progress?.revisions ?? [];
    const { lots, priceTicks } = amendment;
    const next = {
      clientOrderId,
      venueOrderId: null,
      lots: lots - filledLots,
      priceTicks,
      filledBefore: filledLots,
      filledLots: 0,
      firstAttempt: attempts + 1,
      since: now,
    };
    const before = revisions.length === 0 ? [firstRevision(this.state)] : revisions;
    this.move('REPLACE', now, {
      lots,
      priceTicks,
      reservedUnits,
      venueOrderId: null,
      attempts: attempts + 1,
      pending: { kind: 'AMEND', since: amendment.since, outcome: 'IN_FLIGHT' },
      progress: { trigger: progress?.trigger ?? null, revisions: [...before, next] },
    });
    this.emit('OrderReplaced', {
      clientOrderId,
      ...this.termsOf(lots, priceTicks),
      filledQuantity: this.decimalLots(filledLots),
      reserved: { asset: this.state.reservedAsset, amount: formatScaled(reservedUnits) },
    });
  }

  /** Its order at the venue is gone and the one that was to follow is not to be: what is filled is all there is. */
  refuseReplacement(reason: Reason, proof: Proof, now: EpochMs): void {
    if (this.isTerminal) return;
    const unknown = this.state.status === 'OUTCOME_UNKNOWN';
    const detail = `The order at the venue was cancelled, and its replacement was not taken (${reason.code}): ${reason.detail}`;
    const refused: Reason = { code: 'REPLACEMENT_REFUSED', detail };
    this.move('CANCEL', now, { reason: refused, evidence: proof, needsAttention: false });
    this.emit('OrderReplacementRefused', { reason: { ...reason }, evidence: { ...proof } });
    this.touch(now, {});
    this.emitEnd('CANCEL', refused, proof);
    if (unknown) this.resolved('NOT_ACCEPTED', proof, now);
  }

  /** The venue has it. A late or repeated word of that changes nothing. */
  accept(venueOrderId: string, proof: Proof, now: EpochMs): void {
    if (this.isHeldHere || !isUnacknowledged(this.state.status)) return;
    const unknown = this.state.status === 'OUTCOME_UNKNOWN';
    const { progress, filledLots } = this.state;
    this.move(filledLots > 0 ? 'ACCEPT_PART' : 'ACCEPT', now, {
      venueOrderId,
      pending: null,
      needsAttention: false,
      progress: progress && withVenueOrderId(progress, venueOrderId),
    });
    this.emit('OrderAccepted', { venueOrderId, evidence: { ...proof } });
    if (unknown) this.resolved('ADOPTED', proof, now);
    if (this.isReplacement) this.replaced(proof, now);
  }

  /** Books one fill. The caller has made sure that it is new and that the order admits it. */
  fill(fill: OrderFill, now: EpochMs): void {
    if (!this.admits(fill))
      throw new Error(`fill ${fill.venueTradeId} is more than order ${this.state.orderId} has open`);
    if (openLotsOfEnded(this.state, fill) === null) this.fillCurrent(fill, now);
    else this.fillEnded(fill, now);
  }

  private fillCurrent(fill: OrderFill, now: EpochMs): void {
    const proof: Proof = { kind: 'FILL', detail: { venueTradeId: fill.venueTradeId }, at: now };
    this.amendedByFill(fill, proof, now);
    const { state } = this;
    const speaks = isUnacknowledged(state.status);
    const completes = this.openLots === fill.lots && !this.isTerminal && !this.changingAtVenue;
    const unknown = state.status === 'OUTCOME_UNKNOWN';
    const { units, extra } = reservationAfterFill(state, fill);
    const booked = state.progress && withFill(state.progress, fill.venueOrderId, fill.lots);
    this.move(completes ? 'COMPLETE' : 'FILL', now, {
      ...this.withTotals(fill),
      venueOrderId: state.venueOrderId ?? fill.venueOrderId,
      reservedUnits: completes || this.isTerminal ? 0n : units,
      progress: booked && withExtra(booked, extra),
      pending: speaks ? null : state.pending,
      needsAttention: speaks ? false : state.needsAttention,
    });
    this.emit(completes ? 'OrderFilled' : 'OrderPartiallyFilled', this.filled(fill));
    if (unknown) this.resolved('ADOPTED', proof, now);
    if (speaks && this.isReplacement) this.replaced(proof, now);
  }

  /**
   * The venue filled of an order that it had ended for new terms. What is in its place was placed without knowing that:
   * this says nothing of it, it holds what it held, and may fill as much as before.
   */
  private fillEnded(fill: OrderFill, now: EpochMs): void {
    const { status, progress, lots } = this.state;
    const rests = !this.isTerminal && !this.awaitsReplacement;
    const isCut = !isOfEarlierRevision(this.state, fill);
    const booked = progress && withFill(progress, fill.venueOrderId, fill.lots);
    const followed = booked && rests ? withSurplus(booked, fill.lots) : booked;
    this.move(isUnacknowledged(status) ? 'FILL_LATE' : 'FILL', now, {
      ...this.withTotals(fill),
      lots: lots === null ? null : lots + fill.lots,
      progress: followed && isCut ? withLessCut(followed, fill.lots) : followed,
    });
    this.emit('OrderPartiallyFilled', this.filled(fill));
    this.touch(now, {});
    this.emit('OrderOverrun', {
      quantity: this.decimalLots(this.state.lots ?? this.state.filledLots),
      surplus: this.decimalLots(surplusOf(this.state)),
    });
  }

  private withTotals(fill: OrderFill): Pick<OrderSnapshot, 'filledLots' | 'cumulativeQuoteUnits' | 'fees'> {
    const { filledLots, cumulativeQuoteUnits, fees } = this.state;
    return {
      filledLots: filledLots + fill.lots,
      cumulativeQuoteUnits: cumulativeQuoteUnits + fill.notionalUnits,
      fees: addFee(fees, fill.feeAsset, fill.feeUnits),
    };
  }

  /**
   * The venue ended it, and every fill up to there is booked. Nothing ends twice: the first word stands. What is being
   * replaced goes on: its cancellation is the half of it.
   */
  end(ending: Ending, reason: Reason | null, proof: Proof, now: EpochMs, venueOrderId?: string): void {
    if (this.isTerminal) return;
    const amendment = amendmentOf(this.state);
    if (ending === 'CANCEL' && amendment?.by === 'REPLACE' && amendment.endedAt === null)
      return this.endAtVenue(amendment, proof, now);
    if (ending === 'REJECT' && this.isReplacement && isUnacknowledged(this.state.status))
      return this.refuseReplacement(reason ?? unnamed, proof, now);
    const unknown = this.state.status === 'OUTCOME_UNKNOWN';
    this.move(ending, now, {
      reason,
      evidence: proof,
      needsAttention: false,
      venueOrderId: this.state.venueOrderId ?? venueOrderId ?? null,
    });
    this.emitEnd(ending, reason, proof);
    if (unknown) this.resolved(neverCame.has(reason?.code ?? '') ? 'NOT_ACCEPTED' : 'ADOPTED', proof, now);
  }

  /** The venue is proven never to have had it, and its end was wanted: that is how it ends, and no refusal. */
  endAbsent(ending: 'CANCEL' | 'EXPIRE', reason: Reason, proof: Proof, now: EpochMs): void {
    if (this.isTerminal) return;
    if (this.isReplacement) return this.refuseReplacement(reason, proof, now);
    const unknown = this.state.status === 'OUTCOME_UNKNOWN';
    this.move(ending, now, { reason, evidence: proof, needsAttention: false });
    this.emitEnd(ending, reason, proof);
    if (unknown) this.resolved('NOT_ACCEPTED', proof, now);
  }

  /** An attempt went out, or may have, and nobody knows what became of it. */
  loseOutcome(reason: Reason, proof: Proof, now: EpochMs): void {
    if (this.state.status !== 'PENDING_SUBMIT') return;
    this.move('LOSE', now, { reason, pending: { ...this.unresolved('SUBMIT', now), outcome: 'UNKNOWN' } });
    this.emit('OrderOutcomeUnknown', { pending: 'SUBMIT', reason: { ...reason }, evidence: { ...proof } });
  }

  /** The venue is proven never to have had it, and the intent still holds: one more attempt. */
  resubmit(proof: Proof, now: EpochMs): void {
    this.move('RESUBMIT', now, {
      attempts: this.state.attempts + 1,
      reason: null,
      needsAttention: false,
      evidence: proof,
      pending: { kind: this.isReplacement ? 'AMEND' : 'SUBMIT', since: now, outcome: 'IN_FLIGHT' },
    });
    this.resolved('RESENT', proof, now);
  }

  /** Asks for the cancellation. While the submission's outcome is open it is only noted. */
  requestCancel(now: EpochMs, because?: CancelCause): void {
    if (isUnacknowledged(this.state.status)) {
      if (this.state.cancelRequested) return this.alsoAsked(because);
      const { pending } = this.state;
      this.touch(now, {
        cancelRequested: true,
        pending: pending && { ...pending, ...(because && { because }) },
      });
      this.emit('OrderCancelRequested', {});
      return;
    }
    if (this.state.status === 'PENDING_CANCEL') return this.alsoAsked(because);
    // What the venue may have made of it by now counts until it is known.
    if (amendmentOf(this.state)?.by === 'REPLACE') this.dropAmendment(now);
    this.move('REQUEST_CANCEL', now, {
      cancelRequested: true,
      pending: { kind: 'CANCEL', since: now, outcome: 'IN_FLIGHT', ...(because && { because }) },
    });
    this.emit('OrderCancelRequested', {});
  }

  /** The cancellation went out, or may have, and nobody knows what became of it. The order counts as alive. */
  loseCancelOutcome(reason: Reason, proof: Proof, now: EpochMs): void {
    if (amendmentOf(this.state)?.by === 'REPLACE') return this.loseAmendOutcome(reason, proof, now);
    if (this.state.status !== 'PENDING_CANCEL' || this.state.pending?.outcome === 'UNKNOWN') return;
    this.touch(now, { pending: { ...this.unresolved('CANCEL', now), outcome: 'UNKNOWN' } });
    this.emit('OrderOutcomeUnknown', { pending: 'CANCEL', reason: { ...reason }, evidence: { ...proof } });
  }

  /** The venue said that it keeps the order. */
  cancelRefused(reason: Reason, proof: Proof, now: EpochMs): void {
    if (amendmentOf(this.state)?.by === 'REPLACE') return this.refuseAmend(reason, proof, now);
    if (this.state.status !== 'PENDING_CANCEL') return;
    this.move(this.state.filledLots > 0 ? 'KEEP_PART' : 'KEEP', now, {
      pending: null,
      cancelRequested: false,
    });
    this.emit('OrderCancelRefused', { reason: { ...reason }, evidence: { ...proof } });
  }

  /** No proof can be had from the venue: a person has to look. */
  askForAttention(reason: Reason, now: EpochMs): void {
    if (this.state.needsAttention || this.isTerminal) return;
    this.touch(now, { needsAttention: true, reason });
    this.emit('OrderNeedsAttention', { reason: { ...reason } });
  }

  /** Somebody wants the end of an order that is being cancelled for a reason of ours: then it is theirs. */
  private alsoAsked(because: CancelCause | undefined): void {
    const { pending, updatedAt } = this.state;
    if (because !== undefined || pending?.because === undefined) return;
    const { kind, since, outcome } = pending;
    this.touch(updatedAt, { pending: { kind, since, outcome } });
    this.emit('OrderCancelRequested', {});
  }

  /** A person has found an acknowledged order at the venue that could not be found any more. */
  attended(venueOrderId: string, proof: Proof, now: EpochMs): void {
    if (!this.state.needsAttention || this.isTerminal) return;
    this.touch(now, { needsAttention: false, reason: null, venueOrderId });
    this.resolved('ADOPTED', proof, now);
  }

  private awaits(changes: Partial<TriggerState>, now: EpochMs): void {
    if (!this.isHeldHere) throw new Error(`order ${this.state.orderId} is not held here`);
    this.touch(now, { progress: this.advanced(changes) });
  }

  private leave(changes: Partial<TriggerState>, now: EpochMs): void {
    this.move('SUBMIT', now, {
      attempts: 1,
      reason: null,
      pending: { kind: 'SUBMIT', since: now, outcome: 'IN_FLIGHT' },
      progress: this.advanced(changes),
    });
  }

  private advanced(changes: Partial<TriggerState>): OrderProgress {
    const { progress } = this.state;
    const trigger = { state: 'ARMED' as const, ...untouched, ...progress?.trigger, ...changes };
    return { ...progress, trigger, revisions: progress?.revisions ?? [] };
  }

  /** The venue's own amendment under way. */
  private get changingAtVenue(): Amendment | null {
    const amendment = amendmentOf(this.state);
    return amendment?.by === 'NATIVE' ? amendment : null;
  }

  /** The first half of a replacement. Nothing is left to place when as much is filled as the new terms want. */
  private endAtVenue(amendment: Amendment, proof: Proof, now: EpochMs): void {
    const { progress, filledLots } = this.state;
    if (filledLots < amendment.lots) {
      const ended: Amendment = { ...amendment, endedAt: now };
      this.touch(now, { progress: { trigger: null, revisions: [], ...progress, amendment: ended } });
      this.emit('OrderRevisionEnded', {
        venueOrderId: this.state.venueOrderId,
        filledQuantity: this.decimalLots(filledLots),
        evidence: { ...proof },
      });
      return;
    }
    this.dropAmendment(now);
    if (filledLots > amendment.lots) return this.end('CANCEL', overtaken, proof, now);
    const { lots, priceTicks } = amendment;
    const cutLots = (this.state.lots ?? lots) - lots;
    const { trigger = null, revisions = [] } = this.state.progress ?? {};
    this.touch(now, { lots, priceTicks, progress: { trigger, revisions, cutLots } });
    this.emitAmended(proof);
    this.end('COMPLETE', null, proof, now);
  }

  private amendedAtVenue(amendment: Amendment, proof: Proof, now: EpochMs): void {
    const { lots, priceTicks } = amendment;
    const reservedUnits = reservationOfAmended(amendment, this.state.filledLots);
    const surplusLots = surplusOf(this.state) - (amendment.surplusLots ?? 0);
    this.dropAmendment(now);
    const { progress } = this.state;
    const last = progress && currentRevision(this.state);
    const revisions =
      progress && last
        ? [...progress.revisions.slice(0, -1), { ...last, lots: lots - last.filledBefore, priceTicks }]
        : [];
    const changed = progress && { ...progress, revisions, surplusLots };
    this.touch(now, { lots, priceTicks, reservedUnits, progress: changed });
    this.emitAmended(proof);
  }

  /** More is filled than the old terms had: the venue has the new ones. */
  private amendedByFill(fill: OrderFill, proof: Proof, now: EpochMs): void {
    const amendment = this.changingAtVenue;
    const { lots, filledLots } = this.state;
    if (amendment === null || this.isTerminal || filledLots + fill.lots <= (lots ?? 0)) return;
    this.amendedAtVenue(amendment, proof, now);
  }

  private dropAmendment(now: EpochMs): void {
    const amendment = amendmentOf(this.state);
    if (amendment === null) return;
    const { pending } = this.state;
    this.touch(now, {
      pending: pending?.kind === 'AMEND' ? null : pending,
      progress: withoutAmendment(this.state.progress),
      reservedUnits: this.state.reservedUnits - parseScaled(amendment.extra),
    });
  }

  /** A version of its own: whoever follows an order takes each version once. */
  private replaced(proof: Proof, now: EpochMs): void {
    this.touch(now, {});
    this.emitAmended(proof);
  }

  private emitAmended(proof: Proof): void {
    const { lots, priceTicks, venueOrderId } = this.state;
    this.emit('OrderAmended', {
      ...this.termsOf(lots ?? 0, priceTicks),
      venueOrderId,
      evidence: { ...proof },
    });
  }

  private emitEnd(ending: Ending, reason: Reason | null, proof: Proof): void {
    this.emit(endingEvent[ending], {
      ...(ending === 'COMPLETE'
        ? this.filled(null)
        : { reason: reason && { ...reason }, evidence: { ...proof } }),
      filledQuantity: this.decimalLots(this.state.filledLots),
    });
  }

  private termsOf(lots: number, priceTicks: number | null): JsonObject {
    return {
      quantity: this.decimalLots(lots),
      price: priceTicks === null ? null : this.decimalTicks(priceTicks),
    };
  }

  private resolved(resolution: string, proof: Proof, now: EpochMs): void {
    this.touch(now, { evidence: proof });
    this.emit('OrderResolved', { resolution, evidence: { ...proof } });
  }

  private unresolved(kind: PendingChange['kind'], now: EpochMs): PendingChange {
    return this.state.pending ?? { kind, since: now, outcome: 'IN_FLIGHT' };
  }

  private move(trigger: OrderTrigger, now: EpochMs, changes: Partial<OrderSnapshot>): void {
    const status = nextStatus(this.state.status, trigger);
    const over = isTerminal(status)
      ? {
          closedAt: this.state.closedAt ?? now,
          pending: null,
          reservedUnits: 0n,
          progress: withoutAmendment(changes.progress ?? this.state.progress),
        }
      : {};
    this.touch(now, { ...changes, ...over, status });
  }

  private touch(now: EpochMs, changes: Partial<OrderSnapshot>): void {
    this.state = { ...this.state, ...changes, updatedAt: now, version: this.state.version + 1 };
  }

  private emit(type: OrderEvent['type'], payload: JsonObject): void {
    const { orderId, symbol, side, status, version } = this.state;
    this.record({ type, payload: { orderId, symbol, side, status, version, ...payload } });
  }

  private filled(fill: OrderFill | null): JsonObject {
    return {
      fillId: fill?.fillId ?? null,
      venueTradeId: fill?.venueTradeId ?? null,
      lastQuantity: fill && this.decimalLots(fill.lots),
      lastPrice: fill && this.decimalTicks(fill.priceTicks),
      fee: fill && { asset: fill.feeAsset, amount: formatScaled(fill.feeUnits) },
      role: fill?.role ?? null,
      filledQuantity: this.decimalLots(this.state.filledLots),
      cumulativeQuote: formatScaled(this.state.cumulativeQuoteUnits),
      executedAt: fill?.executedAt ?? null,
    };
  }

  private asked(reservation: Reservation): JsonObject {
    const { clientOrderId, type, timeInForce, lots, quoteUnits, priceTicks, strategy, conditions } =
      this.state;
    return {
      clientOrderId,
      type,
      timeInForce,
      quantity: lots === null ? null : this.decimalLots(lots),
      quoteQuantity: quoteUnits === null ? null : formatScaled(quoteUnits),
      price: priceTicks === null ? null : this.decimalTicks(priceTicks),
      reserved: { asset: reservation.asset, amount: formatScaled(reservation.units) },
      strategy,
      ...(conditions && { conditions: this.told(conditions) }),
    };
  }

  private told(conditions: OrderConditions): JsonObject {
    const { stopTicks, displayLots, group, sizing, ...rest } = conditions;
    return {
      ...rest,
      stopPrice: stopTicks === null ? null : this.decimalTicks(stopTicks),
      displayQuantity: displayLots === null ? null : this.decimalLots(displayLots),
      group: group && { ...group },
      ...(sizing && { sizing: { ...sizing } }),
    };
  }

  private decimalLots(lots: number): string {
    return formatScaled(BigInt(lots) * this.state.stepUnits);
  }

  private decimalTicks(ticks: number): string {
    return formatScaled(BigInt(ticks) * this.state.tickUnits);
  }
}

function created(terms: OrderTerms, reservation: Reservation, now: EpochMs): OrderSnapshot {
  const status: OrderStatus = 'CREATED';
  return {
    ...terms,
    status,
    pending: null,
    venueOrderId: null,
    filledLots: 0,
    cumulativeQuoteUnits: 0n,
    fees: [],
    reservedAsset: reservation.asset,
    reservedUnits: reservation.units,
    reason: null,
    evidence: null,
    needsAttention: false,
    cancelRequested: false,
    attempts: 0,
    progress: null,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    version: 0,
  };
}
