import type { Clock, OrderId } from '@sextant/kernel';
import { groupState, isEntry, legToRest } from '../../domain/order-group.js';
import { isUnacknowledged } from '../../domain/order-status.js';
import type { CancelLiveOrder } from '../submission/cancel-live-order.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { OrderGroups } from './order-groups.js';
import type { Departure } from './trigger-orders.js';

/** A leg that the venue keeps is asked to end again after so long. */
export const AGAIN_MS = 1_000;

/** What comes next for a group. MADE_WAY: a leg at the venue is asked to end; look again in a while. */
export type GroupStep =
  { kind: 'NOTHING' } | { kind: 'DEPART'; entry: LiveOrder; departure: Departure } | { kind: 'MADE_WAY' };

/**
 * Takes a group one step on, from where its stored orders stand: whatever was begun before a crash goes on by the same
 * look. A touched leg waits until the one at the venue is proven to have ended; while none is touched, one may rest there.
 */
export class AdvanceGroups {
  /** When each leg was asked to end, by the process's own clock. */
  private readonly asked = new Map<OrderId, number>();

  constructor(
    private readonly groups: OrderGroups,
    private readonly cancelOrder: CancelLiveOrder,
    private readonly clock: Clock,
  ) {}

  next(groupId: string): GroupStep {
    const legs = this.groups.legs(groupId);
    const live = legs.filter(({ order }) => !order.isTerminal);
    for (const { order } of legs) if (order.isTerminal) this.asked.delete(order.snapshot.orderId);
    if (live.length === 0) this.groups.forgetEnded(groupId);
    const held = live.filter(({ order }) => order.isHeldHere && !isEntry(order.snapshot));
    const atVenue = live.filter(({ order }) => !order.isHeldHere);
    const touched = firstTouched(held);
    if (touched !== undefined) {
      if (atVenue.length > 0) return this.makeWay(atVenue);
      const priceTicks = touched.order.snapshot.progress?.trigger?.triggeredTicks ?? null;
      const departure = { kind: 'TRIGGER', priceTicks, extremeTicks: null } as const;
      return { kind: 'DEPART', entry: touched, departure };
    }
    const tooMuch = atVenue.filter((leg) => fillsMore(leg, legs));
    if (tooMuch.length > 0) return this.makeWay(tooMuch);
    if (atVenue.length > 0 || held.length === 0) return { kind: 'NOTHING' };
    return this.rest(legs, held);
  }

  private makeWay(atVenue: readonly LiveOrder[]): GroupStep {
    const nowMs = this.clock.monotonicMs();
    for (const leg of atVenue) {
      const { orderId, status, cancelRequested } = leg.order.snapshot;
      // Asked for already: it goes out once the placement is answered, or is under way until the venue has spoken. Asking
      // again changes nothing, and each time that is stored the group is looked at anew: nothing else would ever run.
      if ((cancelRequested && isUnacknowledged(status)) || status === 'PENDING_CANCEL') continue;
      if (nowMs - (this.asked.get(orderId) ?? -Infinity) < AGAIN_MS) continue;
      this.asked.set(orderId, nowMs);
      this.cancelOrder.withdraw(leg, 'GROUP');
    }
    return { kind: 'MADE_WAY' };
  }

  private rest(legs: readonly LiveOrder[], held: readonly LiveOrder[]): GroupStep {
    const snapshots = legs.map(({ order }) => order.snapshot);
    const { entry, waits } = groupState(snapshots, held[0]?.instrument.base ?? '');
    const leg = entry === 'OPEN' || waits ? null : legToRest(held.map(({ order }) => order.snapshot));
    const resting = held.find(({ order }) => order.snapshot.orderId === leg?.orderId);
    if (resting === undefined) return { kind: 'NOTHING' };
    return { kind: 'DEPART', entry: resting, departure: { kind: 'RELEASE' } };
  }
}

/** A leg that had ended has filled after all, and this one would fill what is gone. */
function fillsMore({ order, instrument }: LiveOrder, legs: readonly LiveOrder[]): boolean {
  if (isEntry(order.snapshot)) return false;
  const { restLots } = groupState(
    legs.map((leg) => leg.order.snapshot),
    instrument.base,
  );
  return (order.openLots ?? 0) > restLots;
}

/** A stop before anything else: it is the one that keeps a loss small. */
function firstTouched(held: readonly LiveOrder[]): LiveOrder | undefined {
  const touched = held.filter(({ order }) => order.snapshot.progress?.trigger?.state === 'TOUCHED');
  return touched.find(({ order }) => order.snapshot.conditions?.group?.leg === 'STOP_LOSS') ?? touched[0];
}
