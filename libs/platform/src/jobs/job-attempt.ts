import type { JsonObject } from '@sextant/contracts';
import type { AccountId, TenantId } from '@sextant/kernel';
import type { Clock } from '@sextant/kernel';
import type { PoolClient } from 'pg';
import type { Database } from '../database/index.js';
import type { JobRun, StopReason } from './job-handler.js';
import { JobStopped } from './job-handler.js';
import type { Attempt, Heard, JobRow } from './job-store.js';
import { lookAtAttempt, saveCheckpoint, saveProgress } from './job-store.js';
import type { JobId } from './job.js';

const PROGRESS_EVERY_MS = 1_000;

/** One attempt at a job in this process. Whatever it stores, it stores only while it is the latest attempt. */
export class JobAttempt implements JobRun {
  readonly jobId: JobId;
  readonly tenantId: TenantId;
  readonly accountId: AccountId | null;
  readonly input: JsonObject;
  readonly actor: string;
  readonly kind: string;
  readonly key: Attempt;
  private stored: JsonObject | null;
  private readonly abort = new AbortController();
  private toldAtMs = -PROGRESS_EVERY_MS;
  private reason: StopReason | null = null;

  constructor(
    row: JobRow,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.jobId = row.job_id;
    this.tenantId = row.tenant_id;
    this.accountId = row.account_id;
    this.input = row.input;
    this.actor = row.created_by;
    this.kind = row.kind;
    this.key = { jobId: row.job_id, number: row.attempts };
    this.stored = row.checkpoint;
  }

  get checkpoint(): JsonObject | null {
    return this.stored;
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** Why it was stopped; null while it was not. */
  get stopped(): StopReason | null {
    return this.reason;
  }

  /** The first reason stays, but for LOST: what is no longer ours is not ours to end. */
  stop(reason: StopReason): void {
    if (this.reason === null || reason === 'LOST') this.reason = reason;
    if (!this.abort.signal.aborted) this.abort.abort(new JobStopped(this.reason));
  }

  throwIfStopped(): void {
    if (this.reason !== null) throw new JobStopped(this.reason);
  }

  async save(
    checkpoint: JsonObject,
    progress: number,
    effect?: (client: PoolClient) => Promise<void>,
  ): Promise<void> {
    this.throwIfStopped();
    const heard = await this.database.transaction(async (client) => {
      // First the row, which stays locked: nobody begins another attempt between this and the effect.
      const said = await saveCheckpoint(client, this.key, checkpoint, fraction(progress));
      if (said !== null) await effect?.(client);
      return said;
    });
    if (heard !== null) this.stored = checkpoint;
    this.hear(heard);
    this.toldAtMs = this.clock.monotonicMs();
  }

  async progress(progress: number): Promise<void> {
    this.throwIfStopped();
    if (this.clock.monotonicMs() - this.toldAtMs < PROGRESS_EVERY_MS) return;
    this.toldAtMs = this.clock.monotonicMs();
    this.hear(await saveProgress(this.database, this.key, fraction(progress)));
  }

  /** Looks whether it is still the one, and still wanted. */
  async look(): Promise<void> {
    const heard = await lookAtAttempt(this.database, this.key);
    if (heard === null) this.stop('LOST');
    else if (heard.cancelRequested) this.stop('CANCELED');
  }

  private hear(heard: Heard | null): void {
    if (heard === null) this.stop('LOST');
    else if (heard.cancelRequested) this.stop('CANCELED');
    this.throwIfStopped();
  }
}

function fraction(progress: number): number {
  return Number.isFinite(progress) ? Math.min(1, Math.max(0, progress)) : 0;
}
