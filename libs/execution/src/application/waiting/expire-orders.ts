import type { EpochMs, OrderId } from '@sextant/kernel';
import type { Cancel } from '@sextant/platform';
import type { CancelLiveOrder } from '../submission/cancel-live-order.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools } from '../account/owned-account.js';
import type { VenueLink } from '../venue/venue-link.js';
import { venuePlacement } from '../terms/venue-placement.js';

/** How long a venue that ends orders by itself is given to say so. */
const LATE_SWEEP_MS = 30_000;
/** An order that outlived its end is cancelled again after so long. */
const AGAIN_MS = 5_000;
/** A timer is never set for longer. */
const LONGEST_MS = 3_600_000;

/** Ends orders whose time is over: by our word while they are held here, else by a cancellation that the venue proves. */
export class ExpireOrders {
  /** When each order is looked at next. */
  private readonly due = new Map<OrderId, { entry: LiveOrder; at: EpochMs }>();
  private timer: { at: EpochMs; cancel: Cancel } | null = null;

  constructor(
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly cancelOrder: CancelLiveOrder,
    private readonly tools: ExecutionTools,
  ) {}

  follow(entry: LiveOrder): void {
    const { orderId, conditions } = entry.order.snapshot;
    const expiresAt = conditions?.expiresAt ?? null;
    if (expiresAt === null) return;
    if (entry.order.isTerminal) {
      this.due.delete(orderId);
      return;
    }
    const at = expiresAt + (this.isEndedByVenue(entry) ? LATE_SWEEP_MS : 0);
    this.due.set(orderId, { entry, at: Math.max(at, this.due.get(orderId)?.at ?? at) });
    this.wakeUp(at);
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = null;
    this.due.clear();
  }

  private isEndedByVenue({ order }: LiveOrder): boolean {
    if (order.isHeldHere) return false;
    return venuePlacement(order.snapshot, this.link.traits).timeInForce === 'GTD';
  }

  private wakeUp(at: EpochMs): void {
    if (this.timer !== null && this.timer.at <= at) return;
    this.timer?.cancel();
    const delayMs = Math.min(Math.max(0, at - this.tools.clock.now()), LONGEST_MS);
    this.timer = { at, cancel: this.tools.timers.setTimer(delayMs, () => this.look()) };
  }

  private look(): void {
    this.timer = null;
    const now = this.tools.clock.now();
    for (const due of this.due.values()) {
      if (due.at > now) continue;
      due.at = now + AGAIN_MS;
      this.end(due.entry);
    }
    const next = Math.min(...[...this.due.values()].map(({ at }) => at));
    if (this.due.size > 0) this.wakeUp(next);
  }

  private end(entry: LiveOrder): void {
    if (!entry.order.isHeldHere) {
      this.cancelOrder.withdraw(entry, 'EXPIRY');
      return;
    }
    this.inbox.push({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        if (entry.order.isHeldHere) endHere(entry, now);
        else this.cancelOrder.withdraw(entry, 'EXPIRY');
        return [];
      },
    });
  }
}

function endHere({ order }: LiveOrder, now: EpochMs): void {
  const reason = { code: 'EXPIRED_BY_TIME', detail: 'Its time was over before its trigger was touched.' };
  order.end('EXPIRE', reason, { kind: 'HELD_HERE', detail: {}, at: now }, now);
}
