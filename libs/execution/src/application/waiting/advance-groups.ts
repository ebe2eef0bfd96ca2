import { groupState, isEntry, legToRest } from '../../domain/order-group.js';
import { isUnacknowledged } from '../../domain/order-status.js';
import type { CancelLiveOrder } from '../submission/cancel-live-order.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { OrderGroups } from './order-groups.js';
import type { Departure } from './trigger-orders.js';

/** What comes next for a group. MADE_WAY: a leg at the venue is asked to end; look again in a while. */
export type GroupStep =
  { kind: 'NOTHING' } | { kind: 'DEPART'; entry: LiveOrder; departure: Departure } | { kind: 'MADE_WAY' };

/**
 * Takes a group one step on, from where its stored orders stand: whatever was begun before a crash goes on by the same
 * look. A touched leg waits until the one at the venue is proven to have ended; while none is touched, one may rest there.
 */
export class AdvanceGroups {
  constructor(
    private readonly groups: OrderGroups,
    private readonly cancelOrder: CancelLiveOrder,
  ) {}

  next(groupId: string): GroupStep {
    const legs = this.groups.legs(groupId);
    const live = legs.filter(({ order }) => !order.isTerminal);
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
    if (atVenue.length > 0 || held.length === 0) return { kind: 'NOTHING' };
    return this.rest(legs, held);
  }

  private makeWay(atVenue: readonly LiveOrder[]): GroupStep {
    for (const leg of atVenue) {
      const { status, pending, cancelRequested } = leg.order.snapshot;
      // Asked for already, it goes out once the placement is answered. Asking again changes nothing, and each time that
      // is stored the group is looked at anew: nothing else would ever run.
      if (cancelRequested && isUnacknowledged(status)) continue;
      if (status !== 'PENDING_CANCEL') this.cancelOrder.withdraw(leg, 'GROUP');
      else if (pending?.outcome === 'UNKNOWN') void this.cancelOrder.send(leg);
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

/** A stop before anything else: it is the one that keeps a loss small. */
function firstTouched(held: readonly LiveOrder[]): LiveOrder | undefined {
  const touched = held.filter(({ order }) => order.snapshot.progress?.trigger?.state === 'TOUCHED');
  return touched.find(({ order }) => order.snapshot.conditions?.group?.leg === 'STOP_LOSS') ?? touched[0];
}
