import type { EpochMs, OrderId } from '@sextant/kernel';
import type { Cancel } from '@sextant/platform';
import { AdvanceGroups, AGAIN_MS } from './advance-groups.js';
import type { CancelLiveOrder } from '../submission/cancel-live-order.js';
import { ClosePositions } from '../submission/close-positions.js';
import { ExpireOrders } from './expire-orders.js';
import type { LiveOrder } from '../account/live-orders.js';
import { isOnItsGrid } from '../venue/on-its-grid.js';
import type { OrderGroups } from './order-groups.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { liveOrderOf } from '../account/revive-order.js';
import type { SendOrder } from '../submission/send-order.js';
import { TriggerOrders } from './trigger-orders.js';
import type { Departure } from './trigger-orders.js';
import type { VenueLink } from '../venue/venue-link.js';
import { WatchTriggers } from './watch-triggers.js';

/** How often a trailing stop's best price is stored. */
const STORE_MS = 1_000;

const REFUSED = { code: 'GROUP_REFUSED', detail: 'The venue refused the first order of its group.' };

/** The orders of an account that wait here: for their trigger, their time, their entry. */
export class WaitingOrders {
  private readonly watch: WatchTriggers;
  private readonly expiry: ExpireOrders;
  private readonly triggers: TriggerOrders;
  /** On their way to a decision, or held back for a moment: prices mean nothing to them meanwhile. */
  private readonly busy = new Set<OrderId>();
  private readonly trailed = new Map<LiveOrder, number>();
  private readonly timers = new Set<Cancel>();
  private readonly advance: AdvanceGroups;
  private readonly closing: ClosePositions;
  /** Groups that are looked at again in a while. */
  private readonly lookAgain = new Set<string>();
  private started = false;
  private storing = false;

  constructor(
    private readonly account: OwnedAccount,
    link: VenueLink,
    private readonly inbox: OrderInbox,
    sendOrder: SendOrder,
    cancelOrder: CancelLiveOrder,
    private readonly groups: OrderGroups,
    private readonly tools: ExecutionTools,
  ) {
    this.watch = new WatchTriggers(tools, {
      touched: (entry, priceTicks, extremeTicks) =>
        void this.depart(entry, { kind: 'TRIGGER', priceTicks, extremeTicks }),
      trailed: (entry, extremeTicks) => this.trail(entry, extremeTicks),
    });
    this.expiry = new ExpireOrders(link, inbox, cancelOrder, tools);
    this.triggers = new TriggerOrders(account, link, inbox, sendOrder, tools, groups);
    this.advance = new AdvanceGroups(groups, cancelOrder, tools.clock);
    this.closing = new ClosePositions(account, cancelOrder, tools, {
      depart: (entry) => this.close(entry),
      later: (delayMs, run) => this.later(delayMs, run),
    });
  }

  /** Learns the groups that live: also what of them has ended. */
  async load(): Promise<void> {
    const groupIds = this.account.orders.all().flatMap((entry) => groupOf(entry) ?? []);
    const { archive } = this.tools;
    const legs = await archive.legsOf(this.account.row.account_id, [...new Set(groupIds)]);
    for (const leg of legs) {
      const known = this.account.orders.get(leg.order.orderId);
      const entry = known ?? liveOrderOf(leg, this.tools);
      if (known === undefined) this.account.orders.put(entry);
      this.groups.file(entry);
    }
  }

  /** What follows for the other legs of a group, in the commit of the change that it follows from. */
  settle(touched: Set<LiveOrder>, now: EpochMs): void {
    const groupIds = new Set<string>();
    for (const entry of touched) {
      const groupId = groupOf(entry);
      if (groupId === undefined) continue;
      this.groups.file(entry);
      groupIds.add(groupId);
    }
    for (const groupId of groupIds) {
      for (const leg of this.groups.settle(groupId, now)) {
        if (leg.order.snapshot.version !== leg.stored?.version) touched.add(leg);
      }
    }
  }

  /** Begins with the orders that live, once they agree with the venue as far as that could be told. */
  start(): void {
    this.started = true;
    for (const entry of this.account.orders.all()) this.stored(entry);
  }

  /** The order has changed and that is stored, or it is new. */
  stored(entry: LiveOrder): void {
    if (!this.started || this.account.closed) return;
    this.closing.stored(entry);
    if (entry.order.snapshot.conditions === null) return;
    this.expiry.follow(entry);
    this.step(entry);
    if (this.busy.has(entry.order.snapshot.orderId)) return;
    this.watch.follow(entry);
  }

  /** The first of their group was refused, and whoever asked is told so: nothing of it is to stay. */
  async drop(legs: readonly LiveOrder[]): Promise<void> {
    const ends = legs.map((entry) =>
      this.inbox.pushAndWait({
        kind: 'DECISION',
        entry,
        decide: (now) => {
          if (entry.order.isHeldHere)
            entry.order.end('CANCEL', REFUSED, { kind: 'GROUP', detail: {}, at: now }, now);
          return [];
        },
      }),
    );
    await Promise.all(ends);
  }

  /** Tells of those whose market counts in other steps now: no price means anything to them any more. */
  tellOffGrid(): void {
    for (const entry of this.account.orders.all()) {
      if (!entry.order.isHeldHere || isOnItsGrid(entry.order.snapshot, this.tools)) continue;
      // What it is asked for is refused; a session that ends meanwhile leaves it to the next owner.
      void this.triggers.depart(entry, { kind: 'RELEASE' }).catch(() => undefined);
    }
  }

  stop(): void {
    this.started = false;
    this.watch.stop();
    this.expiry.stop();
    for (const cancel of this.timers) cancel();
    this.timers.clear();
  }

  private step(entry: LiveOrder): void {
    const groupId = groupOf(entry);
    if (groupId === undefined) return;
    this.groups.file(entry);
    const step = this.advance.next(groupId);
    if (step.kind === 'MADE_WAY') this.stepAgain(groupId, entry);
    if (step.kind !== 'DEPART' || this.busy.has(step.entry.order.snapshot.orderId)) return;
    void this.depart(step.entry, step.departure);
  }

  private close(entry: LiveOrder): void {
    if (this.busy.has(entry.order.snapshot.orderId)) return;
    void this.depart(entry, { kind: 'TRIGGER', priceTicks: null, extremeTicks: null });
  }

  private stepAgain(groupId: string, entry: LiveOrder): void {
    if (this.lookAgain.has(groupId)) return;
    this.lookAgain.add(groupId);
    this.later(AGAIN_MS, () => {
      this.lookAgain.delete(groupId);
      this.step(entry);
    });
  }

  private async depart(entry: LiveOrder, departure: Departure): Promise<void> {
    const { orderId } = entry.order.snapshot;
    this.busy.add(orderId);
    this.watch.pause(entry);
    // Refused where the session ends: whoever owns the account next goes on, and until that is noticed here nothing may
    // come of asking again but the same answer.
    const outcome = await this.triggers.depart(entry, departure).catch(() => 'CLOSED' as const);
    if (outcome === 'SENT' || outcome === 'NOTHING') this.free(entry);
    else if (departure.kind === 'TRIGGER' || outcome === 'CLOSED')
      this.later(AGAIN_MS, () => this.free(entry));
    else {
      // The venue may have it later; until then it is watched here.
      this.busy.delete(orderId);
      this.watch.follow(entry);
      this.later(AGAIN_MS, () => this.step(entry));
    }
  }

  private free(entry: LiveOrder): void {
    this.busy.delete(entry.order.snapshot.orderId);
    this.stored(entry);
  }

  /** At most one commit a second for all that trail. */
  private trail(entry: LiveOrder, extremeTicks: number): void {
    this.trailed.set(entry, extremeTicks);
    if (this.storing) return;
    this.storing = true;
    this.later(STORE_MS, () => this.storeTrailed());
  }

  private storeTrailed(): void {
    this.storing = false;
    for (const [entry, extremeTicks] of this.trailed) {
      const { order } = entry;
      this.inbox.push({
        kind: 'DECISION',
        entry,
        decide: (now) => {
          const stored = order.snapshot.progress?.trigger?.extremeTicks ?? null;
          if (order.isHeldHere && stored !== extremeTicks) order.trail(extremeTicks, now);
          return [];
        },
      });
    }
    this.trailed.clear();
  }

  private later(delayMs: number, run: () => void): void {
    const cancel = this.tools.timers.setTimer(delayMs, () => {
      this.timers.delete(cancel);
      if (this.started && !this.account.closed) run();
    });
    this.timers.add(cancel);
  }
}

function groupOf({ order }: LiveOrder): string | undefined {
  return order.snapshot.conditions?.group?.groupId;
}
