import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { Approval } from '@sextant/kernel';
import type { Amendment, Reason } from '../../domain/order-snapshot.js';
import { amendmentOf } from '../../domain/revisions.js';
import type { EntryBar } from './entry-bar.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { isProtective } from '../waiting/protective.js';
import { denialReason } from './refusals.js';
import type { SendOrder } from './send-order.js';
import type { VenueLink } from '../venue/venue-link.js';

/** What passes by itself: a start, a feed that is made anew, a rate. Until the new terms are too late, it is asked again. */
export const PASSING: ReadonlySet<string> = new Set([
  'ACCOUNT_NOT_RECONCILED',
  'CLOCK_UNSAFE',
  'MARKET_STALE',
  'ORDER_RATE',
  'VENUE_UNAVAILABLE',
]);
const RETRY_MS = 250;
/** A kill switch may be on for hours. */
const HALTED_RETRY_MS = 1_000;

/**
 * The second half of a replacement: the order at the venue has ended, and another one takes its place. Risk is asked
 * anew; the decision, the new id and the attempt are one commit, and only then anything is sent. What protects a position
 * is never too late, and waits for the release of a kill switch.
 */
export class ReplaceAtVenue {
  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly sendOrder: SendOrder,
    private readonly entryBar: EntryBar,
    private readonly tools: ExecutionTools,
  ) {}

  /** Places what is left of the new total; where that is not to be, the order is over and says so. Never rejects. */
  async replace(entry: LiveOrder): Promise<void> {
    await this.decide(entry).catch((error: Error) => {
      this.tools.log.warn('A replacement waits', { error: error.message });
    });
  }

  /** New terms are meant for a moment, like a placement that is sent again. */
  isTooLate({ since }: Amendment): boolean {
    return this.tools.clock.now() - since > this.tools.settings.resendTtlMs();
  }

  private async decide(entry: LiveOrder): Promise<void> {
    const { snapshot, awaitsReplacement } = entry.order;
    const amendment = amendmentOf(snapshot);
    if (amendment === null || !awaitsReplacement || this.account.closed) return;
    const rest = amendment.lots - snapshot.filledLots;
    const obstacle = this.obstacle(entry, amendment, rest);
    if (obstacle !== null) return this.giveUp(entry, obstacle);
    const closed = await this.entryBar.closedFor();
    if (closed !== null) return this.refused(entry, { code: closed.code, detail: closed.message });
    if (!entry.order.awaitsReplacement || this.account.closed) return;
    await this.place(entry, amendment, rest);
  }

  private async place(entry: LiveOrder, amendment: Amendment, rest: number): Promise<void> {
    const { snapshot } = entry.order;
    const { account, tools } = this;
    const { orderId, symbol, attempts, filledLots } = snapshot;
    const windowMs = tools.settings.attemptWindowMs();
    const deadlineAt = this.link.venueNow + windowMs;
    const { epoch } = account.lease;
    const terms = { attempt: attempts + 1, epoch, deadlineMs: tools.clock.monotonicMs() + windowMs };
    const wanted = { ...snapshot, lots: rest, priceTicks: amendment.priceTicks };
    const intent = account.intent(orderId, wanted, entry.instrument);
    const decision = account.risk.approveAgain(intent, account.facts(symbol, account.market(symbol)), terms);
    if (decision.outcome === 'DENIED') return this.refused(entry, denialReason(decision.failed));
    const verdicts = decision.verdicts as unknown as JsonValue;
    let decided = false;
    await this.inbox.pushAndWait({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        const { order } = entry;
        decided = order.awaitsReplacement && order.snapshot.filledLots === filledLots;
        if (!decided) return [];
        order.replace(tools.ids.next('ord'), decision.reservation.units, now);
        entry.deadlineAt = deadlineAt;
        entry.fencedFromMs = terms.deadlineMs;
        entry.epoch = epoch;
        return [this.sendOrder.attemptRow(entry, terms.attempt, epoch, now, verdicts)];
      },
    });
    if (decided) this.send(entry, decision.approval);
  }

  private send(entry: LiveOrder, approval: Approval): void {
    this.tools.killPoint.reach('K3');
    void this.sendOrder.send(entry, approval);
  }

  private obstacle(entry: LiveOrder, amendment: Amendment, rest: number): Reason | null {
    if (this.isTooLate(amendment) && !isProtective(entry.order.snapshot, this.account))
      return { code: 'AMENDMENT_TOO_LATE', detail: 'The new terms were meant for a moment that is over.' };
    if (rest <= 0) return { code: 'AMENDMENT_OVERTAKEN', detail: 'The new total is filled.' };
    const { instrument } = entry;
    try {
      instrument.quantityToLots(instrument.lotsToQuantity(rest));
      if (amendment.priceTicks !== null) instrument.assertNotional(amendment.priceTicks, rest);
      return null;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { code: error.code, detail: error.message };
    }
  }

  private async refused(entry: LiveOrder, reason: Reason): Promise<void> {
    const isHalted = reason.code === 'KILL_SWITCH' && isProtective(entry.order.snapshot, this.account);
    if (!PASSING.has(reason.code) && !isHalted) return this.giveUp(entry, reason);
    this.tools.timers.setTimer(isHalted ? HALTED_RETRY_MS : RETRY_MS, () => void this.replace(entry));
  }

  private async giveUp(entry: LiveOrder, reason: Reason): Promise<void> {
    const { orderId, symbol } = entry.order.snapshot;
    this.tools.log.error('An order was cancelled to be replaced, and its replacement is not to be', {
      orderId,
      symbol,
      ...reason,
    });
    await this.inbox.pushAndWait({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        const proof = { kind: 'RISK', detail: { code: reason.code }, at: now };
        if (entry.order.awaitsReplacement) entry.order.refuseReplacement(reason, proof, now);
        return [];
      },
    });
  }
}
