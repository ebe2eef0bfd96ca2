import { Injectable } from '@nestjs/common';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { AccountDirectory } from './account-directory.js';

/** Portfolio's table of accounts. */
@Injectable()
export class DatabaseAccountDirectory extends AccountDirectory {
  constructor(private readonly database: Database) {
    super();
  }

  async tenantOf(accountId: AccountId): Promise<TenantId | null> {
    const sql = 'SELECT tenant_id FROM account WHERE account_id = $1';
    const [row] = await this.database.query<{ tenant_id: TenantId }>(sql, [accountId]);
    return row?.tenant_id ?? null;
  }
}
