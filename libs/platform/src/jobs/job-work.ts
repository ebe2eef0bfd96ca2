import type { ComponentHealth } from '../lifecycle/index.js';
import { Component } from '../lifecycle/index.js';
import { deleteInBatches } from '../database/index.js';
import type { Cancel, Timers } from '../time/index.js';
import type { JobRunnerParts } from './job-runner.js';
import { JobRunner } from './job-runner.js';
import { countOpen } from './job-store.js';
import { CANCEL_CHANNEL } from './jobs.js';

export interface JobWorkParts extends JobRunnerParts {
  timers: Timers;
  metrics: JobRunnerParts['metrics'] & { set(name: 'jobs_open', labels: JobLabels, value: number): void };
  /** How many jobs of one kind this process works on at most; 0: none at all. */
  concurrency: number;
  /** How long jobs that have ended are kept. */
  keepDays: number;
}

interface JobLabels {
  kind: string;
  status: 'QUEUED' | 'RUNNING';
}

/** The engine is connected when the process is ready, not before: nobody waits for a job at a start. */
const START_AFTER_MS = 1_000;
const OPEN_AGAIN_MS = 5_000;
/** How often the jobs under way are looked at: for cancellations that were not heard, and for dead processes. */
const SWEEP_MS = 5_000;
/** What no job is under way for: the engine cleans up its own tables. */
const IDLE_RECOVER_MS = 600_000;
const FORGET_EVERY_MS = 3_600_000;

/** Does this process's share of the jobs. */
export class JobWork extends Component {
  readonly name = 'jobs';
  override readonly dependsOn: readonly string[] = ['database'];
  private readonly runner: JobRunner;
  private endings: (Cancel | (() => Promise<void>))[] = [];
  private state: 'IDLE' | 'OPENING' | 'WORKING' | 'STOPPING' = 'IDLE';
  private problem: string | null = null;
  private opening: Promise<void> = Promise.resolve();
  private recoveredMs = 0;
  private forgottenMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: JobWorkParts) {
    super();
    this.runner = new JobRunner(parts);
  }

  async start(): Promise<void> {
    const { timers, registry } = this.parts;
    if (registry.all().length === 0) return;
    this.openAfter(START_AFTER_MS);
    this.endings.push(timers.every(SWEEP_MS, () => this.sweep()));
  }

  /** Nothing new is taken; what runs stops at its next step and goes on from its checkpoint elsewhere. */
  async stop(): Promise<void> {
    this.state = 'STOPPING';
    const endings = this.endings;
    this.endings = [];
    await this.opening;
    await Promise.all(endings.map((end) => end()));
    await this.parts.engine.pause();
    await this.runner.close();
    await this.parts.engine.close();
  }

  override health(): ComponentHealth {
    const facts = { running: this.runner.running.length, working: this.state === 'WORKING' };
    if (this.problem === null) return { status: 'UP', facts };
    return { status: 'DEGRADED', detail: this.problem, facts };
  }

  private openAfter(delayMs: number): void {
    this.endings.push(
      this.parts.timers.setTimer(delayMs, () => {
        if (this.state !== 'IDLE') return;
        this.state = 'OPENING';
        this.opening = this.open();
        return this.opening;
      }),
    );
  }

  private async open(): Promise<void> {
    const { engine, registry, concurrency, logger, database } = this.parts;
    const handlers = registry.all();
    try {
      await engine.open(handlers.map(({ kind }) => kind));
      this.endings.push(await database.listen(CANCEL_CHANNEL, (jobId) => this.heardCancel(jobId)));
      for (const handler of concurrency === 0 ? [] : handlers) {
        const atOnce = Math.min(concurrency, handler.concurrency);
        await engine.work(handler.kind, atOnce, (delivery) => this.runner.deliver(delivery));
      }
      this.problem = null;
      if (this.state === 'OPENING') this.state = 'WORKING';
    } catch (error) {
      this.problem = 'Jobs cannot be worked on; it is tried again.';
      logger.warn('Jobs cannot be worked on', { error });
      if (this.state !== 'OPENING') return;
      this.state = 'IDLE';
      await engine.close().catch(() => undefined);
      this.openAfter(OPEN_AGAIN_MS);
    }
  }

  private heardCancel(jobId: string): void {
    if (jobId === '') void this.lookAtAll();
    else this.runner.cancel(jobId);
  }

  private async sweep(): Promise<void> {
    if (this.state !== 'WORKING') return;
    const { database, registry, metrics, clock, engine, logger } = this.parts;
    try {
      const open = await countOpen(database);
      for (const { kind } of registry.all()) {
        for (const status of ['QUEUED', 'RUNNING'] as const) {
          const jobs = open.find((each) => each.kind === kind && each.status === status)?.jobs ?? 0;
          metrics.set('jobs_open', { kind, status }, jobs);
        }
      }
      const nowMs = clock.monotonicMs();
      if (open.length > 0 || nowMs - this.recoveredMs > IDLE_RECOVER_MS) {
        this.recoveredMs = nowMs;
        await engine.recover();
      }
      await this.lookAtAll();
      await this.forget(nowMs);
    } catch (error) {
      logger.warn('Jobs were not looked at', { error });
    }
  }

  private async lookAtAll(): Promise<void> {
    // One that cannot be asked is asked again by the next sweep.
    await Promise.allSettled(this.runner.running.map((attempt) => attempt.look()));
  }

  private async forget(nowMs: number): Promise<void> {
    if (nowMs - this.forgottenMs < FORGET_EVERY_MS) return;
    this.forgottenMs = nowMs;
    const { database, clock, keepDays } = this.parts;
    const before = new Date(clock.now() - keepDays * 86_400_000);
    await deleteInBatches(database, 'job', 'ended_at < $1', [before]);
  }
}
