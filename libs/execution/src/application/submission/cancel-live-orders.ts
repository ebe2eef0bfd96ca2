import type { OrderId } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import { idempotencyKeys, write } from '@sextant/platform';
import type { CommitPlan } from '@sextant/platform';
import type { CancelLiveOrder } from './cancel-live-order.js';
import type { CancelAllOrdersPayload, CancelAllOrdersResult } from '../account/commands-of-account.js';
import type { Cause } from '../account/arrival.js';
import type { OrderInbox } from '../account/order-inbox.js';
import { orderView } from '../requests/order-view.js';
import type { OrderView } from '../requests/order-view.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { isProtective } from '../waiting/protective.js';
import { sessionClosed } from '../account/session-closed.js';
import { unprotectedBy } from './unprotected-positions.js';
import { UsedKeys } from '../account/used-keys.js';

/** What a request with a key waits at least for its commit, whatever it waits for the venue. */
const COMMIT_WAIT_MS = 1_000;

/**
 * Cancels every live order of an account, or those of one market, and the executions that would send others. The cancellations go out at once; that they were
 * asked for, and the request's key, are stored in one commit.
 */
export class CancelLiveOrders {
  private readonly keys = new UsedKeys<readonly OrderId[]>();

  constructor(
    private readonly account: OwnedAccount,
    private readonly inbox: OrderInbox,
    private readonly cancelOrder: CancelLiveOrder,
    private readonly cancelExecutions: (symbol: string | null, cause: Cause) => string[],
    private readonly tools: ExecutionTools,
  ) {}

  /** @throws DomainError UNKNOWN_SYMBOL, ACCOUNT_SESSION_CLOSED, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_FLIGHT */
  async run(payload: CancelAllOrdersPayload): Promise<CancelAllOrdersResult> {
    const { symbol, caller, once, waitMs, keepProtective = false } = payload;
    const accountId = this.account.row.account_id;
    const before = this.keys.find(once);
    if (before !== null) {
      return {
        accountId,
        orders: await Promise.all(before.map((id) => this.view(id))),
        executions: [],
        unprotected: [],
        replayed: true,
      };
    }
    const wanted = symbol === null ? null : this.tools.markets.resolveSymbol(symbol, this.account.row.venue);
    const entries = this.account.orders
      .all()
      .filter((entry) => wanted === null || entry.order.snapshot.symbol === wanted)
      .filter((entry) => !keepProtective || !isProtective(entry.order.snapshot, this.account));
    const unprotected = unprotectedBy(entries, this.account);
    // The request goes into the inbox first, and the cancellations into the same batch: one commit has them all.
    const stored = this.store(
      payload,
      wanted,
      entries.map((entry) => entry.order.snapshot.orderId),
    );
    const executions = this.cancelExecutions(wanted, caller);
    await Promise.all([stored, ...entries.map((entry) => this.cancelOrder.cancel(entry, caller, waitMs))]);
    if (this.account.closed) throw sessionClosed();
    const orders = entries.map((entry) => orderView(entry.stored ?? entry.order.snapshot));
    return { accountId, orders, executions, unprotected, replayed: false };
  }

  /** Resolves when a request with a key is stored, or takes too long: then its repetition is in flight. */
  private store(
    payload: CancelAllOrdersPayload,
    symbol: string | null,
    orderIds: readonly OrderId[],
  ): Promise<void> {
    const { once, waitMs } = payload;
    this.keys.begin(once, orderIds);
    const plan = () => this.plan(payload, symbol, orderIds);
    const stored = this.inbox.pushAndWait({ kind: 'PLAN', plan }).then(
      () => this.keys.commit(once),
      (error: unknown) => {
        this.keys.free(once);
        throw error;
      },
    );
    // A closed account is noticed by whoever waits for the orders.
    if (once.key === null) return Promise.resolve(void stored.catch(() => undefined));
    return new Promise((resolve, reject) => {
      const stop = this.tools.timers.setTimer(Math.max(waitMs, COMMIT_WAIT_MS), resolve);
      stored.then(resolve, reject).finally(stop);
    });
  }

  private plan(
    { once, caller }: CancelAllOrdersPayload,
    symbol: string | null,
    orderIds: readonly OrderId[],
  ): CommitPlan {
    const { account_id } = this.account.row;
    const now = this.tools.clock.now();
    const { tenantId: tenant_id, actor, traceId } = caller;
    const payload = { accountId: account_id, symbol, orders: orderIds.length };
    const events = [{ type: 'CancelAllRequested', payload, occurredAt: now, actor, traceId }];
    if (once.key === null) return { rows: [], events, ledger: [] };
    const row = {
      tenant_id,
      route: once.route,
      key: once.key,
      account_id,
      body_hash: once.bodyHash,
      resource_id: null,
      status: 202,
      body: [...orderIds],
      created_at: now,
    };
    return { rows: [write(idempotencyKeys, row)], events, ledger: [] };
  }

  private async view(orderId: OrderId): Promise<OrderView> {
    const live = this.account.orders.get(orderId);
    if (live !== undefined) return orderView(live.stored ?? live.order.snapshot);
    const stored = await this.tools.archive.byOrderId(this.account.row.account_id, orderId);
    if (stored === null) throw new DomainError('ORDER_NOT_FOUND', `There is no order ${orderId}.`);
    return orderView(stored.order);
  }
}
