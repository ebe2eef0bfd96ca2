import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { AccountOwner } from '@sextant/platform';
import { accountCommands } from '../account/commands-of-account.js';
import type { CancelOrderGroupPayload, CancelOrderGroupResult } from '../account/commands-of-account.js';
import { OrderReads } from './order-reads.js';

/** Cancels what lives of a group of the caller's tenant. @throws DomainError ORDER_GROUP_NOT_FOUND */
export class CancelOrderGroup extends Command<CancelOrderGroupResult> {
  constructor(readonly payload: CancelOrderGroupPayload) {
    super();
  }
}

@CommandHandler(CancelOrderGroup)
export class CancelOrderGroupHandler implements ICommandHandler<CancelOrderGroup> {
  constructor(
    private readonly owner: AccountOwner,
    private readonly reads: OrderReads,
  ) {}

  async execute({ payload }: CancelOrderGroup): Promise<CancelOrderGroupResult> {
    const { groupId, caller } = payload;
    const [group] = await this.reads.groups(caller.tenantId, [groupId]);
    if (group === undefined) {
      throw new DomainError('ORDER_GROUP_NOT_FOUND', `There is no order group ${groupId}.`);
    }
    const body = payload as unknown as JsonValue;
    const result = await this.owner.execute(group.accountId as AccountId, accountCommands.cancelGroup, body);
    return result as CancelOrderGroupResult;
  }
}
