import type { Engine } from '../engine/engine.js';
import { isOpen } from '../engine/order.js';
import { goodTillDateOf } from './good-till-date.js';
import type { OrderDesk } from './order-desk.js';

/** Ends orders by the venue's clock: those whose date has come, and all of a market whose owner has gone silent. */
export class Deadlines {
  /** By account and symbol. A countdown does not outlive the venue's process. */
  private readonly countdowns = new Map<string, { accountId: string; symbol: string; at: number }>();

  constructor(
    private readonly engine: Engine,
    private readonly desk: OrderDesk,
    private readonly clock: { now(): number },
  ) {}

  /** Starts anew with each call; 0 stops it. */
  countDown(accountId: string, symbol: string, ms: number): void {
    const key = `${accountId} ${symbol}`;
    if (ms === 0) this.countdowns.delete(key);
    else this.countdowns.set(key, { accountId, symbol, at: this.clock.now() + ms });
  }

  /** Never from within the engine. */
  pass(): void {
    const now = this.clock.now();
    for (const [key, { accountId, symbol, at }] of this.countdowns) {
      if (at > now) continue;
      this.countdowns.delete(key);
      this.desk.cancelAll(accountId, symbol);
    }
    for (const order of this.engine.orders.allOpen()) {
      const end = goodTillDateOf(order);
      if (end > 0 && end <= now && isOpen(order)) this.engine.cancel(order, null, 'EXPIRED');
    }
  }
}
