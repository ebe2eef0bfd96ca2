import { Injectable } from '@nestjs/common';
import type { EpochMs, TenantId } from '@sextant/kernel';
import { Database, SystemLog } from '@sextant/platform';
import type { Transaction } from '../domain/identity-event.js';
import { TenantRepository } from '../domain/tenant-repository.js';
import { clientOf } from './identity-transaction.js';

@Injectable()
export class SqlTenantRepository extends TenantRepository {
  constructor(
    private readonly log: SystemLog,
    private readonly database: Database,
  ) {
    super();
  }

  async createFirst(tenantId: TenantId, name: string, at: EpochMs, within: Transaction): Promise<boolean> {
    const client = clientOf(within);
    await client.query('LOCK TABLE tenant IN SHARE ROW EXCLUSIVE MODE');
    const { rowCount } = await client.query(
      'INSERT INTO tenant (tenant_id, name, created_at) SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT FROM tenant)',
      [tenantId, name, new Date(at)],
    );
    if (rowCount !== 1) return false;
    const payload = { tenantId, name };
    await this.log.append([{ type: 'TenantCreated', payload, occurredAt: at, actor: 'system' }], client);
    return true;
  }

  async first(): Promise<TenantId> {
    const [row] = await this.database.query<{ tenant_id: TenantId }>(
      'SELECT tenant_id FROM tenant ORDER BY created_at, tenant_id LIMIT 1',
    );
    if (row === undefined) throw new Error('the database has no tenant');
    return row.tenant_id;
  }
}
