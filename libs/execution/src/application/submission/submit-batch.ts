import type { JsonObject, JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { OrderId } from '@sextant/kernel';
import { idempotencyKeys, write } from '@sextant/platform';
import type { CommitPlan } from '@sextant/platform';
import { BatchCommit } from './batch-commit.js';
import type {
  BatchItem,
  BatchOutcome,
  PlaceBatchPayload,
  PlaceBatchResult,
  PlaceOrderPayload,
} from '../account/commands-of-account.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { sessionClosed } from '../account/session-closed.js';
import type { SubmitOrder } from './submit-order.js';
import { inFlight, UsedKeys } from '../account/used-keys.js';
import type { OrderView } from '../requests/order-view.js';

/** How single orders of the account are cancelled and read. */
export interface BatchSteps {
  cancel(orderId: OrderId, payload: PlaceBatchPayload): Promise<OrderView>;
  view(orderId: OrderId): Promise<OrderView>;
}

/**
 * Many orders and cancellations in one request, judged one by one. All orders that passed risk or were denied by it are
 * one durable commit with the key of the request; the cancellations go out at once, as always.
 */
export class SubmitBatch {
  private readonly keys = new UsedKeys<{ items: readonly BatchOutcome[] }>();

  constructor(
    private readonly account: OwnedAccount,
    private readonly submitOrder: SubmitOrder,
    private readonly steps: BatchSteps,
    private readonly tools: ExecutionTools,
  ) {}

  /** @throws DomainError ACCOUNT_SESSION_CLOSED, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_FLIGHT */
  async run(payload: PlaceBatchPayload): Promise<PlaceBatchResult> {
    const accountId = this.account.row.account_id;
    const before = this.keys.find(payload.once);
    if (before !== null) {
      const items = before.items.map((outcome) => this.again(outcome));
      return { accountId, items: await Promise.all(items), replayed: true };
    }
    const made: { items: readonly BatchOutcome[] } = { items: [] };
    this.keys.begin(payload.once, made);
    const count = payload.orders.length;
    const batch = new BatchCommit(this.account.lease, count, (outcomes) => {
      made.items = [...outcomes, ...payload.cancels.map((orderId) => ({ orderId }))];
      return this.head(payload, made.items);
    });
    const placed = payload.orders.map((_, index) => this.place(payload, index, batch));
    const canceled = payload.cancels.map((orderId) => this.cancel(orderId, payload));
    const items = await Promise.all([...placed, ...canceled]);
    // Nothing was stored of a batch in which nothing passed: its key is free.
    const isStored = made.items.length > 0 && !batch.wasTakenBefore && !this.account.closed;
    if (isStored) this.keys.commit(payload.once);
    else this.keys.free(payload.once);
    if (batch.wasTakenBefore) throw inFlight();
    if (this.account.closed) throw sessionClosed();
    return { accountId, items, replayed: false };
  }

  private async place(payload: PlaceBatchPayload, index: number, batch: BatchCommit): Promise<BatchItem> {
    const { request, group = null, bodyHash } = payload.orders[index] as PlaceBatchPayload['orders'][number];
    const once = { route: payload.once.route, key: null, bodyHash };
    const single: PlaceOrderPayload = {
      request,
      group,
      once,
      caller: payload.caller,
      waitMs: payload.waitMs,
    };
    try {
      const answer = await this.submitOrder.submit(single, (plan, orderId) =>
        batch.commit(index, orderId, plan),
      );
      batch.leave(index, { orderId: answer.order.id });
      return answer;
    } catch (error) {
      const problem = problemOf(error);
      batch.leave(index, { problem });
      return { problem };
    }
  }

  private async cancel(orderId: OrderId, payload: PlaceBatchPayload): Promise<BatchItem> {
    try {
      return { order: await this.steps.cancel(orderId, payload), replayed: false };
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }

  private async again(outcome: BatchOutcome): Promise<BatchItem> {
    if ('problem' in outcome) return outcome;
    try {
      return { order: await this.steps.view(outcome.orderId), replayed: true };
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }

  private head({ once, caller, cancels }: PlaceBatchPayload, items: readonly BatchOutcome[]): CommitPlan {
    const { account_id } = this.account.row;
    const now = this.tools.clock.now();
    const { tenantId: tenant_id, actor, traceId } = caller;
    const refused = items.filter((item) => 'problem' in item).length;
    const orders = items.length - cancels.length;
    const payload = { accountId: account_id, orders, refused, cancels: cancels.length };
    const events = [{ type: 'OrderBatchTaken', payload, occurredAt: now, actor, traceId }];
    if (once.key === null) return { rows: [], events, ledger: [] };
    const row = {
      tenant_id,
      route: once.route,
      key: once.key,
      account_id,
      body_hash: once.bodyHash,
      resource_id: null,
      status: 207,
      body: items as unknown as JsonValue,
      created_at: now,
    };
    return { rows: [write(idempotencyKeys, row)], events, ledger: [] };
  }
}

/** @throws what is no refusal: a bug or an outage is of the whole request */
function problemOf(error: unknown): { code: string; detail: string; context: JsonObject } {
  if (!(error instanceof DomainError)) throw error;
  return { code: error.code, detail: error.message, context: { ...error.context } as JsonObject };
}
