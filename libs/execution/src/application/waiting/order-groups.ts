import type { EpochMs, OrderId } from '@sextant/kernel';
import { groupReservation, groupState, isEntry } from '../../domain/order-group.js';
import type { OrderSnapshot } from '../../domain/order-snapshot.js';
import { Order } from '../../domain/order.js';
import { newLiveOrder } from '../account/live-orders.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';

const ENDS = {
  UNFILLED: { code: 'ENTRY_ENDED_UNFILLED', detail: 'The entry of its group ended without a fill.' },
  FILLED: { code: 'GROUP_FILLED', detail: 'The other legs of its group have filled all there was.' },
  TOO_SMALL: {
    code: 'GROUP_BELOW_MINIMUM',
    detail: 'What is left for its group is less than the venue takes.',
  },
} as const;

/** How long a stop waits when one like it went in vain: the first time, and at most. */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;

/**
 * Orders that belong together, as a fold of the orders themselves: nothing else is kept. What follows for the others when
 * one of them fills or ends is decided here, in the commit of that change.
 */
export class OrderGroups {
  private readonly groups = new Map<string, Map<OrderId, LiveOrder>>();

  constructor(
    private readonly account: OwnedAccount,
    private readonly tools: Pick<ExecutionTools, 'ids' | 'markets'>,
  ) {}

  file(entry: LiveOrder): void {
    const { orderId, conditions } = entry.order.snapshot;
    const groupId = conditions?.group?.groupId;
    if (groupId === undefined) return;
    const legs = this.groups.get(groupId) ?? new Map<OrderId, LiveOrder>();
    legs.set(orderId, entry);
    this.groups.set(groupId, legs);
  }

  legs(groupId: string): LiveOrder[] {
    return [...(this.groups.get(groupId)?.values() ?? [])];
  }

  /** Once all its orders have ended nothing of a group is needed here. */
  forgetEnded(groupId: string): void {
    if (this.legs(groupId).every(({ order }) => order.isTerminal)) this.groups.delete(groupId);
  }

  /** Another leg of its group is at the venue, or on its way there. */
  isBarred(entry: LiveOrder): boolean {
    return this.atVenue(entry).length > 0;
  }

  /** A stop whose like went in vain waits before it goes out, longer each time: nobody is flooded with orders. */
  rests(entry: LiveOrder, now: EpochMs): boolean {
    const { group } = entry.order.snapshot.conditions ?? {};
    if (group?.leg !== 'STOP_LOSS') return false;
    const tried = this.legs(group.groupId).filter(wentInVain);
    const sinceMs = now - (tried.at(-1)?.order.snapshot.closedAt ?? 0);
    // A clock that was set back does not say how long ago that was: a stop is rather sent early than late.
    return sinceMs >= 0 && sinceMs < Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (tried.length - 1));
  }

  /** The other legs of its group that are at the venue: one at most, while all goes well. */
  atVenue(entry: LiveOrder): LiveOrder[] {
    const groupId = entry.order.snapshot.conditions?.group?.groupId;
    if (groupId === undefined) return [];
    return this.legs(groupId).filter(
      (leg) => leg !== entry && !leg.order.isTerminal && !leg.order.isHeldHere,
    );
  }

  /**
   * Brings the legs that are held here to what the others leave them, and the reservation to one of them: to the leg that
   * departs, else to the one at the venue. Answers all orders that may have changed.
   */
  settle(groupId: string, now: EpochMs, departing: LiveOrder | null = null): LiveOrder[] {
    const legs = this.legs(groupId);
    const [first] = legs;
    if (first === undefined) return [];
    const successor = this.successor(legs, now);
    if (successor !== null) legs.push(successor);
    const { base } = first.instrument;
    const state = groupState(legs.map(snapshotOf), base);
    const held = legs.filter(({ order }) => order.isHeldHere && !isEntry(order.snapshot));
    if (state.entry === 'ENDED' && state.waits) this.end(held, 'UNFILLED', now);
    else if (!state.waits) this.share(legs, held, state.restLots, state.entry !== 'OPEN', departing, now);
    return legs;
  }

  private share(
    legs: readonly LiveOrder[],
    held: readonly LiveOrder[],
    restLots: number,
    isFinal: boolean,
    departing: LiveOrder | null,
    now: EpochMs,
  ): void {
    const small = held.filter((leg) => isTooSmall(leg, restLots));
    if (isFinal) this.end(small, restLots === 0 ? 'FILLED' : 'TOO_SMALL', now);
    const sized = held.filter((leg) => !small.includes(leg));
    const before = legs.flatMap(({ stored }) => (stored === null ? [] : [stored]));
    const { units } = groupReservation(before, legs.map(snapshotOf), legs[0]?.instrument.base ?? '');
    const resting = legs.some(
      ({ order }) => !order.isTerminal && !order.isHeldHere && !isEntry(order.snapshot),
    );
    const carrier = resting ? null : (departing ?? sized[0] ?? null);
    for (const leg of sized) {
      if (leg.order.snapshot.progress?.trigger?.state === 'WAITING') leg.order.wake(now);
      leg.order.resize(restLots, leg === carrier ? units : 0n, now);
    }
  }

  private end(held: readonly LiveOrder[], why: keyof typeof ENDS, now: EpochMs): void {
    for (const { order } of held) order.end('CANCEL', ENDS[why], { kind: 'GROUP', detail: {}, at: now }, now);
  }

  /**
   * A stop made way for another leg, the venue would not have it, or the book was empty: as long as there is something to
   * protect, one like it is armed here in its place.
   */
  private successor(legs: readonly LiveOrder[], now: EpochMs): LiveOrder | null {
    const stops = legs.filter(({ order }) => order.snapshot.conditions?.group?.leg === 'STOP_LOSS');
    if (stops.length === 0 || stops.some(({ order }) => !order.isTerminal)) return null;
    const gone = stops.find(madeWay);
    if (gone === undefined) return null;
    const { restLots } = groupState(legs.map(snapshotOf), gone.instrument.base);
    if (isTooSmall(gone, restLots)) return null;
    const entry = this.armedLike(gone, restLots, now);
    this.account.orders.put(entry);
    this.file(entry);
    return entry;
  }

  private armedLike(gone: LiveOrder, lots: number, now: EpochMs): LiveOrder {
    const { snapshot } = gone.order;
    const orderId = this.tools.ids.next('ord');
    const conditions = snapshot.conditions && { ...snapshot.conditions, heldBy: 'SEXTANT' as const };
    const terms = { ...termsOf(snapshot), orderId, clientOrderId: orderId, lots, conditions };
    const order = Order.arm(terms, { asset: snapshot.reservedAsset, units: 0n }, [], now);
    if (wentInVain(gone)) order.noteTouch(touchedTicks(snapshot), now);
    return newLiveOrder(order, gone.instrument);
  }
}

/** It has just ended, in the change that is being stored, and not because anybody wanted the position unprotected. */
function madeWay({ order, stored }: LiveOrder): boolean {
  const { status, reason, cancelRequested } = order.snapshot;
  if (!order.isTerminal || stored === null || stored.closedAt !== null) return false;
  // Somebody wanted the end of it while it was on its way.
  if (status === 'REJECTED' && cancelRequested && stored.pending?.because !== 'GROUP') return false;
  const refused = status === 'REJECTED' && stored.progress?.trigger?.state === 'RELEASED';
  return refused || reason?.code === 'CANCELED_BY_GROUP' || wentInVain({ order });
}

/** Touched, it met a book without the other side, or was refused: what is left of the position is naked. */
function wentInVain({ order }: Pick<LiveOrder, 'order'>): boolean {
  const { status, reason, priceTicks, progress } = order.snapshot;
  if (status === 'REJECTED') return progress?.trigger?.state === 'TRIGGERED';
  return status === 'EXPIRED' && reason?.code === 'EXPIRED_BY_RULE' && priceTicks === null;
}

function touchedTicks({ progress, conditions }: OrderSnapshot): number {
  return progress?.trigger?.triggeredTicks ?? conditions?.stopTicks ?? 0;
}

function isTooSmall({ instrument, order }: LiveOrder, lots: number): boolean {
  const { priceTicks, conditions } = order.snapshot;
  if (lots < instrument.minLots) return true;
  const ticks = priceTicks ?? conditions?.stopTicks ?? null;
  return ticks !== null && instrument.notionalUnits(ticks, lots) < instrument.minNotionalUnits;
}

function snapshotOf({ order }: LiveOrder): OrderSnapshot {
  return order.snapshot;
}

function termsOf(order: OrderSnapshot) {
  const { accountId, venue, symbol, side, type, timeInForce, postOnly } = order;
  const { quoteUnits, priceTicks, tickUnits, stepUnits, strategy, tags } = order;
  const named = { accountId, venue, symbol, side, type, timeInForce, postOnly };
  const grid = { quoteUnits, priceTicks, tickUnits, stepUnits };
  return { ...named, ...grid, strategy, tags, origin: 'SEXTANT' as const };
}
