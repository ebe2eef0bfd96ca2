import type { JsonValue } from '@sextant/contracts';
import type { EpochMs } from '@sextant/kernel';
import type { NewEvent } from '../commit/commit-plan.js';
import type { Metrics } from '../telemetry/metrics.js';

const MOST_OPEN_ORDERS = 50_000;
const ENDS = new Set(['OrderCanceled', 'OrderRejected', 'OrderExpired']);

/**
 * The trading metrics of the seeds, counted from what this process committed: in memory, without a read, and only
 * what has become durable.
 */
export class TradingMetrics {
  private readonly placedAt = new Map<string, EpochMs>();
  private filledCount = 0;
  private endedCount = 0;

  constructor(private readonly metrics: Metrics) {}

  count(events: readonly NewEvent[]): void {
    for (const event of events) {
      if (event.type === 'OrderPlaced') this.placed(event);
      else if (event.type === 'OrderPartiallyFilled') this.fill(event);
      else if (event.type === 'OrderFilled') this.filled(event);
      else if (ENDS.has(event.type)) this.ended(event);
    }
  }

  private placed({ payload, occurredAt }: NewEvent): void {
    const strategy = text(payload['strategy']) ?? 'none';
    this.metrics.increment('orders_total', { ...market(payload), strategy });
    const orderId = text(payload['orderId']);
    if (orderId !== null && this.placedAt.size < MOST_OPEN_ORDERS) this.placedAt.set(orderId, occurredAt);
  }

  private filled(event: NewEvent): void {
    this.fill(event);
    const orderId = text(event.payload['orderId']) ?? '';
    const placedAt = this.placedAt.get(orderId);
    if (placedAt !== undefined) {
      const seconds = Math.max(0, event.occurredAt - placedAt) / 1000;
      this.metrics.observe('order_fill_seconds', { symbol: market(event.payload).symbol }, seconds);
    }
    this.filledCount += 1;
    this.ended(event);
  }

  private fill({ payload }: NewEvent): void {
    if (payload['lastQuantity'] === null || payload['lastQuantity'] === undefined) return;
    this.metrics.increment('trades_total', market(payload));
    const fee = payload['fee'];
    if (typeof fee !== 'object' || fee === null || Array.isArray(fee)) return;
    const paid = Number(fee['amount']);
    if (paid > 0) this.metrics.increment('fees_total', { asset: text(fee['asset']) ?? 'unknown' }, paid);
  }

  private ended({ payload }: NewEvent): void {
    this.placedAt.delete(text(payload['orderId']) ?? '');
    this.endedCount += 1;
    this.metrics.set('order_fill_ratio', {}, this.filledCount / this.endedCount);
  }
}

function market(payload: NewEvent['payload']): { symbol: string; side: string } {
  return { symbol: text(payload['symbol']) ?? 'unknown', side: text(payload['side']) ?? 'unknown' };
}

function text(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
