import type { OrderId } from '@sextant/kernel';
import type { Timers } from '@sextant/platform';
import { isTerminal, isUnacknowledged } from '../../domain/order-status.js';
import type { Order } from '../../domain/order.js';

/** What a caller waits for: any word of the venue, the end of the order, or that of its amendment. */
export type Until = 'VERDICT' | 'TERMINAL' | 'AMENDED';

interface Waiter {
  until: Until;
  wake: () => void;
}

/** Callers that wait for the stored state of an order. */
export class Settlements {
  private readonly waiters = new Map<OrderId, Waiter[]>();

  constructor(private readonly timers: Timers) {}

  /** Resolves when the order is settled as asked and that is stored, or after `waitMs`. */
  wait(orderId: OrderId, until: Until, waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.timers.setTimer(waitMs, () => this.forget(orderId, waiter));
      const waiter: Waiter = {
        until,
        wake: () => {
          cancel();
          resolve();
        },
      };
      const known = this.waiters.get(orderId);
      if (known === undefined) this.waiters.set(orderId, [waiter]);
      else known.push(waiter);
    });
  }

  /** The state of the order is stored: wakes who waited for it. */
  stored(order: Order): void {
    const { orderId } = order.snapshot;
    for (const waiter of this.waiters.get(orderId) ?? []) {
      if (isSettled(order, waiter.until)) this.forget(orderId, waiter);
    }
  }

  /** Nothing more will come from here. */
  releaseAll(): void {
    for (const [orderId, waiters] of this.waiters) {
      for (const waiter of [...waiters]) this.forget(orderId, waiter);
    }
  }

  private forget(orderId: OrderId, waiter: Waiter): void {
    const left = (this.waiters.get(orderId) ?? []).filter((other) => other !== waiter);
    if (left.length === 0) this.waiters.delete(orderId);
    else this.waiters.set(orderId, left);
    waiter.wake();
  }
}

export function isSettled(order: Order, until: Until): boolean {
  const { status, pending } = order.snapshot;
  if (until === 'AMENDED') return pending?.kind !== 'AMEND';
  return until === 'TERMINAL' ? isTerminal(status) : !isUnacknowledged(status);
}
