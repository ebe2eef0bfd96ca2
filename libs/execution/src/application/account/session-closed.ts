import { DomainError } from '@sextant/kernel';

/** The account was given up while the command ran: what became of it, only the next owner knows. */
export function sessionClosed(): DomainError {
  return new DomainError('ACCOUNT_SESSION_CLOSED', 'The account is changing hands; repeat the request.', {
    outcome: 'UNKNOWN',
    retryAfterMs: 1_000,
  });
}

/** The same before anything of the command happened. */
export function notExecuted(): DomainError {
  return new DomainError('ACCOUNT_SESSION_CLOSED', 'The account is changing hands; repeat the request.', {
    outcome: 'NOT_EXECUTED',
    retryAfterMs: 1_000,
  });
}
