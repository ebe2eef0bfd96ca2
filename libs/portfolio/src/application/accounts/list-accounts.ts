import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { TenantId } from '@sextant/kernel';
import { Database, pageOf } from '@sextant/platform';
import type { Page, PageRequest } from '@sextant/platform';
import { accountView } from './account-view.js';
import type { AccountView } from './account-view.js';
import { ACCOUNT_COLUMNS, readAccount } from '../reading/stored-rows.js';
import type { StoredAccount } from '../reading/stored-rows.js';
import { readTenant } from '../reading/tenant-reads.js';

/** Its key is the account's id. */
export const ACCOUNT_LIST = { name: 'accounts', key: ['text'] } as const;

/** The tenant's accounts, oldest first. */
export class ListAccounts extends Query<Page<AccountView>> {
  constructor(
    readonly tenantId: TenantId,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListAccounts)
export class ListAccountsHandler implements IQueryHandler<ListAccounts> {
  constructor(private readonly database: Database) {}

  execute({ tenantId, page }: ListAccounts): Promise<Page<AccountView>> {
    return readTenant(this.database, tenantId, async (reader) => {
      const rows = await reader.query<StoredAccount>(
        `SELECT ${ACCOUNT_COLUMNS} FROM account WHERE account_id > $1 ORDER BY account_id LIMIT $2`,
        [page.after?.[0] ?? '', page.limit + 1],
      );
      return pageOf(
        rows,
        page,
        (row) => [row.account_id],
        (row) => accountView(readAccount(row)),
      );
    });
  }
}
