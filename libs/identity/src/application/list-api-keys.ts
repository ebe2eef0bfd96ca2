import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock } from '@sextant/kernel';
import type { Page } from '@sextant/platform';
import { pageOf, pageRequest } from '@sextant/platform';
import type { Principal } from '../domain/principal.js';
import { apiKeyView } from './api-key-view.js';
import type { ApiKeyView } from './api-key-view.js';
import { IdentityReads } from './identity-reads.js';

/** The user's own keys, oldest first; an administrator sees those of the whole tenant. */
export class ListApiKeys extends Query<Page<ApiKeyView>> {
  constructor(
    readonly principal: Principal,
    readonly page: { limit?: number; cursor?: string },
  ) {
    super();
  }
}

const LIST = { name: 'api-keys', key: ['text'] } as const;

@QueryHandler(ListApiKeys)
export class ListApiKeysHandler implements IQueryHandler<ListApiKeys> {
  constructor(
    private readonly reads: IdentityReads,
    private readonly clock: Clock,
  ) {}

  async execute({ principal, page }: ListApiKeys): Promise<Page<ApiKeyView>> {
    const request = pageRequest(page, LIST);
    const owner = principal.scopes.includes('admin') ? null : principal.userId;
    const rows = await this.reads.apiKeys(principal.tenantId, owner, request);
    const now = this.clock.now();
    return pageOf(
      rows,
      request,
      (row) => [row.keyId],
      (row) => apiKeyView(row, now),
    );
  }
}
