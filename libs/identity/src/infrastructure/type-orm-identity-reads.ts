import { Injectable } from '@nestjs/common';
import type { ApiKeyId, TenantId, UserId } from '@sextant/kernel';
import type { PageRequest } from '@sextant/platform';
import { Database } from '@sextant/platform';
import { MoreThan } from 'typeorm';
import { IdentityReads } from '../application/identity-reads.js';
import type { ApiKeySnapshot } from '../domain/api-key.js';
import type { UserSnapshot } from '../domain/user.js';
import { apiKeySchema, userSchema } from './identity-schema.js';

/** Lists for people, as the reader: row-level security keeps the tenants apart a second time. */
@Injectable()
export class TypeOrmIdentityReads extends IdentityReads {
  constructor(private readonly database: Database) {
    super();
  }

  users(tenantId: TenantId, { limit, after }: PageRequest): Promise<UserSnapshot[]> {
    return this.database.read(tenantId, (manager) =>
      manager.getRepository(userSchema).find({
        where: { tenantId, ...(after === null ? {} : { userId: MoreThan(after[0] as UserId) }) },
        order: { userId: 'ASC' },
        take: limit + 1,
      }),
    );
  }

  apiKeys(
    tenantId: TenantId,
    userId: UserId | null,
    { limit, after }: PageRequest,
  ): Promise<ApiKeySnapshot[]> {
    return this.database.read(tenantId, (manager) =>
      manager.getRepository(apiKeySchema).find({
        where: {
          tenantId,
          ...(userId === null ? {} : { userId }),
          ...(after === null ? {} : { keyId: MoreThan(after[0] as ApiKeyId) }),
        },
        order: { keyId: 'ASC' },
        take: limit + 1,
      }),
    );
  }
}
