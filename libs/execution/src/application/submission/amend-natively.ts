import type { GatewayOutcome, VenueOrder } from '@sextant/exchange';
import type { Approval } from '@sextant/kernel';
import type { OrderSnapshot, Proof, Reason } from '../../domain/order-snapshot.js';
import { isOver } from '../../domain/plain-conditions.js';
import { amendmentOf, atVenue, currentRevision } from '../../domain/revisions.js';
import type { NewTerms } from '../terms/amended-terms.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { ResolveOutcome } from './resolve-outcome.js';
import { proofOf, reasonOf } from './send-order.js';
import type { VenueLink } from '../venue/venue-link.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * An amendment that the venue makes itself: the order there keeps its ids. Without an answer it has its old terms or the
 * new ones, which a query tells; the old ones mean something only past the fence of the attempt.
 */
export class AmendNatively {
  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly resolution: ResolveOutcome,
    private readonly tools: ExecutionTools,
  ) {}

  /** Whether the venue's own amendment makes these terms of that order. */
  covers({ type, conditions, venueOrderId, lots, priceTicks }: OrderSnapshot, terms: NewTerms): boolean {
    const { amend, amends } = this.link.traits;
    if (amend !== 'NATIVE' || amends === undefined || venueOrderId === null) return false;
    if (type !== 'LIMIT' || (conditions?.displayLots ?? null) !== null) return false;
    const grows = lots === null || terms.lots > lots;
    if (grows && amends.quantity === 'DOWN') return false;
    return terms.priceTicks === priceTicks || amends.price;
  }

  /** Whether the order keeps its place in the venue's queue for certain. */
  get keepsQueue(): boolean {
    return this.link.traits.amends?.keepsQueue === true;
  }

  /** Quantity in the venue's words: what earlier orders of it filled there is not of this one. */
  lotsAtVenue(order: OrderSnapshot, lots: number): number {
    return lots - (currentRevision(order)?.filledBefore ?? 0);
  }

  /** Sends what was approved and stored, once. Never rejects. */
  async send(entry: LiveOrder, approval: Approval): Promise<void> {
    const { snapshot } = entry.order;
    const amendment = amendmentOf(snapshot);
    if (amendment === null || snapshot.venueOrderId === null) return;
    const { accountId, orderId, symbol, side, venueOrderId, attempts: attempt } = snapshot;
    const there = atVenue(snapshot);
    const { lease } = this.account;
    entry.sentIn = this.link.generation;
    const answer = await this.link.call((venue) => {
      if (venue.amend === undefined) throw new Error(`${venue.venue} amends no order`);
      const request = {
        ...{ accountId, orderId, clientOrderId: there.clientOrderId, venueOrderId, symbol, side },
        lots: this.lotsAtVenue(snapshot, amendment.lots),
        priceTicks: amendment.priceTicks ?? 0,
        from: { lots: there.lots ?? 0, priceTicks: there.priceTicks ?? 0 },
        ...{ attempt, epoch: entry.epoch },
        isHeld: () => lease.isHeld() && !this.account.closed && this.mayLeave(entry),
      };
      return venue.amend(request, approval);
    });
    await this.take(entry, answer).catch(() => undefined);
  }

  /** The last look: what is over by then, or stopped, gets no new terms. */
  private mayLeave(entry: LiveOrder): boolean {
    const { snapshot } = entry.order;
    return !isOver(snapshot, this.tools.clock.now()) && this.account.heldBack(entry) === null;
  }

  /** Asks which terms the order has, until that is known. */
  async resolve(entry: LiveOrder): Promise<void> {
    if (entry.resolving) return;
    entry.resolving = true;
    let pauseMs = FIRST_PAUSE_MS;
    while (this.isOpen(entry)) {
      await this.ask(entry).catch(() => undefined);
      if (!this.isOpen(entry)) break;
      await this.tools.timers.sleep(pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
    entry.resolving = false;
  }

  private isOpen({ order }: LiveOrder): boolean {
    return !this.account.closed && !order.isTerminal && amendmentOf(order.snapshot)?.by === 'NATIVE';
  }

  private async take(entry: LiveOrder, answer: GatewayOutcome<VenueOrder>): Promise<void> {
    const proof = proofOf(answer.evidence);
    if (answer.outcome === 'CONFIRMED') {
      await this.inbox.pushAndWait({ kind: 'REPORT', report: answer.value, proof });
    } else if (answer.outcome === 'REFUSED' && answer.reason.code !== 'UNKNOWN_ORDER') {
      await this.refuse(entry, reasonOf(answer.reason), proof);
    } else {
      await this.inbox.pushAndWait({
        kind: 'DECISION',
        entry,
        decide: (now) => {
          entry.order.loseAmendOutcome(reasonOf(answer.reason), proof, now);
          return [];
        },
      });
    }
    if (this.isOpen(entry)) void this.resolve(entry);
  }

  private async ask(entry: LiveOrder): Promise<void> {
    const { clientOrderId, symbol } = atVenue(entry.order.snapshot);
    const provable = this.resolution.provesAbsence(entry);
    const answer = await this.link.call((venue) => venue.orderByClientId(clientOrderId, symbol));
    if (answer.outcome !== 'CONFIRMED' || answer.value === null) return;
    const proof = proofOf(answer.evidence);
    await this.inbox.pushAndWait({ kind: 'REPORT', report: answer.value, proof });
    if (!this.isOpen(entry)) return;
    if (this.link.traits.absenceProof === 'AFTER_REOPEN' && !provable) return this.link.open();
    const detail = 'The venue shows the old terms, and the amendment can no longer reach it.';
    if (provable) await this.refuse(entry, { code: 'NOT_ACCEPTED', detail }, proof);
  }

  private refuse(entry: LiveOrder, reason: Reason, proof: Proof): Promise<void> {
    return this.inbox.pushAndWait({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        entry.amendRefusal = reason;
        entry.order.refuseAmend(reason, proof, now);
        return [];
      },
    });
  }
}
