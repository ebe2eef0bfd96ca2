import { EntitySchema } from 'typeorm';
import type { EntitySchemaColumnOptions } from 'typeorm';
import type { ApiKeySnapshot } from '../domain/api-key.js';
import type { UserSnapshot } from '../domain/user.js';

/** Times are epoch milliseconds in the domain and `timestamptz(3)` in the database. */
const asEpochMs = {
  from: (value: Date | null) => (value === null ? null : value.getTime()),
  to: (value: number | null) => (value === null ? null : new Date(value)),
};

function text(name: string, more: Partial<EntitySchemaColumnOptions> = {}): EntitySchemaColumnOptions {
  return { name, type: 'text', ...more };
}

function time(name: string, more: Partial<EntitySchemaColumnOptions> = {}): EntitySchemaColumnOptions {
  return { name, type: 'timestamptz', precision: 3, transformer: asEpochMs, ...more };
}

export const userSchema = new EntitySchema<UserSnapshot>({
  name: 'identity_user',
  columns: {
    userId: text('user_id', { primary: true }),
    tenantId: text('tenant_id'),
    email: text('email'),
    role: text('role'),
    status: text('status'),
    passwordHash: text('password_hash', { nullable: true }),
    version: { name: 'version', type: 'integer' },
    createdAt: time('created_at'),
    updatedAt: time('updated_at'),
  },
});

export const apiKeySchema = new EntitySchema<ApiKeySnapshot>({
  name: 'api_key',
  columns: {
    keyId: text('key_id', { primary: true }),
    tenantId: text('tenant_id'),
    userId: text('user_id'),
    name: text('name'),
    prefix: text('prefix'),
    secretHash: text('secret_hash'),
    scopes: text('scopes', { array: true }),
    signed: { name: 'signed', type: 'boolean' },
    expiresAt: time('expires_at', { nullable: true }),
    revokedAt: time('revoked_at', { nullable: true }),
    lastUsedAt: time('last_used_at', { nullable: true }),
    successorId: text('successor_id', { nullable: true }),
    version: { name: 'version', type: 'integer' },
    createdAt: time('created_at'),
  },
});
