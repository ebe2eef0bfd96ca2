import { Injectable } from '@nestjs/common';
import type { OrderId } from '@sextant/kernel';

/** Tells readers in this process that an order may have changed. A hint only: the table is the truth. */
@Injectable()
export class OrderSignals {
  private readonly listeners = new Map<OrderId, Set<() => void>>();

  changed(orderId: OrderId): void {
    const listeners = this.listeners.get(orderId);
    if (listeners === undefined) return;
    this.listeners.delete(orderId);
    for (const listener of listeners) listener();
  }

  /** Calls back once, at the next change. Answers how to stop waiting. */
  onChange(orderId: OrderId, listener: () => void): () => void {
    const listeners = this.listeners.get(orderId) ?? new Set();
    this.listeners.set(orderId, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.listeners.get(orderId) === listeners) this.listeners.delete(orderId);
    };
  }
}
