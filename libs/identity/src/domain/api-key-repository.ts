import type { ApiKeyId, TenantId, UserId } from '@sextant/kernel';
import type { ApiKey } from './api-key.js';
import type { Transaction } from './identity-event.js';

export abstract class ApiKeyRepository {
  /** A key of the user, locked until the transaction ends. `userId` null: of any user of the tenant. */
  abstract find(
    tenantId: TenantId,
    userId: UserId | null,
    keyId: ApiKeyId,
    within: Transaction,
  ): Promise<ApiKey | null>;

  /** Writes the key if it still has the version that was read, and its events. */
  abstract save(key: ApiKey, within: Transaction): Promise<void>;
}
