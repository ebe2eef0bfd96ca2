import type { Proof, Reason } from '../../domain/order-snapshot.js';
import { isImmediate } from '../../domain/order-types.js';
import { isOver } from '../../domain/plain-conditions.js';
import { atVenue, surplusOf } from '../../domain/revisions.js';
import { isProtective, wasHeldHere } from '../waiting/protective.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { ownReasons } from '../venue/ingest.js';
import type { ReadVenueFills } from '../venue/read-venue-fills.js';
import { isOfAttempt, proofOf } from './send-order.js';
import type { Aftermath, SendOrder } from './send-order.js';
import type { VenueLink } from '../venue/venue-link.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** Where only a new session proves absence: how long the old one may look for the order first. */
const REOPEN_AFTER_MS = 1_000;

/**
 * Finds out what became of a submission without a verdict. An order leaves OUTCOME_UNKNOWN by what the venue shows,
 * or by absence that counts as proof at this venue: past the fence, or in a session opened after it was sent. Not
 * found before that means nothing.
 */
export class ResolveOutcome implements Aftermath {
  /** Set by the composition: sending again needs this resolution for its own outcome. */
  sendOrder: SendOrder;

  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly readFills: ReadVenueFills,
    private readonly tools: ExecutionTools,
  ) {}

  outcomeUnknown(entry: LiveOrder): void {
    void this.resolve(entry);
  }

  /** Asks until it is known. Never rejects; one at a time for an order. */
  async resolve(entry: LiveOrder): Promise<void> {
    if (entry.resolving) return;
    entry.resolving = true;
    const startedMs = this.tools.clock.monotonicMs();
    let pauseMs = FIRST_PAUSE_MS;
    while (this.isOpen(entry)) {
      await this.ask(entry, this.tools.clock.monotonicMs() - startedMs).catch(() => undefined);
      if (!this.isOpen(entry)) break;
      await this.tools.timers.sleep(pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
    entry.resolving = false;
  }

  private isOpen({ order }: LiveOrder): boolean {
    const { status, needsAttention } = order.snapshot;
    return !this.account.closed && status === 'OUTCOME_UNKNOWN' && !needsAttention;
  }

  /**
   * The venue never had the attempt: the same intent again where that is allowed, else the end of it. What proves one
   * attempt absent says nothing of the next, which may have gone out meanwhile.
   */
  async absent(entry: LiveOrder, attempt: number, proof: Proof): Promise<void> {
    if (!isOfAttempt(entry, attempt)) return;
    const again = this.maySendAgain(entry);
    if (again) {
      await this.lose(entry, attempt, proof);
      if (proof.kind === 'NOT_SENT') await this.backOff(entry);
      if (!isOfAttempt(entry, attempt)) return;
      if (this.maySendAgain(entry) && (await this.sendOrder.sendAgain(entry, proof))) return;
    }
    if (!isOfAttempt(entry, attempt) || this.account.closed) return;
    // Risk may see it otherwise in a moment, as when the market is not fresh again yet.
    if (wasHeldHere(entry.order.snapshot) && this.maySendAgain(entry)) {
      void this.resolve(entry);
      return;
    }
    await this.endAbsent(entry, attempt, again, proof);
  }

  private async endAbsent(entry: LiveOrder, attempt: number, again: boolean, proof: Proof): Promise<void> {
    const wanted = this.wantedEnd(entry);
    const reason = this.reasonOfAbsence(entry, again);
    await this.inbox.pushAndWait({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        if (!isOfAttempt(entry, attempt)) return [];
        if (wanted === null) entry.order.end('REJECT', reason, proof, now);
        else entry.order.endAbsent(wanted.ending, wanted.reason, proof, now);
        return [];
      },
    });
  }

  /** How an order ends whose end somebody wanted, or whose time is over. Null: it is over because the venue never had it. */
  private wantedEnd({
    order: { snapshot },
  }: LiveOrder): { ending: 'CANCEL' | 'EXPIRE'; reason: Reason } | null {
    const { orderId, cancelRequested, pending } = snapshot;
    if (this.account.stopped.has(orderId)) return null;
    if (pending?.because === 'GROUP') return { ending: 'CANCEL', reason: ownReasons.GROUP };
    if (pending?.because === 'EXPIRY' || isOver(snapshot, this.tools.clock.now()))
      return { ending: 'EXPIRE', reason: ownReasons.EXPIRY };
    if (!cancelRequested) return null;
    const detail = 'Cancelled as asked for; the venue never had it.';
    return { ending: 'CANCEL', reason: { code: 'CANCELED_ON_REQUEST', detail } };
  }

  /** Of an order that a kill switch kept back, or keeps from being sent again, the switch is the reason. */
  private reasonOfAbsence(entry: LiveOrder, again: boolean): Reason {
    const { stopped } = this.account;
    if (stopped.has(entry.order.snapshot.orderId) || (again && this.account.heldBack(entry) !== null)) {
      return { code: 'KILL_SWITCH', detail: 'A kill switch kept the order back; the venue never had it.' };
    }
    return { code: 'NOT_ACCEPTED', detail: 'The venue is proven not to have taken the order.' };
  }

  private async ask(entry: LiveOrder, askedForMs: number): Promise<void> {
    const { attempts } = entry.order.snapshot;
    const { clientOrderId, symbol } = atVenue(entry.order.snapshot);
    const provable = this.provesAbsence(entry);
    const answer = await this.link.call((venue) => venue.orderByClientId(clientOrderId, symbol));
    if (answer.outcome !== 'CONFIRMED') return;
    const proof = proofOf(answer.evidence);
    if (answer.value !== null) {
      await this.inbox.pushAndWait({ kind: 'REPORT', report: answer.value, proof });
      return;
    }
    // Until then nothing is proof, and the venue's budget of calls is not for that.
    if (!provable && this.link.traits.absenceProof === 'AFTER_WINDOW') return;
    if (!(await this.readFills.read()) || !this.isOpen(entry)) return;
    if (provable) {
      const detail = this.absenceDetail(entry, proof);
      await this.absent(entry, attempts, { ...proof, kind: 'ABSENCE', detail });
    } else await this.seekProof(entry, askedForMs);
  }

  /** Whether "not found", asked from now on, is proof. Judged before asking. */
  provesAbsence(entry: LiveOrder): boolean {
    const { absenceProof, visibilityLagMs, validityWindowMs } = this.link.traits;
    if (absenceProof === 'AFTER_REOPEN') return entry.sentIn < this.link.generation;
    if (absenceProof === 'NEVER') return false;
    const { venueNow, clockUncertaintyMs } = this.link;
    if (clockUncertaintyMs === null) return false;
    // Both ends were read off a clock that may have been so wrong: the deadline then, and the time now.
    const uncertaintyMs = clockUncertaintyMs + (validityWindowMs ?? 0) / 4;
    return venueNow > entry.deadlineAt + (validityWindowMs ?? 0) + visibilityLagMs + uncertaintyMs;
  }

  private async seekProof(entry: LiveOrder, askedForMs: number): Promise<void> {
    const { absenceProof } = this.link.traits;
    if (absenceProof === 'AFTER_REOPEN' && askedForMs >= REOPEN_AFTER_MS) await this.link.open();
    if (absenceProof !== 'NEVER') return;
    await this.inbox.pushAndWait({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        const detail = 'This venue offers no proof that it does not have the order.';
        // An attempt that did not leave is proof enough: another one may be on its way by now.
        if (entry.order.snapshot.status === 'OUTCOME_UNKNOWN')
          entry.order.askForAttention({ code: 'OUTCOME_NOT_PROVABLE', detail }, now);
        return [];
      },
    });
  }

  /** What did not leave is not tried again at once: whatever kept it may take a moment to pass. */
  private async backOff(entry: LiveOrder): Promise<void> {
    const pauseMs = FIRST_PAUSE_MS * 2 ** Math.min(entry.order.snapshot.attempts - 1, 10);
    const isResolving = entry.resolving;
    entry.resolving = true;
    await this.tools.timers.sleep(Math.min(pauseMs, LONGEST_PAUSE_MS));
    entry.resolving = isResolving;
  }

  /** Only what rests is sent again, and what a trigger called for: anything else was meant for a moment that is over. */
  private maySendAgain(entry: LiveOrder): boolean {
    const { orderId, type, timeInForce, cancelRequested } = entry.order.snapshot;
    const { settings, clock } = this.tools;
    if (isImmediate(type, timeInForce) || cancelRequested || this.account.closed) return false;
    if (isOver(entry.order.snapshot, clock.now())) return false;
    // Stopped while it protected nothing, it stays so, whatever is held by now: it would never leave.
    if (this.account.stopped.has(orderId)) return false;
    if (this.isCalledFor(entry)) return true;
    // What it is for has been filled by the order before it meanwhile, in part or in full.
    if (surplusOf(entry.order.snapshot) > 0) return false;
    const { sentFirstAt, attemptsAtVenue } = entry.order;
    return attemptsAtVenue < settings.maxAttempts() && clock.now() - sentFirstAt <= settings.resendTtlMs();
  }

  /** What protects a position is tried until it is at the venue: its moment passes only when somebody cancels it. */
  private isCalledFor({ order: { snapshot } }: LiveOrder): boolean {
    return !snapshot.cancelRequested && wasHeldHere(snapshot) && isProtective(snapshot, this.account);
  }

  private async lose(entry: LiveOrder, attempt: number, proof: Proof): Promise<void> {
    if (entry.order.snapshot.status !== 'PENDING_SUBMIT') return;
    await this.inbox.pushAndWait({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        const reason = { code: 'NOT_SENT', detail: 'The attempt did not leave.' };
        if (isOfAttempt(entry, attempt)) entry.order.loseOutcome(reason, proof, now);
        return [];
      },
    });
  }

  private absenceDetail(entry: LiveOrder, proof: Proof): Proof['detail'] {
    const { absenceProof } = this.link.traits;
    return {
      ...proof.detail,
      rule: absenceProof,
      deadlineAt: entry.deadlineAt,
      session: this.link.generation,
    };
  }
}
