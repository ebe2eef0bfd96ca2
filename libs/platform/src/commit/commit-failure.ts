import { errorCode, violatedConstraint } from '../database/database-failure.js';
import { CommitRefused } from './commit-plan.js';

/**
 * What a failed statement means.
 * DOUBT: whether it was committed is not known. RETRY: rolled back, may pass at once. BLOCKED: rolled back after
 * waiting for a lock. UNAVAILABLE: rolled back, the server cannot write now. GUILTY: rolled back, one of the plans
 * is at fault.
 */
export type FailureMeaning = 'DOUBT' | 'RETRY' | 'BLOCKED' | 'UNAVAILABLE' | 'GUILTY';

const RETRY = new Set(['40001', '40P01']);
const BLOCKED = new Set(['55P03', '57014']);

/** Read-only transaction, no privilege left after a fail-over, system errors such as a failing disk. */
const UNAVAILABLE = /^(25006|53|58|XX)/;

/** Only an answer of severity ERROR proves that the server rolled back. */
export function meaningOf(error: unknown): FailureMeaning {
  const { severity } = error as { severity?: string };
  const code = errorCode(error) ?? '';
  if (severity !== 'ERROR' || code.startsWith('08')) return 'DOUBT';
  if (RETRY.has(code)) return 'RETRY';
  if (BLOCKED.has(code)) return 'BLOCKED';
  return UNAVAILABLE.test(code) ? 'UNAVAILABLE' : 'GUILTY';
}

/** Integrity violations, unusable data and exceptions raised by triggers; any other error is a bug and stays itself. */
export function asRefusal(error: unknown): unknown {
  const code = errorCode(error) ?? '';
  if (!/^(22|23|P0)/.test(code)) return error;
  const refused = new CommitRefused(violatedConstraint(error) ?? code, code, (error as Error).message);
  refused.cause = error;
  return refused;
}
