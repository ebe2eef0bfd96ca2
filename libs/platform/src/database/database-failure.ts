import { DomainError } from '@sextant/kernel';

/** SQLSTATEs after which the same transaction may run again: serialization failure and deadlock. */
const RETRYABLE = new Set(['40001', '40P01']);

/** Statement, lock and idle-in-transaction time-outs. */
const TIMED_OUT = new Set(['57014', '55P03', '25P03']);

/** The server goes away or is not there yet; classes 08 (connection) and 53 (too many connections) besides. */
const SERVER_GONE = new Set(['57P01', '57P02', '57P03', '57P05']);

const NETWORK =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_AGAIN|ENOENT)$/;

/** What `pg` says, without a code, when a socket ends under it or is not usable any more. */
const SOCKET_ENDED = /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

const ACQUIRE_TIMED_OUT = 'timeout exceeded when trying to connect';

/** The SQLSTATE (or Node error code) of an error from pg or TypeORM. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** The name of the violated constraint, when the error is a violation. */
export function violatedConstraint(error: unknown): string | undefined {
  if (errorCode(error)?.startsWith('23') !== true) return undefined;
  const { constraint, driverError } = error as { constraint?: string; driverError?: { constraint?: string } };
  return constraint ?? driverError?.constraint;
}

/** True after a deadlock or serialization failure: nothing was written, and a second run may pass. */
export function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(errorCode(error) ?? '');
}

/** True when the connection is gone or never was: a commit under way may or may not have happened. */
export function isConnectionLoss(error: unknown): boolean {
  const code = errorCode(error) ?? '';
  if (SERVER_GONE.has(code) || code.startsWith('08') || code === '53300' || NETWORK.test(code)) return true;
  if (error instanceof AggregateError) return error.errors.some(isConnectionLoss);
  // TypeORM wraps what the driver said and begins its own message with the name of the class.
  const { driverError } = (error ?? {}) as { driverError?: unknown };
  if (driverError !== undefined && driverError !== error) return isConnectionLoss(driverError);
  return error instanceof Error && SOCKET_ENDED.test(error.message);
}

/**
 * The error in the caller's words when it is an outage, with the original as `cause`; any other error unchanged.
 * Outside a commit, every such outage means that nothing was written.
 */
export function asDatabaseFailure(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  if (error instanceof Error && error.message === ACQUIRE_TIMED_OUT) {
    return failure('DATABASE_BUSY', 'No database connection became free in time.', error);
  }
  if (TIMED_OUT.has(errorCode(error) ?? '')) {
    return failure('DATABASE_TIMEOUT', 'The database took too long and the statement was cancelled.', error);
  }
  return isConnectionLoss(error)
    ? failure('DATABASE_UNAVAILABLE', 'The database cannot be reached at the moment.', error)
    : error;
}

/** The same at the start, where a server that does not know the user or the database is a matter of set-up. */
export function asStartFailure(error: unknown): unknown {
  const code = errorCode(error) ?? '';
  if (!code.startsWith('28') && code !== '3D000') return asDatabaseFailure(error);
  const detail = `The server behind DATABASE_URL does not let us in: ${(error as Error).message}.`;
  return Object.assign(new DomainError('DATABASE_UNSUITABLE', detail, { exitCode: 78 }), { cause: error });
}

/** What a caller is told when the connection went away under a COMMIT. */
export function outcomeUnknown(cause: unknown): DomainError {
  const detail = 'The connection was lost during the commit; whether it happened is not known.';
  return failure('DATABASE_OUTCOME_UNKNOWN', detail, cause, { outcome: 'UNKNOWN' });
}

function failure(code: string, detail: string, cause: unknown, context = {}): DomainError {
  return Object.assign(new DomainError(code, detail, { retryAfterMs: 1000, ...context }), { cause });
}
