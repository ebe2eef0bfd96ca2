import type { JsonObject } from '@sextant/contracts';
import { Injectable } from '@nestjs/common';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Clock, DomainError, Ids } from '@sextant/kernel';
import type { PoolClient } from 'pg';
import { Database } from '../database/index.js';
import { SystemLog } from '../event-log/index.js';
import { pageOf, pageRequest } from '../paging/index.js';
import type { Page } from '../paging/index.js';
import { currentContext } from '../telemetry/log-context.js';
import { JobEngine } from './job-engine.js';
import { jobEvent } from './job-facts.js';
import { JobRegistry } from './job-registry.js';
import type { JobRow } from './job-store.js';
import { endJob, insertJob, jobOf, jobUnderWay, lockJob, setTicket } from './job-store.js';
import { isEnded } from './job.js';
import type { Job, JobStatus } from './job.js';

/** Processes hear of a cancellation on this channel; its payload is the job's id. */
export const CANCEL_CHANNEL = 'job_cancel';

export interface JobOrder {
  tenantId: TenantId;
  kind: string;
  input: JsonObject;
  /** User or key that wants it. */
  actor: string;
  accountId?: AccountId | null;
  /** At most one job of this kind for this (an account's id) is under way at a time. */
  onlyOne?: string | null;
}

export interface JobFilter {
  kind?: string;
  status?: JobStatus[];
  accountId?: AccountId;
  limit?: number;
  cursor?: string;
}

export const JOB_LIST = { name: 'jobs', key: ['text'] } as const;

/** Long work: started here, done by the `JobHandler` of its kind in whatever process has room. */
@Injectable()
export class Jobs {
  constructor(
    private readonly database: Database,
    private readonly engine: JobEngine,
    private readonly registry: JobRegistry,
    private readonly log: SystemLog,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Connects the engine, where nothing has done so yet. Before the transaction of `start`, not within it. */
  async ready(): Promise<void> {
    await this.engine.open(this.registry.all().map(({ kind }) => kind));
  }

  /**
   * Starts a job in the caller's transaction, which makes it one with the request's key (`Idempotency.once`) and with
   * whatever else is stored there. Call `ready` before. @throws DomainError JOB_ALREADY_RUNNING
   */
  async start(client: PoolClient, order: JobOrder): Promise<Job> {
    const { tenantId, kind, input, actor, accountId = null, onlyOne = null } = order;
    this.registry.get(kind);
    const now = this.clock.now();
    const jobId = this.ids.next('job');
    const traceId = currentContext().traceId ?? null;
    const job = { jobId, tenantId, accountId, kind, input, createdBy: actor, onlyOne, traceId };
    if (!(await insertJob(client, job, now))) {
      throw new DomainError('JOB_ALREADY_RUNNING', `A ${kind} job for the same thing is under way.`, {
        jobId: await jobUnderWay(client, job),
      });
    }
    await setTicket(client, jobId, await this.engine.send(client, kind, jobId, 0));
    await this.log.append([jobEvent('JobQueued', job, now, actor, traceId)], client);
    const row = await lockJob(client, jobId);
    if (row === null) throw new Error(`${jobId} is gone`);
    return jobOf(row);
  }

  /** @throws DomainError JOB_NOT_FOUND */
  async find(tenantId: TenantId, jobId: string): Promise<Job> {
    const rows = await this.database.read(tenantId, (reader) =>
      reader.query<JobRow[]>('SELECT * FROM job WHERE job_id = $1 AND tenant_id = $2', [jobId, tenantId]),
    );
    if (rows[0] === undefined) throw notFound();
    return jobOf(rows[0]);
  }

  /** The tenant's jobs, the newest first. */
  async list(tenantId: TenantId, filter: JobFilter): Promise<Page<Job>> {
    const page = pageRequest(filter, JOB_LIST);
    const rows = await this.database.read(tenantId, (reader) =>
      reader.query<JobRow[]>(
        `SELECT * FROM job WHERE tenant_id = $1 AND ($2::text IS NULL OR kind = $2)
           AND ($3::text[] IS NULL OR status = ANY ($3)) AND ($4::text IS NULL OR account_id = $4)
           AND ($5::text IS NULL OR job_id < $5) ORDER BY job_id DESC LIMIT $6`,
        [
          ...[tenantId, filter.kind ?? null, filter.status ?? null, filter.accountId ?? null],
          ...[page.after?.[0] ?? null, page.limit + 1],
        ],
      ),
    );
    return pageOf(rows, page, (row) => [row.job_id], jobOf);
  }

  /**
   * Asks for a job's end. One that waits is CANCELED at once; one that runs as soon as its handler has seen it. Asking
   * again changes nothing. @throws DomainError JOB_NOT_FOUND, JOB_ALREADY_ENDED
   */
  async cancel(tenantId: TenantId, jobId: string, actor: string): Promise<Job> {
    const row = await this.database.transaction(async (client) => {
      const job = await lockJob(client, jobId);
      if (job === null || job.tenant_id !== tenantId) throw notFound();
      if (job.status === 'CANCELED') return job;
      if (isEnded(job)) {
        throw new DomainError('JOB_ALREADY_ENDED', `The job is ${job.status}.`, { status: job.status });
      }
      return job.status === 'QUEUED' ? this.endQueued(client, job, actor) : this.askToEnd(client, job);
    });
    return jobOf(row);
  }

  private async endQueued(client: PoolClient, job: JobRow, actor: string): Promise<JobRow> {
    const now = this.clock.now();
    const ending = { status: 'CANCELED', result: null, error: job.error } as const;
    const ended = (await endJob(client, job.job_id, job.attempts, ending, now)) ?? job;
    const facts = { attempts: job.attempts };
    await this.log.append([jobEvent('JobCanceled', jobOf(ended), now, actor, job.trace_id, facts)], client);
    return ended;
  }

  private async askToEnd(client: PoolClient, job: JobRow): Promise<JobRow> {
    const { rows } = await client.query<JobRow>(
      `UPDATE job SET cancel_requested_at = coalesce(cancel_requested_at, $2) WHERE job_id = $1 RETURNING *`,
      [job.job_id, new Date(this.clock.now())],
    );
    await client.query('SELECT pg_notify($1, $2)', [CANCEL_CHANNEL, job.job_id]);
    return rows[0] ?? job;
  }
}

function notFound(): DomainError {
  return new DomainError('JOB_NOT_FOUND', 'There is no such job.');
}
