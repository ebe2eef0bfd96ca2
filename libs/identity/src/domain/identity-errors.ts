import { defineErrors } from '@sextant/kernel';

export const identityErrors = defineErrors({
  CREDENTIALS_MISSING: {
    kind: 'UNAUTHENTICATED',
    title: 'Credentials missing',
    description: 'Send `X-API-Key` or `Authorization: Bearer`, one of them.',
  },
  CREDENTIALS_INVALID: {
    kind: 'UNAUTHENTICATED',
    title: 'Credentials not valid',
    description: 'The key or token is unknown, expired or revoked, or its user is suspended.',
  },
  SIGNATURE_INVALID: {
    kind: 'UNAUTHENTICATED',
    title: 'Signature not valid',
    description: 'The key needs signed requests, and `X-Signature` is missing or does not fit the request.',
  },
  SIGNATURE_EXPIRED: {
    kind: 'UNAUTHENTICATED',
    title: 'Signature outside its window',
    description: '`X-Timestamp` is more than 30 seconds from the time here. `serverTime` says what it is.',
  },
  SIGNATURE_REPLAYED: {
    kind: 'UNAUTHENTICATED',
    title: 'Signature used before',
    description: 'A signature is good for one request. Sign again with a new timestamp.',
  },
  LOGIN_FAILED: {
    kind: 'UNAUTHENTICATED',
    title: 'Sign-in failed',
    description: 'E-mail and password do not belong together. Which one is wrong is not said.',
  },
  LOGIN_THROTTLED: {
    kind: 'RATE_LIMITED',
    title: 'Too many failed sign-ins',
    description: 'After failures the next attempt is heard later and later; `Retry-After` says when.',
    retryable: true,
  },
  PASSWORD_CHECK_BUSY: {
    kind: 'UNAVAILABLE',
    title: 'Too many sign-ins at once',
    description: 'Passwords are checked a few at a time, and the queue is full.',
    retryable: true,
  },
  REFRESH_TOKEN_INVALID: {
    kind: 'UNAUTHENTICATED',
    title: 'Refresh token not valid',
    description: 'The token is unknown, or its session has ended. Sign in again.',
  },
  ACCESS_DENIED: {
    kind: 'FORBIDDEN',
    title: 'Not allowed',
    description: 'The credentials are good, but role or scope do not allow this. `needed` says what would.',
  },
  USER_NOT_FOUND: {
    kind: 'NOT_FOUND',
    title: 'No such user',
    description: 'There is no user with this id here.',
  },
  USER_EMAIL_TAKEN: {
    kind: 'CONFLICT',
    title: 'E-mail taken',
    description: 'Another user has this e-mail address.',
  },
  USER_CHANGED: {
    kind: 'PRECONDITION_FAILED',
    title: 'User changed meanwhile',
    description: 'The user changed since the ETag in `If-Match` was read.',
  },
  LAST_ADMIN: {
    kind: 'CONFLICT',
    title: 'Last administrator',
    description: 'The last active administrator of a tenant can be neither demoted nor suspended.',
  },
  ADMINISTRATOR_REQUIRED: {
    kind: 'REFUSED',
    title: 'Administrator required',
    description:
      'An administrator key goes to an active administrator, and to which one must be clear. `emails` lists them.',
  },
  EMAIL_INVALID: { kind: 'MALFORMED', title: 'Not an e-mail', description: 'The text is no e-mail address.' },
  PASSWORD_TOO_WEAK: {
    kind: 'REFUSED',
    title: 'Password too weak',
    description: 'A password has 12 to 256 characters and is not one that everybody tries first.',
  },
  API_KEY_NOT_FOUND: {
    kind: 'NOT_FOUND',
    title: 'No such key',
    description: 'You have no key with this id.',
  },
  API_KEY_NOT_ACTIVE: {
    kind: 'CONFLICT',
    title: 'Key not active',
    description: 'The key was revoked, has expired or was rotated before.',
  },
  API_KEY_EXPIRY_PAST: {
    kind: 'REFUSED',
    title: 'Expiry in the past',
    description: 'A key must expire later than now, or never.',
  },
  SCOPE_NOT_GRANTED: {
    kind: 'REFUSED',
    title: 'Scope beyond your own',
    description: 'A key cannot be given a scope that you do not have yourself.',
  },
});
