import { DomainError, formatScaled } from '@sextant/kernel';
import type { OrderId } from '@sextant/kernel';
import { surplusOf } from '../../domain/revisions.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { AmendLiveOrder } from './amend-live-order.js';
import type { CancelLiveOrder } from './cancel-live-order.js';
import { PASSING } from './replace-at-venue.js';

const AGAIN_MS = 1_000;
const ACTOR = 'sextant:surplus';

/**
 * Takes back what rests at the venue beyond what was asked for. That comes of a venue that fills an order after it has
 * said that it is cancelled: the one in its place was sized without that fill. The order gets the terms that it was to
 * have; where that is refused, or nothing would be left of it, what rests is cancelled.
 */
export class TrimSurplus {
  /** Asked for a moment ago. */
  private readonly busy = new Set<OrderId>();
  /** The venue, or a rule here, refused to make them smaller. */
  private readonly refused = new Set<OrderId>();

  constructor(
    private readonly account: OwnedAccount,
    private readonly amendOrder: AmendLiveOrder,
    private readonly cancelOrder: CancelLiveOrder,
    private readonly tools: Pick<ExecutionTools, 'timers' | 'log'>,
  ) {}

  /** The order has changed and that is stored, or its account was just taken over. */
  look(entry: LiveOrder): void {
    const { orderId, status, pending } = entry.order.snapshot;
    if (entry.order.isTerminal || surplusOf(entry.order.snapshot) === 0) {
      this.refused.delete(orderId);
      return;
    }
    const rests = pending === null && (status === 'NEW' || status === 'PARTIALLY_FILLED');
    if (!rests || this.account.closed || this.busy.has(orderId)) return;
    this.busy.add(orderId);
    void this.take(entry).catch((error: Error) => {
      this.tools.log.warn('What rests beyond an order waits', { orderId, error: error.message });
    });
    this.tools.timers.setTimer(AGAIN_MS, () => {
      this.busy.delete(orderId);
      this.look(entry);
    });
  }

  private async take(entry: LiveOrder): Promise<void> {
    const { orderId, lots, filledLots, stepUnits } = entry.order.snapshot;
    const { tenant_id: tenantId } = this.account.row;
    const caller = { tenantId, actor: ACTOR, traceId: null };
    const wanted = (lots ?? 0) - surplusOf(entry.order.snapshot);
    if (wanted <= filledLots || this.refused.has(orderId)) return this.cancelOrder.cancel(entry, caller, 0);
    this.refused.add(orderId);
    const quantity = formatScaled(BigInt(wanted) * stepUnits);
    const request = { quantity, price: null, expectedFilledQuantity: null, ifMatch: null };
    try {
      await this.amendOrder.amend(entry, { orderId, request, caller, waitMs: 0 });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // Something else is under way with it.
      if (PASSING.has(error.code) || error.code === 'ORDER_NOT_AMENDABLE') this.refused.delete(orderId);
      else if (!entry.order.isTerminal) await this.cancelOrder.cancel(entry, caller, 0);
    }
  }
}
