import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { AccountId, TenantId } from '@sextant/kernel';
import { AccountDirectory } from './account-directory.js';
import { accountView } from './account-view.js';
import type { AccountView } from './account-view.js';

export class GetAccount extends Query<AccountView> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId,
  ) {
    super();
  }
}

@QueryHandler(GetAccount)
export class GetAccountHandler implements IQueryHandler<GetAccount> {
  constructor(private readonly directory: AccountDirectory) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND */
  async execute({ tenantId, accountId }: GetAccount): Promise<AccountView> {
    return accountView(await this.directory.resolve(tenantId, accountId));
  }
}
