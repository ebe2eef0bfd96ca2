import type { TenantId, UserId } from '@sextant/kernel';
import type { PageRequest } from '@sextant/platform';
import type { ApiKeySnapshot } from '../domain/api-key.js';
import type { UserSnapshot } from '../domain/user.js';

/** Lists, one row more than the page holds, in order of creation. */
export abstract class IdentityReads {
  abstract users(tenantId: TenantId, page: PageRequest): Promise<UserSnapshot[]>;

  /** Keys of one user, or of all users of the tenant. */
  abstract apiKeys(tenantId: TenantId, userId: UserId | null, page: PageRequest): Promise<ApiKeySnapshot[]>;
}
