import { Injectable } from '@nestjs/common';
import type { TenantId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import type { PageRequest } from '@sextant/platform';
import { ConnectionReads } from '../../application/connections/connection-reads.js';
import type { ConnectionId, ConnectionSnapshot } from '../../domain/connections/exchange-connection.js';
import { snapshotOf } from './connection-row.js';
import type { ConnectionRow } from './connection-row.js';

const PAGE = 'SELECT * FROM exchange_connection WHERE connection_id > $1 ORDER BY connection_id LIMIT $2';
const ONE = 'SELECT * FROM exchange_connection WHERE connection_id = $1';

/** As the reader: row-level security keeps the tenants apart. */
@Injectable()
export class SqlConnectionReads extends ConnectionReads {
  constructor(private readonly database: Database) {
    super();
  }

  page(tenantId: TenantId, { after, limit }: PageRequest): Promise<ConnectionSnapshot[]> {
    return this.rows(tenantId, PAGE, [after?.[0] ?? '', limit + 1]);
  }

  async one(tenantId: TenantId, connectionId: ConnectionId): Promise<ConnectionSnapshot | null> {
    const [found] = await this.rows(tenantId, ONE, [connectionId]);
    return found ?? null;
  }

  private rows(tenantId: TenantId, sql: string, values: unknown[]): Promise<ConnectionSnapshot[]> {
    return this.database.read(tenantId, async (manager) =>
      (await manager.query<ConnectionRow[]>(sql, values)).map(snapshotOf),
    );
  }
}
