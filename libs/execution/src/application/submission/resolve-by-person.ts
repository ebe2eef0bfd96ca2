import { DomainError } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import type { RowWrite } from '@sextant/platform';
import type { Proof } from '../../domain/order-snapshot.js';
import type { Order } from '../../domain/order.js';
import { isUnacknowledged } from '../../domain/order-status.js';
import type { OrderView } from '../requests/order-view.js';
import { orderView } from '../requests/order-view.js';
import type { ResolveOrderPayload } from '../account/commands-of-account.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { OrderInbox } from '../account/order-inbox.js';

/**
 * What a person has found out about an order that no machine can prove anything about. It is believed and kept as the
 * evidence; fills that come in spite of it are booked like any late fill.
 */
export class ResolveByPerson {
  constructor(private readonly inbox: OrderInbox) {}

  /** @throws DomainError ORDER_NEEDS_NO_ATTENTION, ORDER_TERMS_INVALID */
  async run(entry: LiveOrder, payload: ResolveOrderPayload): Promise<OrderView> {
    const { venueOrderId, outcome, caller } = payload;
    if ((outcome === 'ADOPTED') !== (venueOrderId !== null)) {
      const detail = 'venueOrderId goes with ADOPTED, and only with it.';
      throw new DomainError('ORDER_TERMS_INVALID', detail, { pointer: '/venueOrderId' });
    }
    let resolved = false;
    const decide = (now: EpochMs): RowWrite[] => {
      resolved = entry.order.snapshot.needsAttention && !entry.order.isTerminal;
      if (resolved) settle(entry.order, payload, now);
      return [];
    };
    await this.inbox.pushAndWait({ kind: 'DECISION', entry, cause: caller, decide });
    if (resolved) return orderView(entry.stored ?? entry.order.snapshot);
    const { orderId, status } = entry.order.snapshot;
    const detail = `The order is ${status} and needs nobody's attention.`;
    throw new DomainError('ORDER_NEEDS_NO_ATTENTION', detail, { orderId, status });
  }
}

function settle(
  order: Order,
  { outcome, venueOrderId, note, caller }: ResolveOrderPayload,
  now: EpochMs,
): void {
  const proof: Proof = { kind: 'PERSON', detail: { note, actor: caller.actor, venueOrderId }, at: now };
  if (outcome === 'ADOPTED') return adopt(order, venueOrderId ?? '', proof, now);
  if (isUnacknowledged(order.snapshot.status)) {
    const detail = 'A person has made sure that the venue never took the order.';
    return order.end('REJECT', { code: 'NOT_ACCEPTED', detail }, proof, now);
  }
  const detail = 'A person has made sure that the venue no longer has the order.';
  order.end('CANCEL', { code: 'ENDED_AT_VENUE', detail }, proof, now);
}

/** The venue has it after all: under this id, and from now on it is followed like any other. */
function adopt(order: Order, venueOrderId: string, proof: Proof, now: EpochMs): void {
  if (isUnacknowledged(order.snapshot.status)) order.accept(venueOrderId, proof, now);
  else order.attended(venueOrderId, proof, now);
}
