import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { AccountId, OrderId } from '@sextant/kernel';
import { AccountOwner, Idempotency, replay } from '@sextant/platform';
import type { IdempotencyRow } from '@sextant/platform';
import { accountCommands } from '../account/commands-of-account.js';
import type { CancelAllOrdersPayload, CancelAllOrdersResult } from '../account/commands-of-account.js';
import { OrderReads } from './order-reads.js';

/** Cancels every live order of an account, or those of one market; the same key again cancels nothing more. */
export class CancelAllOrders extends Command<CancelAllOrdersResult> {
  constructor(
    readonly accountId: AccountId,
    readonly payload: CancelAllOrdersPayload,
  ) {
    super();
  }
}

@CommandHandler(CancelAllOrders)
export class CancelAllOrdersHandler implements ICommandHandler<CancelAllOrders> {
  constructor(
    private readonly owner: AccountOwner,
    private readonly idempotency: Idempotency,
    private readonly reads: OrderReads,
  ) {}

  execute({ accountId, payload }: CancelAllOrders): Promise<CancelAllOrdersResult> {
    const { once, caller } = payload;
    return this.idempotency.alone({ ...once, tenantId: caller.tenantId }, async () => {
      const used = await this.used(payload);
      if (used !== null) return this.replayed(used, payload);
      const body = payload as unknown as JsonValue;
      return (await this.owner.execute(accountId, accountCommands.cancelAll, body)) as CancelAllOrdersResult;
    });
  }

  /** Cancelling must work while the database is away: then the account's own memory of its keys has to do. */
  private async used({ once, caller }: CancelAllOrdersPayload): Promise<IdempotencyRow | null> {
    if (once.key === null) return null;
    try {
      return await this.idempotency.find(caller.tenantId, once.route, once.key);
    } catch (error) {
      if (error instanceof DomainError) return null;
      throw error;
    }
  }

  private async replayed(
    used: IdempotencyRow,
    { once, caller }: CancelAllOrdersPayload,
  ): Promise<CancelAllOrdersResult> {
    const orderIds = replay<OrderId[]>(used, once).body;
    const orders = await this.reads.ordersOf(caller.tenantId, used.account_id as AccountId, orderIds);
    const accountId = used.account_id as AccountId;
    return { accountId, orders, executions: [], unprotected: [], replayed: true };
  }
}
