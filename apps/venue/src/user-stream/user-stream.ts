import type { Engine } from '../engine/engine.js';
import type { BalanceChanged, EngineEvent } from '../engine/events.js';
import type { Order } from '../engine/order.js';
import { accountPosition, balanceUpdate, fillReport, listStatus, orderReport } from './user-events.js';

/** One subscription of a connection to an account's events. */
export interface UserSubscriber {
  deliverUserEvent(event: object): void;
}

/** Tells accounts what happens to their orders and money on spot. */
export class UserStream {
  private readonly subscribers = new Map<string, Set<UserSubscriber>>();
  private balances: BalanceChanged[] = [];
  private lastExecutionId = 0;

  constructor(
    private readonly engine: Engine,
    private readonly clock: { now(): number },
  ) {}

  /** @returns how to end the subscription. */
  subscribe(accountId: string, subscriber: UserSubscriber): () => void {
    const found = this.subscribers.get(accountId) ?? new Set();
    this.subscribers.set(accountId, found.add(subscriber));
    return () => found.delete(subscriber);
  }

  handle(event: EngineEvent): void {
    if (event.kind === 'BalanceChanged') {
      this.collect(event);
      return;
    }
    if (event.kind === 'OrderChanged' || event.kind === 'Filled') {
      // The id counts executions, not what somebody listened to.
      this.lastExecutionId += 1;
      if (!this.isHeard(event.order.accountId)) return;
      const market = this.engine.market(event.order.symbol)!;
      const id = this.lastExecutionId;
      const report =
        event.kind === 'Filled'
          ? fillReport(market, event, id, this.clock.now())
          : orderReport(market, event, id, this.clock.now());
      this.tell(event.order.accountId, report);
    }
    if (event.kind === 'OrderListChanged' && this.isHeard(event.list.accountId)) {
      const orders = event.list.orderIds.map((id) => this.engine.orders.order(id) as Order);
      this.tell(event.list.accountId, listStatus(event, orders, this.clock.now()));
    }
  }

  /** Balances of one operation arrive together and are told as one event; the engine is done when the microtask runs. */
  private collect(event: BalanceChanged): void {
    if (!this.isHeard(event.accountId)) return;
    this.balances.push(event);
    if (this.balances.length === 1) queueMicrotask(() => this.tellBalances());
  }

  private tellBalances(): void {
    const changes = this.balances;
    this.balances = [];
    for (const accountId of new Set(changes.map((change) => change.accountId))) {
      const own = changes.filter((change) => change.accountId === accountId);
      // The difference first: whoever adds it up is put right by the absolute balance that follows.
      for (const change of own) {
        if (change.cause !== 'TRADING') this.tell(accountId, balanceUpdate(change, this.clock.now()));
      }
      this.tell(accountId, accountPosition(newestOfEach(own), this.clock.now()));
    }
  }

  private isHeard(accountId: string): boolean {
    return (this.subscribers.get(accountId)?.size ?? 0) > 0;
  }

  private tell(accountId: string, event: object): void {
    for (const subscriber of this.subscribers.get(accountId) ?? []) subscriber.deliverUserEvent(event);
  }
}

function newestOfEach(changes: readonly BalanceChanged[]): BalanceChanged[] {
  return [...new Map(changes.map((change) => [change.asset, change])).values()];
}
