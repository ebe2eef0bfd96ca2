import { defineErrors } from '@sextant/kernel';

export const databaseErrors = defineErrors({
  DATABASE_UNAVAILABLE: {
    kind: 'UNAVAILABLE',
    title: 'Database unavailable',
    description:
      'The database could not be reached, and nothing was written. Send the same request again later.',
    retryable: true,
  },
  DATABASE_BUSY: {
    kind: 'UNAVAILABLE',
    title: 'Database busy',
    description:
      'No database connection became free in time, and nothing was written. Send the same request again.',
    retryable: true,
  },
  DATABASE_TIMEOUT: {
    kind: 'UNAVAILABLE',
    title: 'Database statement timed out',
    description: 'A statement took longer than allowed, or waited too long for a lock, and was rolled back.',
    retryable: true,
  },
  DATABASE_OUTCOME_UNKNOWN: {
    kind: 'UNAVAILABLE',
    title: 'Outcome unknown',
    description:
      'The connection was lost while the change was being committed: it may or may not have happened. ' +
      'Read before you send it again, or repeat it with the same idempotency key.',
  },
  DATABASE_UNSUITABLE: {
    kind: 'REFUSED',
    title: 'Database unsuitable',
    description:
      'The server behind DATABASE_URL lacks something that is needed; the message says what, and the SQL.',
  },
  EMBEDDED_DATABASE_FAILED: {
    kind: 'UNAVAILABLE',
    title: 'Embedded database failed',
    description:
      'The PostgreSQL in the data directory could not be created, started or reached; the message says why.',
  },
});
