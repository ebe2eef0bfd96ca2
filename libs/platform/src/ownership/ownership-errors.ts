import { defineErrors, DomainError } from '@sextant/kernel';

export const ownershipErrors = defineErrors({
  ACCOUNT_UNKNOWN: {
    kind: 'NOT_FOUND',
    title: 'No such account',
    description: 'There is no account with this id.',
  },
  ACCOUNT_OWNER_UNREACHABLE: {
    kind: 'UNAVAILABLE',
    title: 'Account temporarily not served',
    description:
      'The process that owns the account did not answer, or the account is changing hands. With `outcome` UNKNOWN the ' +
      'command may have been executed: repeat it with the same idempotency key. With NOT_EXECUTED it was not.',
    retryable: true,
  },
});

export function ownerUnreachable(
  accountId: string,
  outcome: 'UNKNOWN' | 'NOT_EXECUTED',
  cause?: unknown,
): DomainError {
  const detail =
    outcome === 'UNKNOWN'
      ? 'The process that owns the account did not answer; repeat the request with the same idempotency key.'
      : 'The account is changing hands; nothing was executed.';
  const error = new DomainError('ACCOUNT_OWNER_UNREACHABLE', detail, {
    accountId,
    outcome,
    retryAfterMs: 1_000,
  });
  if (cause !== undefined) error.cause = cause;
  return error;
}

/** An account whose state cannot be built is out of service for its callers, whatever the reason in the log. */
export function notOpened(accountId: string, cause: unknown): DomainError {
  return cause instanceof DomainError ? cause : ownerUnreachable(accountId, 'NOT_EXECUTED', cause);
}
