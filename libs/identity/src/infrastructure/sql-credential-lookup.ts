import { Injectable } from '@nestjs/common';
import type { ApiKeyId, EpochMs, SessionId, TenantId, UserId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { CredentialLookup } from '../application/credential-lookup.js';
import type { KnownKey } from '../application/credential-lookup.js';
import type { Principal, Role, Scope } from '../domain/principal.js';
import { scopesOfRole, scopesWithin } from '../domain/principal.js';

interface KeyRow {
  key_id: ApiKeyId;
  tenant_id: TenantId;
  user_id: UserId;
  secret_hash: string;
  scopes: Scope[];
  signed: boolean;
  expires_at: Date | null;
  role: Role;
}

interface SessionRow {
  tenant_id: TenantId;
  user_id: UserId;
  role: Role;
}

const KEY = `SELECT k.key_id, k.tenant_id, k.user_id, k.secret_hash, k.scopes, k.signed, k.expires_at, u.role
  FROM api_key k JOIN identity_user u USING (user_id)
  WHERE k.prefix = $1 AND k.revoked_at IS NULL AND u.status = 'ACTIVE'`;
const SESSION = `SELECT s.tenant_id, s.user_id, u.role
  FROM session s JOIN identity_user u USING (user_id)
  WHERE s.session_id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.status = 'ACTIVE'`;

@Injectable()
export class SqlCredentialLookup extends CredentialLookup {
  constructor(private readonly database: Database) {
    super();
  }

  async keyByPrefix(prefix: string): Promise<KnownKey | null> {
    const [row] = await this.database.query<KeyRow>(KEY, [prefix]);
    if (row === undefined) return null;
    const principal: Principal = {
      tenantId: row.tenant_id,
      userId: row.user_id,
      role: row.role,
      scopes: scopesWithin(row.role, row.scopes),
      via: 'API_KEY',
      keyId: row.key_id,
      sessionId: null,
    };
    return {
      keyId: row.key_id,
      secretHash: row.secret_hash,
      signed: row.signed,
      expiresAt: row.expires_at?.getTime() ?? null,
      principal: Object.freeze(principal),
    };
  }

  async sessionPrincipal(sessionId: SessionId, now: EpochMs): Promise<Principal | null> {
    const [row] = await this.database.query<SessionRow>(SESSION, [sessionId, new Date(now)]);
    if (row === undefined) return null;
    const { tenant_id: tenantId, user_id: userId, role } = row;
    return Object.freeze({
      tenantId,
      userId,
      role,
      scopes: scopesOfRole(role),
      via: 'JWT',
      keyId: null,
      sessionId,
    });
  }
}
