import type { TenantId } from '@sextant/kernel';
import type { PageRequest } from '@sextant/platform';
import type { ConnectionId, ConnectionSnapshot } from '../../domain/connections/exchange-connection.js';

/** Connections for people, under row-level security. */
export abstract class ConnectionReads {
  /** In order of creation, one row more than the page holds. */
  abstract page(tenantId: TenantId, page: PageRequest): Promise<ConnectionSnapshot[]>;

  abstract one(tenantId: TenantId, connectionId: ConnectionId): Promise<ConnectionSnapshot | null>;
}
