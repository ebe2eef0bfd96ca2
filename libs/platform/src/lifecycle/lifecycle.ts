import type { Clock } from '@sextant/kernel';
import type { Config } from '../config/config.js';
import type { Logger } from '../telemetry/logger.js';
import type { Cancel, Timers } from '../time/index.js';
import { dependents, resolveDependencies } from './component-order.js';
import type { Dependencies } from './component-order.js';
import { ComponentRun } from './component-run.js';
import type { ComponentStatus } from './component-run.js';
import { ComponentStartFailed } from './component-start-failed.js';
import type { Component } from './component.js';
import { SystemJournal } from './system-journal.js';
import type { SystemEventLog } from './system-event-log.js';
import { withDeadline } from './with-deadline.js';

export interface SystemStatus {
  /** All components were started and none was told to stop. */
  running: boolean;
  ready: boolean;
  components: ComponentStatus[];
}

const JOURNAL_DEADLINE_MS = 2_000;

/**
 * Starts the components of the process, each after those it needs and otherwise side by side; watches their
 * health; stops them in reverse.
 */
export class Lifecycle {
  private readonly runs = new Map<string, ComponentRun>();
  private readonly journal: SystemJournal;
  private dependencies: Dependencies = new Map();
  private phase: 'IDLE' | 'STARTING' | 'RUNNING' | 'STOPPING' | 'STOPPED' = 'IDLE';
  private starting: Promise<unknown> = Promise.resolve();
  private stopping: Promise<string[]> | null = null;
  private cancelChecks: Cancel = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
    events: SystemEventLog,
  ) {
    this.journal = new SystemJournal(events, logger);
  }

  register(...components: readonly Component[]): void {
    if (this.phase !== 'IDLE') throw new Error('Components are registered before the start.');
    for (const component of components) {
      if (this.runs.has(component.name)) throw new Error(`Two components are named ${component.name}.`);
      this.runs.set(component.name, new ComponentRun(component, this.clock, this.timers, this.logger));
    }
  }

  /**
   * Answers false when it was told to stop before it was through.
   * @throws ComponentStartFailed after everything that had started was stopped again.
   */
  async start(): Promise<boolean> {
    if (this.phase !== 'IDLE') throw new Error('A lifecycle starts once.');
    this.dependencies = resolveDependencies([...this.runs.values()].map(({ component }) => component));
    this.phase = 'STARTING';
    const begunMs = this.clock.monotonicMs();
    const inOrder = this.startInOrder();
    this.starting = inOrder;
    const failure = await inOrder;
    if (this.isStopping) return false;
    if (failure) {
      await this.record('ComponentFailed', { component: failure.component, phase: 'START' });
      await this.stop();
      throw failure;
    }
    await this.askAll();
    this.phase = 'RUNNING';
    this.cancelChecks = this.timers.every(this.config.get('lifecycle.healthIntervalMs'), () => this.askAll());
    const durationMs = Math.round(this.clock.monotonicMs() - begunMs);
    await this.record('SystemStarted', { components: [...this.runs.keys()], startMs: durationMs });
    this.logger.info('system started', { components: this.runs.size, durationMs });
    this.logger.flush(); // whatever the app says next on the terminal comes after
    return true;
  }

  /** Stops everything, dependents first; a second call waits for the first. Answers who did not stop in time. */
  stop(reason = 'STOP'): Promise<string[]> {
    this.stopping ??= this.stopInOrder(reason);
    return this.stopping;
  }

  /** True while all components run and none is DOWN. */
  ready(): boolean {
    if (this.phase !== 'RUNNING') return false;
    for (const { health } of this.runs.values()) if (health.status === 'DOWN') return false;
    return true;
  }

  /** True from the moment the process was told to stop. */
  get isStopping(): boolean {
    return this.phase === 'STOPPING' || this.phase === 'STOPPED';
  }

  /** What the last check saw. */
  status(): SystemStatus {
    const components = [...this.runs].map(([name, run]) => run.status(this.dependencies.get(name) ?? []));
    return { running: this.phase === 'RUNNING', ready: this.ready(), components };
  }

  /** Asks every running component for its health now. */
  async check(): Promise<SystemStatus> {
    await this.askAll();
    return this.status();
  }

  private async startInOrder(): Promise<ComponentStartFailed | null> {
    let failure: ComponentStartFailed | null = null;
    const timeoutMs = this.config.get('lifecycle.startTimeoutMs');
    await this.inOrder(this.dependencies, async (run, needed) => {
      if (needed.includes(false) || failure || this.isStopping) return false;
      try {
        await run.start(timeoutMs);
        return true;
      } catch (error) {
        failure ??= new ComponentStartFailed(run.component.name, error);
        return false;
      }
    });
    return failure;
  }

  private async stopInOrder(reason: string): Promise<string[]> {
    const wasRunning = this.phase === 'RUNNING';
    this.phase = 'STOPPING';
    this.cancelChecks();
    for (const run of this.runs.values()) run.interrupt();
    await this.starting;
    if (wasRunning) await this.record('SystemStopping', { reason });
    const drainMs = this.config.get('lifecycle.drainMs');
    const overran: string[] = [];
    await this.inOrder(dependents(this.dependencies), async (run) => {
      const stopped = await run.stop(drainMs);
      if (stopped) return true;
      overran.push(run.component.name);
      await this.record('ComponentFailed', { component: run.component.name, phase: 'STOP' });
      return false;
    });
    this.phase = 'STOPPED';
    return overran;
  }

  /** Runs `step` for every component once those that `after` names are through; what is independent runs side by side. */
  private async inOrder(
    after: Dependencies,
    step: (run: ComponentRun, before: readonly boolean[]) => Promise<boolean>,
  ): Promise<void> {
    const begun = new Map<string, Promise<boolean>>();
    const begin = (name: string): Promise<boolean> => {
      const known = begun.get(name);
      if (known) return known;
      const before = Promise.all((after.get(name) ?? []).map(begin));
      const through = before.then((results) => step(this.runs.get(name)!, results));
      begun.set(name, through);
      return through;
    };
    await Promise.all([...this.runs.keys()].map(begin));
  }

  private async askAll(): Promise<void> {
    const running = [...this.runs.values()].filter(({ state }) => state === 'RUNNING');
    await Promise.all(
      running.map(async (run) => {
        const change = await run.check();
        if (change) await this.record('ComponentHealthChanged', { component: run.component.name, ...change });
      }),
    );
    if (running.length > 0) await this.within(() => this.journal.retry());
  }

  private record(...event: Parameters<SystemJournal['record']>): Promise<void> {
    return this.within(() => this.journal.record(...event));
  }

  /** An event log that hangs must hold up neither the start nor the stop. */
  private async within(work: () => Promise<void>): Promise<void> {
    try {
      await withDeadline(this.timers, JOURNAL_DEADLINE_MS, 'the event log does not answer', work);
    } catch (error) {
      this.logger.warn('system events wait', { error });
    }
  }
}
