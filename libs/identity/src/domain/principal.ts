import type { ApiKeyId, SessionId, TenantId, UserId } from '@sextant/kernel';

/** What a person may be in a tenant; each role has the rights of those before it. */
export const ROLES = ['viewer', 'trader', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What a credential may be used for. */
export const SCOPES = ['read', 'trade', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who makes a request: the user behind a session or an API key, with what the credential allows. */
export interface Principal {
  tenantId: TenantId;
  userId: UserId;
  role: Role;
  scopes: readonly Scope[];
  via: 'JWT' | 'API_KEY';
  keyId: ApiKeyId | null;
  sessionId: SessionId | null;
}

const SCOPES_OF: Record<Role, readonly Scope[]> = {
  viewer: ['read'],
  trader: ['read', 'trade'],
  admin: ['read', 'trade', 'admin'],
};

/** Everything that a role allows; a session has all of it. */
export function scopesOfRole(role: Role): readonly Scope[] {
  return SCOPES_OF[role];
}

/** What a key may still do: what it was given, within what its user's role allows today. */
export function scopesWithin(role: Role, given: readonly Scope[]): readonly Scope[] {
  return SCOPES_OF[role].filter((scope) => given.includes(scope));
}

/** True when `role` has the rights of `needed`. */
export function roleIncludes(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
