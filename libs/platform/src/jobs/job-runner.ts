import type { Clock, EpochMs } from '@sextant/kernel';
import type { PoolClient } from 'pg';
import type { Database } from '../database/index.js';
import type { SystemLog } from '../event-log/index.js';
import type { Logger, Metrics } from '../telemetry/index.js';
import { JobAttempt } from './job-attempt.js';
import type { Delivery, JobEngine } from './job-engine.js';
import { jobError, jobEvent } from './job-facts.js';
import { JobFailure, TryLater } from './job-handler.js';
import type { JobRegistry } from './job-registry.js';
import type { Ending, JobRow } from './job-store.js';
import { beginAttempt, endJob, jobOf, lockJob, putBack, setTicket } from './job-store.js';
import { isEnded } from './job.js';
import type { JobError } from './job.js';

export interface JobRunnerParts {
  database: Database;
  engine: JobEngine;
  registry: JobRegistry;
  log: SystemLog;
  clock: Clock;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  metrics: Pick<Metrics, 'increment' | 'observe'>;
  /** Name of this process, for whoever looks at the row. */
  process: string;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const ACTOR = 'sextant:jobs';

const EVENT_OF = { COMPLETED: 'JobCompleted', FAILED: 'JobFailed', CANCELED: 'JobCanceled' } as const;

/** Works on the jobs that the engine brings to this process, one attempt after the other. */
export class JobRunner {
  private readonly attempts = new Map<JobAttempt, Promise<void>>();
  private closing = false;

  constructor(private readonly parts: JobRunnerParts) {}

  get running(): JobAttempt[] {
    return [...this.attempts.keys()];
  }

  /** Rejects when the job could not be begun or its end not be stored: the message then comes again. */
  async deliver(delivery: Delivery): Promise<void> {
    if (this.closing) throw new Error('This process is stopping.');
    const row = await this.begin(delivery);
    if (row === null) return;
    const attempt = new JobAttempt(row, this.parts.database, this.parts.clock);
    const stopIt = () => attempt.stop('SHUTDOWN');
    delivery.signal.addEventListener('abort', stopIt);
    // Told to stop between the message and its attempt.
    if (this.closing) stopIt();
    const work = this.work(attempt, row);
    this.attempts.set(attempt, work);
    try {
      await work;
    } finally {
      this.attempts.delete(attempt);
      delivery.signal.removeEventListener('abort', stopIt);
    }
  }

  /** Somebody wants the job's end. */
  cancel(jobId: string): void {
    for (const attempt of this.running) if (attempt.jobId === jobId) attempt.stop('CANCELED');
  }

  /** Puts back what runs here: each job goes on from its checkpoint, elsewhere or after the start. */
  async close(): Promise<void> {
    this.closing = true;
    for (const attempt of this.running) attempt.stop('SHUTDOWN');
    await Promise.allSettled(this.attempts.values());
  }

  /** Null for a message that the job no longer obeys. */
  private begin({ jobId, ticket }: Delivery): Promise<JobRow | null> {
    const { database, registry, clock } = this.parts;
    return database.transaction(async (client) => {
      const row = await lockJob(client, jobId);
      if (row === null || isEnded(row) || row.ticket !== ticket) return null;
      if (row.cancel_requested_at !== null) {
        await this.endIn(client, row, row.attempts, { status: 'CANCELED', result: null, error: row.error });
        return null;
      }
      if (row.failures >= registry.get(row.kind).maxFailures) {
        await this.endIn(client, row, row.attempts, abandoned(row));
        return null;
      }
      return beginAttempt(client, row.job_id, this.parts.process, clock.now());
    });
  }

  private async work(attempt: JobAttempt, row: JobRow): Promise<void> {
    const { registry, clock, metrics, logger } = this.parts;
    const begunMs = clock.monotonicMs();
    logger.info('job begun', { jobId: row.job_id, jobKind: row.kind, attempt: row.attempts });
    try {
      const result = await registry.get(row.kind).run(attempt);
      if (attempt.stopped === 'LOST') return;
      await this.end(attempt, row, { status: 'COMPLETED', result, error: null });
    } catch (error) {
      await this.failed(attempt, row, error);
    } finally {
      metrics.observe('job_attempt_seconds', { kind: row.kind }, (clock.monotonicMs() - begunMs) / 1_000);
    }
  }

  private async failed(attempt: JobAttempt, row: JobRow, error: unknown): Promise<void> {
    const { registry, logger } = this.parts;
    const reason = attempt.stopped;
    if (reason === 'LOST') return;
    if (reason === 'CANCELED') {
      return this.end(attempt, row, { status: 'CANCELED', result: null, error: row.error });
    }
    if (reason === 'SHUTDOWN') return this.again(attempt, row, null, 0);
    if (error instanceof TryLater) return this.again(attempt, row, jobError(error), error.delayMs);
    const told = jobError(error);
    const facts = { jobId: row.job_id, jobKind: row.kind, attempt: row.attempts, error };
    if (error instanceof JobFailure) {
      return this.end(attempt, row, { status: 'FAILED', result: null, error: told });
    }
    logger.warn('job attempt failed', facts);
    await this.again(attempt, row, told, null, registry.get(row.kind).maxFailures);
  }

  /** `delayMs` null: the attempt counts against the job, which is parked when it has failed often enough. */
  private async again(
    attempt: JobAttempt,
    row: JobRow,
    error: JobError | null,
    delayMs: number | null,
    maxFailures = Infinity,
  ): Promise<void> {
    const { database, engine, metrics } = this.parts;
    await database.transaction(async (client) => {
      const back = await putBack(client, attempt.key, error, delayMs === null);
      if (back === null) return;
      if (back.failures >= maxFailures) {
        await this.endIn(client, back, back.attempts, { status: 'FAILED', result: null, error });
        return;
      }
      const pauseMs = delayMs ?? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (back.failures - 1));
      await setTicket(client, row.job_id, await engine.send(client, row.kind, row.job_id, pauseMs));
    });
    metrics.increment('job_attempts_repeated_total', { kind: row.kind });
  }

  private async end(attempt: JobAttempt, row: JobRow, ending: Ending): Promise<void> {
    const { database } = this.parts;
    await database.transaction((client) => this.endIn(client, row, attempt.key.number, ending));
  }

  private async endIn(client: PoolClient, row: JobRow, attempt: number, ending: Ending): Promise<void> {
    const { log, clock, metrics, logger } = this.parts;
    const now: EpochMs = clock.now();
    const ended = await endJob(client, row.job_id, attempt, ending, now);
    if (ended === null) return;
    const { status, error } = ending;
    const facts = { attempts: ended.attempts, ...(status === 'FAILED' && error !== null && { ...error }) };
    await log.append([jobEvent(EVENT_OF[status], jobOf(ended), now, ACTOR, ended.trace_id, facts)], client);
    metrics.increment('jobs_ended_total', { kind: row.kind, status });
    const line = { jobId: row.job_id, jobKind: row.kind, jobStatus: status, attempts: ended.attempts };
    if (status === 'FAILED') logger.error('job failed', { ...line, code: error?.code });
    else logger.info('job ended', line);
  }
}

/** Its processes died, or the last of them stood still, before they could say anything. */
function abandoned(row: JobRow): Ending {
  const detail = `${row.failures} attempts in a row ended without a word: their processes died or stood still.`;
  return { status: 'FAILED', result: null, error: { code: 'JOB_ABANDONED', detail } };
}
