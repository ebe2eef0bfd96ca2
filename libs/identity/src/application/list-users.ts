import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { Page } from '@sextant/platform';
import { pageOf, pageRequest } from '@sextant/platform';
import type { Principal } from '../domain/principal.js';
import { IdentityReads } from './identity-reads.js';
import { userView } from './user-view.js';
import type { UserView } from './user-view.js';

/** The users of the principal's tenant, oldest first. */
export class ListUsers extends Query<Page<UserView>> {
  constructor(
    readonly principal: Principal,
    readonly page: { limit?: number; cursor?: string },
  ) {
    super();
  }
}

const LIST = { name: 'users', key: ['text'] } as const;

@QueryHandler(ListUsers)
export class ListUsersHandler implements IQueryHandler<ListUsers> {
  constructor(private readonly reads: IdentityReads) {}

  async execute({ principal, page }: ListUsers): Promise<Page<UserView>> {
    const request = pageRequest(page, LIST);
    const rows = await this.reads.users(principal.tenantId, request);
    return pageOf(rows, request, (row) => [row.userId], userView);
  }
}
