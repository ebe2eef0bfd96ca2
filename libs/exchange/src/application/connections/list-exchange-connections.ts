import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { TenantId } from '@sextant/kernel';
import { Config, pageOf } from '@sextant/platform';
import type { Page, PageRequest } from '@sextant/platform';
import { ConnectionReads } from './connection-reads.js';
import { connectionView } from './connection-view.js';
import type { ConnectionView } from './connection-view.js';
import { asAllowed } from './endpoint-rule.js';

/** Its key is the connection's id. */
export const CONNECTION_LIST = { name: 'exchange-connections', key: ['text'] } as const;

/** The tenant's connections, oldest first. */
export class ListExchangeConnections extends Query<Page<ConnectionView>> {
  constructor(
    readonly tenantId: TenantId,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListExchangeConnections)
export class ListExchangeConnectionsHandler implements IQueryHandler<ListExchangeConnections> {
  constructor(
    private readonly reads: ConnectionReads,
    private readonly config: Config,
  ) {}

  async execute({ tenantId, page }: ListExchangeConnections): Promise<Page<ConnectionView>> {
    const rows = await this.reads.page(tenantId, page);
    return pageOf(
      rows,
      page,
      ({ connectionId }) => [connectionId],
      (row) => connectionView(asAllowed(row, this.config), this.config),
    );
  }
}
