import type { CancelLiveOrder } from './cancel-live-order.js';
import { isWholeClose, ordersInTheWay } from './closing-a-position.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';

/** An order that does not end is asked again after so long. */
const AGAIN_MS = 1_000;

/**
 * Orders that close a whole position and wait here until nothing else would close it too: what stands in the way is
 * cancelled, and on proof of its end the order goes out for what is held then. Begun anew from the stored orders by
 * whoever owns the account next.
 */
export class ClosePositions {
  private readonly waiting = new Set<LiveOrder>();
  /** When each was asked to end, by the process's own clock, which nobody moves. */
  private readonly asked = new Map<LiveOrder, number>();

  constructor(
    private readonly account: OwnedAccount,
    private readonly cancelOrder: CancelLiveOrder,
    private readonly tools: Pick<ExecutionTools, 'clock'>,
    private readonly steps: { depart(entry: LiveOrder): void; later(delayMs: number, run: () => void): void },
  ) {}

  /** Something has changed: of this order, or of one that may stand in the way of another. */
  stored(entry: LiveOrder): void {
    if (entry.order.isHeldHere && isWholeClose(entry.order.snapshot)) this.waiting.add(entry);
    else this.waiting.delete(entry);
    // Forgotten any earlier, each word of an order that does not end would have it asked again at once.
    if (entry.order.isTerminal) this.asked.delete(entry);
    for (const closing of this.waiting) this.step(closing);
  }

  private step(closing: LiveOrder): void {
    const live = ordersInTheWay(closing.order.snapshot, this.account);
    if (live.length === 0) return this.steps.depart(closing);
    const nowMs = this.tools.clock.monotonicMs();
    const due = live.filter((entry) => nowMs >= (this.asked.get(entry) ?? -Infinity) + AGAIN_MS);
    if (due.length === 0) return;
    const cause = { actor: `order:${closing.order.snapshot.orderId}`, traceId: null };
    for (const entry of due) {
      this.asked.set(entry, nowMs);
      void this.cancelOrder.cancel(entry, cause, 0);
    }
    this.steps.later(AGAIN_MS, () => {
      if (this.waiting.has(closing)) this.step(closing);
    });
  }
}
