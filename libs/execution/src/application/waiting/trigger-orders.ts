import type { JsonValue } from '@sextant/contracts';
import type { Approval, EpochMs } from '@sextant/kernel';
import { write } from '@sextant/platform';
import type { RowWrite } from '@sextant/platform';
import type { RiskDecision, Verdict } from '@sextant/risk';
import type { OrderSnapshot } from '../../domain/order-snapshot.js';
import { orderAttempts } from '../account/account-tables.js';
import { cappedLots } from '../terms/capped-lots.js';
import { lotsToClose } from '../submission/closing-a-position.js';
import type { LiveOrder } from '../account/live-orders.js';
import { isOnItsGrid } from '../venue/on-its-grid.js';
import type { OrderGroups } from './order-groups.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { isProtective } from './protective.js';
import { denialReason } from '../submission/refusals.js';
import type { SendOrder } from '../submission/send-order.js';
import type { VenueLink } from '../venue/venue-link.js';

/** Nothing can be sent at this moment, whatever the order is. */
const CANNOT: ReadonlySet<string> = new Set([
  'LEASE_LOST',
  'ACCOUNT_NOT_RECONCILED',
  'CLOCK_UNSAFE',
  'MARKET_STALE',
]);
/** What passes: it does not end an order that protects a position. */
const PASSES: ReadonlySet<string> = new Set(['KILL_SWITCH', 'ORDER_RATE']);

const OTHER_GRID = {
  code: 'MARKET_GRID_CHANGED',
  detail:
    'The market counts in other ticks or lots than when the order was placed: cancel it and place it anew.',
} as const;

/** Why a held order goes to the venue: its trigger was touched, or the venue is to watch it from here on. */
export type Departure =
  { kind: 'TRIGGER'; priceTicks: number | null; extremeTicks: number | null } | { kind: 'RELEASE' };

/** SENT: its attempt is stored and on its way. HELD_BACK: not at this moment. NOTHING: it is no longer held, or ended. */
export type DepartureOutcome = 'SENT' | 'HELD_BACK' | 'NOTHING';

/**
 * Takes a held order to the venue: risk's second look, the order on its way and its first attempt are one decision of
 * the inbox and one commit; whatever asks twice finds it on its way.
 */
export class TriggerOrders {
  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly sendOrder: SendOrder,
    private readonly tools: ExecutionTools,
    private readonly groups: OrderGroups,
  ) {}

  /** Resolves once the decision is stored. @throws DomainError ACCOUNT_SESSION_CLOSED */
  async depart(entry: LiveOrder, departure: Departure): Promise<DepartureOutcome> {
    let outcome: DepartureOutcome = 'NOTHING';
    let approval: Approval | null = null;
    await this.inbox.pushAndWait({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        const decided = this.decide(entry, departure, now);
        ({ outcome, approval } = decided);
        return decided.rows;
      },
    });
    if (approval !== null) {
      this.tools.killPoint.reach('K3');
      void this.sendOrder.send(entry, approval);
    }
    return outcome;
  }

  private decide(
    entry: LiveOrder,
    departure: Departure,
    now: EpochMs,
  ): { outcome: DepartureOutcome; approval: Approval | null; rows: RowWrite[] } {
    const { order } = entry;
    const nothing = { outcome: 'NOTHING' as const, approval: null, rows: [] };
    if (!order.isHeldHere || this.account.closed) return nothing;
    if (!isOnItsGrid(order.snapshot, this.tools)) {
      if (order.snapshot.reason?.code !== OTHER_GRID.code)
        this.tools.log.error('A held order needs a person: its market counts in other steps now', {
          orderId: order.snapshot.orderId,
        });
      order.holdBack(OTHER_GRID, now);
      return { ...nothing, outcome: 'HELD_BACK' };
    }
    if (departure.kind === 'TRIGGER') follow(entry, departure, now);
    // At most one leg of a group is at the venue: this one goes when the other is proven to have ended.
    if (this.groups.isBarred(entry)) {
      const { state } = order.snapshot.progress?.trigger ?? {};
      if (departure.kind === 'TRIGGER' && state !== 'TOUCHED')
        order.noteTouch(departure.priceTicks ?? 0, now);
      return nothing;
    }
    if (this.groups.rests(entry, now)) return { ...nothing, outcome: 'HELD_BACK' };
    if (!this.sized(entry, now) || !this.capped(entry, now)) return nothing;
    const attempt = this.newAttempt();
    const decision = this.judge(entry, departure, attempt);
    if (decision.outcome === 'DENIED') return { ...this.refused(entry, departure, decision, attempt, now) };
    const { lots } = order.snapshot;
    if (lots !== null && order.snapshot.reservedUnits < decision.reservation.units) {
      order.resize(lots, decision.reservation.units, now);
    }
    if (departure.kind === 'TRIGGER') order.trigger(departure.priceTicks, now);
    else order.release(now);
    entry.deadlineAt = attempt.deadlineAt;
    entry.fencedFromMs = attempt.deadlineMs;
    entry.epoch = attempt.epoch;
    // What it claims counts from here on, also for the next decision of the same batch.
    this.account.track(entry);
    const rows = [attemptRow(order.snapshot, 'APPROVED', attempt, now, decision.verdicts)];
    return { outcome: 'SENT', approval: decision.approval, rows };
  }

  /** Of a group: for what the other legs have left, with the reservation of all. False when that is nothing. */
  private sized(entry: LiveOrder, now: EpochMs): boolean {
    const groupId = entry.order.snapshot.conditions?.group?.groupId;
    if (groupId === undefined) return true;
    for (const leg of this.groups.settle(groupId, now, entry)) {
      if (leg.order.snapshot.version !== leg.stored?.version) this.account.track(leg);
    }
    return entry.order.isHeldHere;
  }

  /** False when nothing is left to reduce: that is the end of it. */
  private capped(entry: LiveOrder, now: EpochMs): boolean {
    const { order, instrument } = entry;
    const { conditions, lots, side, symbol, reservedUnits } = order.snapshot;
    if (conditions?.reduceOnly !== true || lots === null) return true;
    const { signedUnits } = this.account.portfolio.position(symbol);
    const asked = lotsToClose(order.snapshot, instrument, signedUnits);
    const most = cappedLots(side, asked, instrument, this.link.traits, signedUnits);
    if (most === lots) return true;
    if (most < instrument.minLots) {
      const detail = 'There is no position left that the order could make smaller.';
      const proof = { kind: 'HELD_HERE', detail: {}, at: now };
      order.end('CANCEL', { code: 'REDUCE_ONLY_WITHOUT_POSITION', detail }, proof, now);
      return false;
    }
    order.resize(most, (reservedUnits * BigInt(most) + BigInt(lots) - 1n) / BigInt(lots), now);
    return true;
  }

  private judge(entry: LiveOrder, departure: Departure, attempt: Attempt): RiskDecision {
    const { account } = this;
    const { snapshot } = entry.order;
    const intent = account.intent(snapshot.orderId, snapshot, entry.instrument);
    const asSent = departure.kind === 'TRIGGER' ? { ...intent, stopTicks: null } : intent;
    const facts = account.facts(snapshot.symbol, account.market(snapshot.symbol));
    return account.risk.approveAgain(asSent, facts, { attempt: 1, ...attempt });
  }

  /** What only the moment forbids leaves it armed, all the more where it protects a position; a rule ends it. */
  private refused(
    { order }: LiveOrder,
    departure: Departure,
    { failed, verdicts }: { failed: Verdict; verdicts: readonly Verdict[] },
    attempt: Attempt,
    now: EpochMs,
  ): { outcome: DepartureOutcome; approval: null; rows: RowWrite[] } {
    const waits =
      departure.kind === 'RELEASE' ||
      CANNOT.has(failed.rule) ||
      (PASSES.has(failed.rule) && isProtective(order.snapshot, this.account));
    if (waits) {
      order.holdBack(denialReason(failed), now);
      return { outcome: 'HELD_BACK', approval: null, rows: [] };
    }
    order.denyTriggered(denialReason(failed), now);
    const rows = [attemptRow(order.snapshot, 'DENIED', attempt, now, verdicts)];
    return { outcome: 'NOTHING', approval: null, rows };
  }

  private newAttempt(): Attempt {
    const { clock, settings } = this.tools;
    const windowMs = settings.attemptWindowMs();
    return {
      epoch: this.account.lease.epoch,
      deadlineMs: clock.monotonicMs() + windowMs,
      deadlineAt: this.link.venueNow + windowMs,
    };
  }
}

interface Attempt {
  epoch: number;
  deadlineMs: number;
  deadlineAt: EpochMs;
}

/** Where a trailing stop turned is stored before it triggers. */
function follow({ order }: LiveOrder, { extremeTicks }: { extremeTicks: number | null }, now: EpochMs): void {
  const stored = order.snapshot.progress?.trigger?.extremeTicks ?? null;
  if (extremeTicks !== null && extremeTicks !== stored) order.trail(extremeTicks, now);
}

function attemptRow(
  { accountId, orderId }: OrderSnapshot,
  decision: 'APPROVED' | 'DENIED',
  { epoch, deadlineAt }: Attempt,
  now: EpochMs,
  verdicts: readonly Verdict[],
): RowWrite {
  return write(orderAttempts, {
    account_id: accountId,
    order_id: orderId,
    attempt: 1,
    decision,
    epoch,
    decided_at: now,
    deadline_at: deadlineAt,
    verdicts: verdicts as unknown as JsonValue,
  });
}
