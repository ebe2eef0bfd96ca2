import { Injectable } from '@nestjs/common';
import type { EpochMs, TenantId } from '@sextant/kernel';
import { SystemLog } from '@sextant/platform';
import type { Transaction } from '../domain/identity-event.js';
import { TenantRepository } from '../domain/tenant-repository.js';
import { clientOf } from './identity-transaction.js';

@Injectable()
export class SqlTenantRepository extends TenantRepository {
  constructor(private readonly log: SystemLog) {
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
}
