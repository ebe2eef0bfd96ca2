import type { SpotSettlement } from '../accounts/spot-settlement.js';
import type { VenueClock } from '../engine/clock.js';
import type { Engine } from '../engine/engine.js';
import type { EngineEvent } from '../engine/events.js';
import type { Fill, Order } from '../engine/order.js';
import { isOpen, remainingLots } from '../engine/order.js';
import type { OrderDesk } from '../orders/order-desk.js';
import { readName } from '../rest/order-routes.js';
import type { Call } from '../rest/routes.js';
import type { RequestRule } from './fault-rule.js';
import type { QuirkBook } from './quirks.js';

interface Parts {
  readonly engine: Engine;
  readonly settlement: SpotSettlement;
  readonly desk: OrderDesk;
  readonly quirks: QuirkBook;
  readonly clock: VenueClock;
}

/** Faults that act on orders instead of the wire: fills that race a cancel, and commissions that come late. */
export class OrderFaults {
  constructor(private readonly parts: Parts) {
    parts.engine.listen((event) => this.#watch(event));
  }

  /** `answer` is what a request that took effect was going to be told. */
  act({ action }: RequestRule, { account, params }: Call, answer: string | null): void {
    if (account === null) return;
    if (action.kind === 'FILL_NEW') {
      const order = this.parts.engine.orders.order(placedId(answer));
      if (order !== null && isOpen(order) && order.isWorking) this.#fillOpen(order, action.share);
      return;
    }
    const order = this.parts.desk.find(account.accountId, readName(params));
    // One that waits for its trigger is in no queue that the house could trade with.
    if (order === null || order.ticks === null || !order.isWorking) return;
    if (action.kind === 'FILL_BEFORE_CANCEL' && isOpen(order)) this.#fillOpen(order, action.share);
    if (action.kind === 'FILL_AFTER_CANCEL') {
      const lots = shareOf(order, action.share);
      this.parts.clock.after(action.delayMs, () => {
        if (lots > 0) this.parts.engine.fillLate(order, lots);
      });
    }
  }

  /** The house takes the share of this order alone, whatever stands before it in the queue. */
  #fillOpen(order: Order, share: number): void {
    const lots = shareOf(order, share);
    if (lots > 0) this.parts.engine.fillOpen(order, lots);
  }

  /** After a restart: fees that were still to come are to come again. */
  resume(): void {
    for (const fill of this.parts.engine.orders.allFills()) {
      const isOwed = fill.commission.units === 0n && this.parts.settlement.commissionOf(fill).units !== 0n;
      if (isOwed) this.#chargeAfter(fill, this.parts.quirks.of(fill.accountId).lateFeeMs ?? 0);
    }
  }

  #watch(event: EngineEvent): void {
    if (event.kind !== 'Filled' || event.fill.commission.units !== 0n) return;
    const { lateFeeMs } = this.parts.quirks.of(event.fill.accountId);
    if (lateFeeMs === null) return;
    const { orderId, fillId } = event.fill;
    const fill = this.parts.engine.orders.fillsOf(orderId).find((known) => known.fillId === fillId);
    if (fill !== undefined) this.#chargeAfter(fill, lateFeeMs);
  }

  #chargeAfter(fill: Fill, ms: number): void {
    this.parts.clock.after(ms, () => this.#charge(fill));
  }

  #charge(fill: Fill): void {
    this.parts.engine.settleNow((emit, at) => {
      fill.commission = this.parts.settlement.chargeLate(fill);
      emit({ kind: 'FeeCharged', fill: { ...fill }, at });
    });
  }
}

function placedId(answer: string | null): number {
  return Number(/"orderId":(\d+)/.exec(answer ?? '')?.[1] ?? -1);
}

function shareOf(order: Order, share: number): number {
  const left = remainingLots(order);
  return Math.min(left, Math.max(1, Math.floor(left * share)));
}
