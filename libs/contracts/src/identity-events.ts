import { defineEvents } from './define-events.js';

/** Users, keys and sessions, on the stream `system`. `actor` is the user or key that did it. */
export const identityEvents = defineEvents({
  TenantCreated: {
    description: 'The first start made the tenant.',
    payload: { tenantId: 'tenant id', name: 'its name' },
  },
  UserCreated: {
    description: 'A user exists and may be given keys or sign in.',
    payload: { tenantId: 'tenant id', userId: 'user id', email: 'e-mail', role: 'viewer, trader or admin' },
  },
  UserRoleChanged: {
    description: "A user's role changed; sessions and keys follow within 5 s.",
    payload: { tenantId: 'tenant id', userId: 'user id', before: 'role', after: 'role' },
  },
  UserSuspended: {
    description: 'A user may do nothing any more; keys and sessions stop within 5 s.',
    payload: { tenantId: 'tenant id', userId: 'user id' },
  },
  UserReinstated: {
    description: 'A suspended user is active again.',
    payload: { tenantId: 'tenant id', userId: 'user id' },
  },
  UserPasswordChanged: {
    description: "A user's password was set; all of the user's sessions ended.",
    payload: { tenantId: 'tenant id', userId: 'user id' },
  },
  ApiKeyCreated: {
    description: 'An API key exists. The secret was shown once and is not kept.',
    payload: {
      tenantId: 'tenant id',
      userId: 'user id',
      keyId: 'key id',
      name: 'its name',
      prefix: 'public part of the key',
      scopes: 'list of read, trade, admin',
      signed: 'true when its requests must be signed',
      expiresAt: 'epoch ms or null',
    },
  },
  ApiKeyRotated: {
    description: 'A key got a successor; both work until the older one expires.',
    payload: {
      tenantId: 'tenant id',
      userId: 'user id',
      keyId: 'key id of the older key',
      successorId: 'key id of the newer key',
      expiresAt: 'epoch ms at which the older key ends',
    },
  },
  ApiKeyRevoked: {
    description: 'A key stopped working (in every process within 5 s).',
    payload: { tenantId: 'tenant id', userId: 'user id', keyId: 'key id' },
  },
  LoginSucceeded: {
    description: 'A person signed in.',
    payload: {
      tenantId: 'tenant id',
      userId: 'user id',
      sessionId: 'session id',
      address: 'network address',
    },
  },
  LoginFailed: {
    description: 'A sign-in was refused. What was typed is not kept.',
    payload: { userId: 'user id, or null when nobody has that e-mail', address: 'network address' },
  },
  RefreshTokenReused: {
    description: 'A refresh token that had been used before came again: the session was ended.',
    payload: { tenantId: 'tenant id', userId: 'user id', sessionId: 'session id' },
  },
  SessionRevoked: {
    description: 'A session ended before its time.',
    payload: {
      tenantId: 'tenant id',
      userId: 'user id',
      sessionId: 'session id',
      reason: 'LOGGED_OUT, REUSED or PASSWORD_CHANGED',
    },
  },
});

export type IdentityEventType = keyof typeof identityEvents;
