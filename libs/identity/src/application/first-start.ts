import { Injectable } from '@nestjs/common';
import { Clock, Ids } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { ApiKey, formatApiKey } from '../domain/api-key.js';
import { ApiKeyRepository } from '../domain/api-key-repository.js';
import { CredentialSecrets } from '../domain/credential-secrets.js';
import { scopesOfRole } from '../domain/principal.js';
import { TenantRepository } from '../domain/tenant-repository.js';
import { User } from '../domain/user.js';
import { UserRepository } from '../domain/user-repository.js';

const BY_SYSTEM = 'system';

/** Makes the tenant, its administrator and one API key in a new database; nothing in any other. */
@Injectable()
export class FirstStart {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantRepository,
    private readonly users: UserRepository,
    private readonly keys: ApiKeyRepository,
    private readonly secrets: CredentialSecrets,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** The administrator's API key, this once; null when the database has a tenant. */
  run(adminEmail: string): Promise<string | null> {
    return this.database.transaction(async (transaction) => {
      const by = { actor: BY_SYSTEM, at: this.clock.now() };
      const tenantId = this.ids.next('ten');
      if (!(await this.tenants.createFirst(tenantId, 'default', by.at, transaction))) return null;
      const admin = User.create(
        { userId: this.ids.next('usr'), tenantId, email: adminEmail, role: 'admin', passwordHash: null },
        by,
      );
      const parts = this.secrets.newApiKey();
      const key = ApiKey.issue(
        {
          keyId: this.ids.next('key'),
          tenantId,
          userId: admin.snapshot.userId,
          name: 'first administrator key',
          prefix: parts.prefix,
          secretHash: this.secrets.hash(parts.secret),
          scopes: scopesOfRole('admin'),
          signed: false,
          expiresAt: null,
        },
        by,
      );
      await this.users.save(admin, transaction);
      await this.keys.save(key, transaction);
      return formatApiKey(parts);
    });
  }
}
