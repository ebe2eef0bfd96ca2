import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { AccountOwner, Idempotency, replay } from '@sextant/platform';
import type { IdempotencyRow } from '@sextant/platform';
import { accountCommands } from '../account/commands-of-account.js';
import type {
  BatchItem,
  BatchOutcome,
  PlaceBatchPayload,
  PlaceBatchResult,
} from '../account/commands-of-account.js';
import { OrderReads } from './order-reads.js';

/** Places and cancels many orders of one account; the same key again does nothing more. */
export class PlaceBatch extends Command<PlaceBatchResult> {
  constructor(
    readonly accountId: AccountId,
    readonly payload: PlaceBatchPayload,
  ) {
    super();
  }
}

@CommandHandler(PlaceBatch)
export class PlaceBatchHandler implements ICommandHandler<PlaceBatch> {
  constructor(
    private readonly owner: AccountOwner,
    private readonly idempotency: Idempotency,
    private readonly reads: OrderReads,
  ) {}

  execute({ accountId, payload }: PlaceBatch): Promise<PlaceBatchResult> {
    const { once, caller } = payload;
    return this.idempotency.alone({ ...once, tenantId: caller.tenantId }, async () => {
      const used =
        once.key === null ? null : await this.idempotency.find(caller.tenantId, once.route, once.key);
      if (used !== null) return this.replayed(used, payload);
      const body = payload as unknown as JsonValue;
      return (await this.owner.execute(accountId, accountCommands.batch, body)) as PlaceBatchResult;
    });
  }

  private async replayed(
    used: IdempotencyRow,
    { once, caller }: PlaceBatchPayload,
  ): Promise<PlaceBatchResult> {
    const accountId = used.account_id as AccountId;
    const outcomes = replay<BatchOutcome[]>(used, once).body;
    const ids = outcomes.flatMap((outcome) => ('orderId' in outcome ? [outcome.orderId] : []));
    const orders = new Map(
      (await this.reads.ordersOf(caller.tenantId, accountId, ids)).map((order) => [order.id, order]),
    );
    const items = outcomes.map((outcome): BatchItem => {
      if ('problem' in outcome) return outcome;
      const order = orders.get(outcome.orderId);
      if (order !== undefined) return { order, replayed: true };
      return { problem: notFound(outcome.orderId) };
    });
    return { accountId, items, replayed: true };
  }
}

function notFound(orderId: string) {
  const { code, message } = new DomainError('ORDER_NOT_FOUND', `There is no order ${orderId}.`);
  return { code, detail: message, context: {} };
}
