import type { TenantId } from '@sextant/kernel';
import type { Database } from '@sextant/platform';
import type { SqlReader } from './reservations.js';

/** Everything `read` sees is one tenant's, at one instant. */
export function readTenant<T>(
  database: Database,
  tenantId: TenantId,
  read: (reader: SqlReader) => Promise<T>,
): Promise<T> {
  return database.read(tenantId, (manager) =>
    read({ query: <Row>(sql: string, params: unknown[]) => manager.query<Row[]>(sql, params) }),
  );
}
