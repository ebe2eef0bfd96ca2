import type { KillSwitch } from '@sextant/risk';
import { isUnacknowledged } from '../../domain/order-status.js';
import { isImmediate } from '../../domain/order-types.js';
import type { CancelLiveOrder } from '../submission/cancel-live-order.js';
import { cancelAll, coveredOrders } from '../waiting/covered-orders.js';
import { LiquidatePositions } from './liquidate-positions.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { isProtective, wasHeldHere } from '../waiting/protective.js';
import type { SubmitOrder } from '../submission/submit-order.js';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * What an account does when a kill switch that concerns it goes on, besides sending nothing: what has not left never will,
 * resting orders are cancelled where the switch says so, positions are closed where it is LIQUIDATE. The same when the
 * account is opened under a switch that is on.
 */
export class ObeyKillSwitch {
  private readonly obeyed = new Set<string>();
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly account: OwnedAccount,
    private readonly inbox: OrderInbox,
    private readonly cancelOrder: CancelLiveOrder,
    private readonly submitOrder: SubmitOrder,
    /** A released LIQUIDATE must not find an execution that buys what was just sold. */
    private readonly endExecutions: (word: KillSwitch) => void,
    private readonly tools: ExecutionTools,
  ) {}

  start(): void {
    const { switches } = this.account.risk;
    this.stopListening = switches.onChange(() => this.obey());
    this.obey();
  }

  stop(): void {
    this.stopListening();
    this.account.risk.switches.report(null);
  }

  private obey(): void {
    for (const word of this.account.risk.switches.on()) {
      if (this.obeyed.has(word.switchId)) continue;
      this.obeyed.add(word.switchId);
      this.stopUnsent(word);
      if (word.mode === 'LIQUIDATE') {
        this.endExecutions(word);
        void this.liquidate(word);
      }
      if (word.mode !== 'LIQUIDATE' && word.cancelOrders) void this.cancelUntilNone(word);
    }
  }

  /** An order whose outcome is open and that may be sent again: not after this, whatever is released meanwhile. */
  private stopUnsent(word: KillSwitch): void {
    for (const entry of coveredOrders(word, this.account)) {
      const { snapshot } = entry.order;
      const { orderId, status, type, timeInForce } = snapshot;
      // A stop that protects a position waits for the release instead.
      if (wasHeldHere(snapshot) && isProtective(snapshot, this.account)) continue;
      if (status === 'CREATED') continue;
      if (
        !isImmediate(type, timeInForce) &&
        isUnacknowledged(status) &&
        this.account.heldBack(entry) !== null
      ) {
        this.account.stopped.add(orderId);
      }
    }
  }

  private async cancelUntilNone(word: KillSwitch): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; this.isOn(word); pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const live = coveredOrders(word, this.account);
      if (live.length === 0) return;
      await cancelAll(live, word, this.cancelOrder);
      await this.tools.timers.sleep(pauseMs);
    }
  }

  private liquidate(word: KillSwitch): Promise<void> {
    const { account, inbox, cancelOrder, submitOrder, tools } = this;
    return new LiquidatePositions(word, account, inbox, cancelOrder, submitOrder, tools).run();
  }

  private isOn({ switchId }: KillSwitch): boolean {
    return !this.account.closed && this.account.risk.switches.on().some((on) => on.switchId === switchId);
  }
}
