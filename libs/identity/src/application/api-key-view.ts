import type { ApiKeySnapshot } from '../domain/api-key.js';
import type { Scope } from '../domain/principal.js';

/** A key as it is shown: all of it but the secret. */
export interface ApiKeyView {
  keyId: string;
  userId: string;
  name: string;
  prefix: string;
  scopes: readonly Scope[];
  signed: boolean;
  status: 'ACTIVE' | 'EXPIRED' | 'REVOKED';
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
  successorId: string | null;
  createdAt: string;
}

/** A new key with what is shown once. Both are null in the answer to a repeated request. */
export interface NewApiKeyView extends ApiKeyView {
  key: string | null;
  signingSecret: string | null;
}

export function apiKeyView(key: Readonly<ApiKeySnapshot>, now: number): ApiKeyView {
  const expired = key.expiresAt !== null && key.expiresAt <= now;
  return {
    keyId: key.keyId,
    userId: key.userId,
    name: key.name,
    prefix: `sx_${key.prefix}`,
    scopes: key.scopes,
    signed: key.signed,
    status: key.revokedAt !== null ? 'REVOKED' : expired ? 'EXPIRED' : 'ACTIVE',
    expiresAt: instant(key.expiresAt),
    revokedAt: instant(key.revokedAt),
    lastUsedAt: instant(key.lastUsedAt),
    successorId: key.successorId,
    createdAt: new Date(key.createdAt).toISOString(),
  };
}

function instant(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
