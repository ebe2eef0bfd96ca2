import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock, DomainError } from '@sextant/kernel';
import type { OrderId, TenantId } from '@sextant/kernel';
import { Timers } from '@sextant/platform';
import { isTerminal } from '../../domain/order-status.js';
import { OrderReads } from './order-reads.js';
import { OrderSignals } from '../account/order-signals.js';
import type { OrderView } from './order-view.js';

/** An order by its id; with `waitMs`, once it has ended or the time is over. @throws DomainError ORDER_NOT_FOUND */
export class GetOrder extends Query<OrderView> {
  constructor(
    readonly tenantId: TenantId,
    readonly orderId: OrderId,
    readonly waitMs: number = 0,
  ) {
    super();
  }
}

/** Another process may own the account, whose hints do not reach here. */
const POLL_MS = 250;

@QueryHandler(GetOrder)
export class GetOrderHandler implements IQueryHandler<GetOrder> {
  constructor(
    private readonly reads: OrderReads,
    private readonly signals: OrderSignals,
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {}

  async execute({ tenantId, orderId, waitMs }: GetOrder): Promise<OrderView> {
    const endMs = this.clock.monotonicMs() + waitMs;
    for (;;) {
      const changed = this.nextChange(orderId, Math.min(POLL_MS, endMs - this.clock.monotonicMs()));
      const order = await this.reads.order(tenantId, orderId);
      if (order === null) throw new DomainError('ORDER_NOT_FOUND', `There is no order ${orderId}.`);
      if (isTerminal(order.status) || this.clock.monotonicMs() >= endMs) return order;
      await changed;
    }
  }

  private nextChange(orderId: OrderId, ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.signals.onChange(orderId, () => {
        cancel();
        resolve();
      });
      const cancel = this.timers.setTimer(ms, () => {
        stop();
        resolve();
      });
    });
  }
}
