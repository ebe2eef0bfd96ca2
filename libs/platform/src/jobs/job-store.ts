import type { JsonObject } from '@sextant/contracts';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import type { PoolClient } from 'pg';
import type { Database } from '../database/index.js';
import type { Job, JobEnd, JobError, JobId, JobStatus } from './job.js';

/** A row as pg reads it. */
export interface JobRow {
  job_id: JobId;
  tenant_id: TenantId;
  account_id: AccountId | null;
  kind: string;
  status: JobStatus;
  progress: number;
  input: JsonObject;
  result: JsonObject | null;
  error: JobError | null;
  checkpoint: JsonObject | null;
  attempts: number;
  failures: number;
  ticket: string | null;
  cancel_requested_at: Date | null;
  created_at: Date;
  created_by: string;
  trace_id: string | null;
  started_at: Date | null;
  ended_at: Date | null;
}

export type NewJob = Pick<Job, 'jobId' | 'tenantId' | 'accountId' | 'kind' | 'input' | 'createdBy'> & {
  onlyOne: string | null;
  traceId: string | null;
};

/** Which attempt at which job. What an attempt stores counts only while no other one has begun. */
export interface Attempt {
  jobId: JobId;
  number: number;
}

type Sql = Pick<PoolClient, 'query'>;

const OF_ATTEMPT = `job_id = $1 AND attempts = $2 AND status = 'RUNNING'`;

/** False when the tenant has such a job under way: `only_one` is taken. */
export async function insertJob(sql: Sql, job: NewJob, now: EpochMs): Promise<boolean> {
  const { rowCount } = await sql.query(
    `INSERT INTO job (job_id, tenant_id, account_id, kind, only_one, status, input, created_at, created_by, trace_id)
     VALUES ($1, $2, $3, $4, $5, 'QUEUED', $6, $7, $8, $9)
     ON CONFLICT (tenant_id, kind, only_one) WHERE ended_at IS NULL DO NOTHING`,
    [
      ...[job.jobId, job.tenantId, job.accountId, job.kind, job.onlyOne, JSON.stringify(job.input)],
      ...[new Date(now), job.createdBy, job.traceId],
    ],
  );
  return rowCount === 1;
}

export async function jobUnderWay(
  sql: Sql,
  { tenantId, kind, onlyOne }: Pick<NewJob, 'tenantId' | 'kind' | 'onlyOne'>,
): Promise<JobId | null> {
  const { rows } = await sql.query<{ job_id: JobId }>(
    'SELECT job_id FROM job WHERE tenant_id = $1 AND kind = $2 AND only_one = $3 AND ended_at IS NULL',
    [tenantId, kind, onlyOne],
  );
  return rows[0]?.job_id ?? null;
}

/** From now on the job obeys this message alone. */
export async function setTicket(sql: Sql, jobId: JobId, ticket: string): Promise<void> {
  await sql.query('UPDATE job SET ticket = $2 WHERE job_id = $1', [jobId, ticket]);
}

export async function lockJob(sql: Sql, jobId: string): Promise<JobRow | null> {
  const { rows } = await sql.query<JobRow>('SELECT * FROM job WHERE job_id = $1 FOR UPDATE', [jobId]);
  return rows[0] ?? null;
}

/** Begins an attempt at a locked job, and so ends any earlier one. */
export async function beginAttempt(sql: Sql, jobId: JobId, process: string, now: EpochMs): Promise<JobRow> {
  const { rows } = await sql.query<JobRow>(
    `UPDATE job SET status = 'RUNNING', attempts = attempts + 1, failures = failures + 1, process = $2,
       started_at = coalesce(started_at, $3) WHERE job_id = $1 RETURNING *`,
    [jobId, process, new Date(now)],
  );
  return rows[0]!;
}

/** What the row says of an attempt that goes on: null when it is none any more. */
export interface Heard {
  cancelRequested: boolean;
}

export async function saveCheckpoint(
  sql: Sql,
  { jobId, number }: Attempt,
  checkpoint: JsonObject,
  progress: number,
): Promise<Heard | null> {
  const { rows } = await sql.query<JobRow>(
    `UPDATE job SET checkpoint = $3, progress = $4, failures = 0 WHERE ${OF_ATTEMPT} RETURNING cancel_requested_at`,
    [jobId, number, JSON.stringify(checkpoint), progress],
  );
  return heard(rows[0]);
}

export async function saveProgress(
  database: Database,
  { jobId, number }: Attempt,
  progress: number,
): Promise<Heard | null> {
  const rows = await database.query<JobRow>(
    `UPDATE job SET progress = $3 WHERE ${OF_ATTEMPT} RETURNING cancel_requested_at`,
    [jobId, number, progress],
  );
  return heard(rows[0]);
}

export async function lookAtAttempt(database: Database, { jobId, number }: Attempt): Promise<Heard | null> {
  const rows = await database.query<JobRow>(`SELECT cancel_requested_at FROM job WHERE ${OF_ATTEMPT}`, [
    jobId,
    number,
  ]);
  return heard(rows[0]);
}

/** Puts the job back: null when the attempt was none any more. `counts`: against the job, as a failure. */
export async function putBack(
  sql: Sql,
  { jobId, number }: Attempt,
  error: JobError | null,
  counts: boolean,
): Promise<JobRow | null> {
  const { rows } = await sql.query<JobRow>(
    `UPDATE job SET status = 'QUEUED', error = coalesce($3, error), process = NULL,
       failures = greatest(0, failures - CASE WHEN $4 THEN 0 ELSE 1 END)
     WHERE ${OF_ATTEMPT} RETURNING *`,
    [jobId, number, error === null ? null : JSON.stringify(error), counts],
  );
  return rows[0] ?? null;
}

export interface Ending {
  status: JobEnd;
  result: JsonObject | null;
  error: JobError | null;
}

/** Ends a job of which the caller holds the row or the attempt. */
export async function endJob(
  sql: Sql,
  jobId: JobId,
  attempt: number,
  { status, result, error }: Ending,
  now: EpochMs,
): Promise<JobRow | null> {
  const { rows } = await sql.query<JobRow>(
    `UPDATE job SET status = $3, result = $4, error = $5, ended_at = $6, process = NULL, ticket = NULL,
       progress = CASE WHEN $3 = 'COMPLETED' THEN 1 ELSE progress END
     WHERE job_id = $1 AND attempts = $2 AND ended_at IS NULL RETURNING *`,
    [
      ...[jobId, attempt, status, result === null ? null : JSON.stringify(result)],
      ...[error === null ? null : JSON.stringify(error), new Date(now)],
    ],
  );
  return rows[0] ?? null;
}

/** How many jobs wait or run, by kind. */
export function countOpen(database: Database): Promise<{ kind: string; status: JobStatus; jobs: number }[]> {
  return database.query(
    'SELECT kind, status, count(*)::int AS jobs FROM job WHERE ended_at IS NULL GROUP BY kind, status',
  );
}

export function jobOf(row: JobRow): Job {
  return {
    jobId: row.job_id,
    tenantId: row.tenant_id,
    accountId: row.account_id,
    kind: row.kind,
    status: row.status,
    progress: row.progress,
    input: row.input,
    result: row.result,
    error: row.error,
    checkpoint: row.checkpoint,
    attempts: row.attempts,
    cancelRequestedAt: row.cancel_requested_at?.getTime() ?? null,
    createdAt: row.created_at.getTime(),
    createdBy: row.created_by,
    startedAt: row.started_at?.getTime() ?? null,
    endedAt: row.ended_at?.getTime() ?? null,
  };
}

function heard(row: Pick<JobRow, 'cancel_requested_at'> | undefined): Heard | null {
  return row === undefined ? null : { cancelRequested: row.cancel_requested_at !== null };
}
