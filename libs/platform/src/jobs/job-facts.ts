import type { JsonObject } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import type { NewEvent } from '../commit/index.js';
import type { jobEvents } from './job-events.js';
import { JobFailure, TryLater } from './job-handler.js';
import type { Job, JobError } from './job.js';

export function jobEvent(
  type: keyof typeof jobEvents,
  { jobId, tenantId, kind, accountId }: Pick<Job, 'jobId' | 'tenantId' | 'kind' | 'accountId'>,
  occurredAt: EpochMs,
  actor: string,
  traceId: string | null,
  more: JsonObject = {},
): NewEvent {
  return { type, payload: { jobId, tenantId, kind, accountId, ...more }, occurredAt, actor, traceId };
}

/** What the owner of the job is told: words of ours, never those of a bug. */
export function jobError(error: unknown): JobError {
  if (error instanceof JobFailure || error instanceof TryLater || error instanceof DomainError) {
    return { code: error.code, detail: error.message };
  }
  return {
    code: 'JOB_BROKEN',
    detail: 'The work ended on an error that nobody foresaw; the log of the platform has it.',
  };
}
