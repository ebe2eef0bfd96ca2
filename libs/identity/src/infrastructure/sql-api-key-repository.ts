import { Injectable } from '@nestjs/common';
import type { ApiKeyId, TenantId, UserId } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import { SystemLog } from '@sextant/platform';
import type { PoolClient } from 'pg';
import { ApiKey } from '../domain/api-key.js';
import type { ApiKeySnapshot } from '../domain/api-key.js';
import { ApiKeyRepository } from '../domain/api-key-repository.js';
import type { Transaction } from '../domain/identity-event.js';
import type { Scope } from '../domain/principal.js';
import { appendEvents, clientOf, toDate } from './identity-transaction.js';

interface ApiKeyRow {
  key_id: ApiKeyId;
  tenant_id: TenantId;
  user_id: UserId;
  name: string;
  prefix: string;
  secret_hash: string;
  scopes: Scope[];
  signed: boolean;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  successor_id: ApiKeyId | null;
  version: number;
  created_at: Date;
}

const FIND = `SELECT * FROM api_key
  WHERE tenant_id = $1 AND key_id = $2 AND ($3::text IS NULL OR user_id = $3) FOR UPDATE`;
const INSERT = `INSERT INTO api_key
    (key_id, tenant_id, user_id, name, prefix, secret_hash, scopes, signed, expires_at, version, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)`;
const UPDATE = `UPDATE api_key SET expires_at = $3, revoked_at = $4, successor_id = $5, version = version + 1
  WHERE key_id = $1 AND version = $2`;

@Injectable()
export class SqlApiKeyRepository extends ApiKeyRepository {
  constructor(private readonly log: SystemLog) {
    super();
  }

  async find(
    tenantId: TenantId,
    userId: UserId | null,
    keyId: ApiKeyId,
    within: Transaction,
  ): Promise<ApiKey | null> {
    const { rows } = await clientOf(within).query<ApiKeyRow>(FIND, [tenantId, keyId, userId]);
    return rows[0] === undefined ? null : fromRow(rows[0]);
  }

  async save(key: ApiKey, within: Transaction): Promise<void> {
    const client = clientOf(within);
    const events = key.pullEvents();
    if (key.snapshot.version === 0) await insert(key.snapshot, client);
    else await update(key.snapshot, client);
    await appendEvents(this.log, events, client);
  }
}

async function insert(key: Readonly<ApiKeySnapshot>, client: PoolClient): Promise<void> {
  const { keyId, tenantId, userId, name, prefix, secretHash, scopes, signed, expiresAt, createdAt } = key;
  await client.query(INSERT, [
    ...[keyId, tenantId, userId, name, prefix, secretHash],
    ...[[...scopes], signed, toDate(expiresAt), new Date(createdAt)],
  ]);
}

async function update(key: Readonly<ApiKeySnapshot>, client: PoolClient): Promise<void> {
  const { keyId, version, expiresAt, revokedAt, successorId } = key;
  const values = [keyId, version, toDate(expiresAt), toDate(revokedAt), successorId];
  const { rowCount } = await client.query(UPDATE, values);
  if (rowCount !== 1) throw new DomainError('API_KEY_NOT_ACTIVE', 'The key was changed by another request.');
}

function fromRow(row: ApiKeyRow): ApiKey {
  return ApiKey.fromSnapshot({
    keyId: row.key_id,
    tenantId: row.tenant_id,
    userId: row.user_id,
    name: row.name,
    prefix: row.prefix,
    secretHash: row.secret_hash,
    scopes: row.scopes,
    signed: row.signed,
    expiresAt: row.expires_at?.getTime() ?? null,
    revokedAt: row.revoked_at?.getTime() ?? null,
    lastUsedAt: row.last_used_at?.getTime() ?? null,
    successorId: row.successor_id,
    version: row.version,
    createdAt: row.created_at.getTime(),
  });
}
