import { DomainError } from '@sextant/kernel';

/** Ends a start with a sentence that says what to do; `context.exitCode` is 78, a matter of set-up. */
export function embeddedFailure(detail: string): DomainError {
  return new DomainError('EMBEDDED_DATABASE_FAILED', detail, { exitCode: 78 });
}
