import type { OrderId } from '@sextant/kernel';
import type { Cancel } from '@sextant/platform';
import type { CancelLiveOrder } from './cancel-live-order.js';
import { ExpireOrders } from './expire-orders.js';
import type { LiveOrder } from './live-orders.js';
import type { OrderInbox } from './order-inbox.js';
import type { ExecutionTools, OwnedAccount } from './owned-account.js';
import type { SendOrder } from './send-order.js';
import { TriggerOrders } from './trigger-orders.js';
import type { Departure } from './trigger-orders.js';
import type { VenueLink } from './venue-link.js';
import { WatchTriggers } from './watch-triggers.js';

/** How often a trailing stop's best price is stored, and how often what the moment held back is tried again. */
const STORE_MS = 1_000;
const AGAIN_MS = 1_000;

/** The orders of an account that wait here: for their trigger, their time, their entry. */
export class WaitingOrders {
  private readonly watch: WatchTriggers;
  private readonly expiry: ExpireOrders;
  private readonly triggers: TriggerOrders;
  /** On their way to a decision, or held back for a moment: prices mean nothing to them meanwhile. */
  private readonly busy = new Set<OrderId>();
  private readonly trailed = new Map<LiveOrder, number>();
  private readonly timers = new Set<Cancel>();
  private started = false;
  private storing = false;

  constructor(
    private readonly account: OwnedAccount,
    link: VenueLink,
    private readonly inbox: OrderInbox,
    sendOrder: SendOrder,
    cancelOrder: CancelLiveOrder,
    private readonly tools: ExecutionTools,
  ) {
    this.watch = new WatchTriggers(tools, {
      touched: (entry, priceTicks, extremeTicks) =>
        void this.depart(entry, { kind: 'TRIGGER', priceTicks, extremeTicks }),
      trailed: (entry, extremeTicks) => this.trail(entry, extremeTicks),
    });
    this.expiry = new ExpireOrders(link, inbox, cancelOrder, tools);
    this.triggers = new TriggerOrders(account, link, inbox, sendOrder, tools, () => false);
  }

  /** Begins with the orders that live, once they agree with the venue as far as that could be told. */
  start(): void {
    this.started = true;
    for (const entry of this.account.orders.all()) this.stored(entry);
  }

  /** The order has changed and that is stored, or it is new. */
  stored(entry: LiveOrder): void {
    if (!this.started || this.account.closed || entry.order.snapshot.conditions === null) return;
    this.expiry.follow(entry);
    if (this.busy.has(entry.order.snapshot.orderId)) return;
    this.watch.follow(entry);
  }

  stop(): void {
    this.started = false;
    this.watch.stop();
    this.expiry.stop();
    for (const cancel of this.timers) cancel();
    this.timers.clear();
  }

  private async depart(entry: LiveOrder, departure: Departure): Promise<void> {
    const { orderId } = entry.order.snapshot;
    this.busy.add(orderId);
    // A session that ends meanwhile leaves it to whoever owns the account next.
    const outcome = await this.triggers.depart(entry, departure).catch(() => 'NOTHING' as const);
    if (outcome === 'HELD_BACK') this.later(AGAIN_MS, () => this.free(entry));
    else this.free(entry);
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
