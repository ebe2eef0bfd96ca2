import { Command, CommandHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ICommandHandler, IQueryHandler } from '@nestjs/cqrs';
import type { JsonValue } from '@sextant/contracts';
import type { AccountId, TenantId } from '@sextant/kernel';
import { AccountOwner } from '@sextant/platform';
import { countdownOfRow, countdownView } from './cancel-countdown.js';
import type { CancelCountdownRow, CountdownView } from './cancel-countdown.js';
import { accountCommands } from '../account/commands-of-account.js';
import type { CancelAllAfterPayload } from '../account/commands-of-account.js';
import { OrderReads } from '../requests/order-reads.js';
import type { ReadRow } from '../account/order-rows.js';

/** Sets the dead man's switch of an account, or takes it back. The same again begins to count anew. */
export class CancelAllAfter extends Command<CountdownView> {
  constructor(
    readonly accountId: AccountId,
    readonly payload: CancelAllAfterPayload,
  ) {
    super();
  }
}

@CommandHandler(CancelAllAfter)
export class CancelAllAfterHandler implements ICommandHandler<CancelAllAfter> {
  constructor(private readonly owner: AccountOwner) {}

  async execute({ accountId, payload }: CancelAllAfter): Promise<CountdownView> {
    const body = payload as unknown as JsonValue;
    return (await this.owner.execute(accountId, accountCommands.cancelAllAfter, body)) as CountdownView;
  }
}

/** The dead man's switch of an account, as it is stored. */
export class GetCancelAllAfter extends Query<CountdownView> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId,
  ) {
    super();
  }
}

@QueryHandler(GetCancelAllAfter)
export class GetCancelAllAfterHandler implements IQueryHandler<GetCancelAllAfter> {
  constructor(private readonly reads: OrderReads) {}

  async execute({ tenantId, accountId }: GetCancelAllAfter): Promise<CountdownView> {
    const sql = 'SELECT * FROM cancel_countdown WHERE account_id = $1';
    const [row] = await this.reads.rows<ReadRow<CancelCountdownRow>>(tenantId, sql, [accountId]);
    return countdownView(accountId, row === undefined ? null : countdownOfRow(row));
  }
}
