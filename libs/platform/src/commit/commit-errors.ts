import { defineErrors, DomainError } from '@sextant/kernel';

export const commitErrors = defineErrors({
  COMMIT_UNAVAILABLE: {
    kind: 'UNAVAILABLE',
    title: 'Not writable at the moment',
    description:
      'The database cannot be written at the moment (unreachable, full, read-only, or the account is blocked by ' +
      'another transaction). Nothing was written; the same request may be sent again.',
    retryable: true,
  },
});

/** The plan was certainly not written, and the same plan may pass later. */
export function commitUnavailable(why: string, cause?: unknown): DomainError {
  const error = new DomainError('COMMIT_UNAVAILABLE', why, { outcome: 'NOT_EXECUTED' });
  if (cause !== undefined) error.cause = cause;
  return error;
}
