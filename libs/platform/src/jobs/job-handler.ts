import type { JsonObject } from '@sextant/contracts';
import type { AccountId, TenantId } from '@sextant/kernel';
import type { PoolClient } from 'pg';
import type { JobId } from './job.js';

/** What one kind of job does. Register it with `JobRegistry`, in every process alike. */
export abstract class JobHandler {
  /** Never changes once published. UPPER_SNAKE. */
  abstract readonly kind: string;

  /** How many of them one process works on at a time; `jobs.concurrency` bounds it too. */
  readonly concurrency: number = 1;

  /** Attempts in a row without a new checkpoint after which the job is FAILED. */
  readonly maxFailures: number = 5;

  /**
   * Does the work, from `run.checkpoint` on, and answers the job's result. It may be called again after any await, in
   * another process, while the earlier call has not noticed yet that it is no longer the one: effects belong into
   * `run.save`, or are idempotent.
   *
   * Throwing `JobFailure` ends the job, `TryLater` puts it off; any other error is an attempt that failed.
   */
  abstract run(run: JobRun): Promise<JsonObject>;
}

/** One attempt at a job, as its handler holds it. */
export interface JobRun {
  readonly jobId: JobId;
  readonly tenantId: TenantId;
  readonly accountId: AccountId | null;
  readonly input: JsonObject;
  /** What the last `save` stored; null at the beginning. */
  readonly checkpoint: JsonObject | null;
  /** Who started it. */
  readonly actor: string;
  /**
   * Aborted when the job is cancelled, when the process stops, or when another process has taken the job over. The
   * handler ends as soon as it can, by `throwIfStopped` or by any other error; nothing it stores afterwards counts.
   */
  readonly signal: AbortSignal;

  /** @throws JobStopped */
  throwIfStopped(): void;

  /**
   * Stores where the next attempt goes on and, in the same transaction, what `effect` writes. Cheap enough for every
   * page, not for every row. @throws JobStopped when the attempt is over: then nothing is stored.
   */
  save(
    checkpoint: JsonObject,
    progress: number,
    effect?: (client: PoolClient) => Promise<void>,
  ): Promise<void>;

  /** Tells how far it is, a fraction from 0 to 1, without a checkpoint; stored at most once a second. */
  progress(fraction: number): Promise<void>;
}

/** Ends the job as FAILED: trying again would come to the same. */
export class JobFailure extends Error {
  constructor(
    readonly code: string,
    detail: string,
  ) {
    super(detail);
    this.name = 'JobFailure';
  }
}

/** Puts the job off without counting an attempt against it: what it needs is not there now (a venue is down). */
export class TryLater extends Error {
  constructor(
    readonly code: string,
    detail: string,
    readonly delayMs: number,
  ) {
    super(detail);
    this.name = 'TryLater';
  }
}

/** CANCELED: somebody asked for it. SHUTDOWN: the process stops. LOST: another process has the job now. */
export type StopReason = 'CANCELED' | 'SHUTDOWN' | 'LOST';

/** The attempt is over before its work is. A handler lets it pass. */
export class JobStopped extends Error {
  constructor(readonly reason: StopReason) {
    super(`The attempt is over: ${reason}.`);
    this.name = 'JobStopped';
  }
}
