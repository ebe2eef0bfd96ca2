import type { JsonObject } from '@sextant/contracts';
import type { AccountId, EpochMs, Id, TenantId } from '@sextant/kernel';

export type JobId = Id<'job'>;

export const jobStatuses = ['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELED'] as const;

/**
 * QUEUED: waits for a process, or for its next attempt (`error` says what the last one came to). RUNNING: a process
 * works on it, or did until it died. The other three are final.
 */
export type JobStatus = (typeof jobStatuses)[number];

export type JobEnd = Exclude<JobStatus, 'QUEUED' | 'RUNNING'>;

export interface JobError {
  code: string;
  detail: string;
}

/** Long work as its owner sees it. */
export interface Job {
  jobId: JobId;
  tenantId: TenantId;
  /** The account that it is about; null where it is about none. */
  accountId: AccountId | null;
  /** What sort of work: `PORTFOLIO_IMPORT`. */
  kind: string;
  status: JobStatus;
  /** A fraction from 0 to 1; an estimate until it is COMPLETED. */
  progress: number;
  input: JsonObject;
  /** What it came to; null until COMPLETED. */
  result: JsonObject | null;
  /** Why it FAILED, or what its last attempt came to while another one follows. */
  error: JobError | null;
  /** Where the next attempt goes on; the handler's own words. */
  checkpoint: JsonObject | null;
  /** How often a process began to work on it. */
  attempts: number;
  /** Somebody asked for its end; it is CANCELED as soon as its handler has seen that. */
  cancelRequestedAt: EpochMs | null;
  createdAt: EpochMs;
  createdBy: string;
  startedAt: EpochMs | null;
  endedAt: EpochMs | null;
}

export function isEnded({ status }: Pick<Job, 'status'>): boolean {
  return status !== 'QUEUED' && status !== 'RUNNING';
}
