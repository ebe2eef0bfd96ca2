import type { Clock, EpochMs } from '@sextant/kernel';
import type { Config } from '../config/index.js';
import type { Logger } from '../telemetry/index.js';
import type { Cancel, Timers } from '../time/index.js';
import { dependents, resolveDependencies } from './component-order.js';
import type { Dependencies } from './component-order.js';
import type { Component, ComponentHealth } from './component.js';
import { SystemJournal } from './system-journal.js';
import type { SystemEventLog } from './system-event-log.js';
import { withDeadline } from './with-deadline.js';

export type ComponentState = 'REGISTERED' | 'STARTING' | 'RUNNING' | 'STOPPING' | 'STOPPED' | 'FAILED';

export interface ComponentStatus {
  name: string;
  state: ComponentState;
  health: ComponentHealth;
  /** When the health last changed; null before the first check. */
  since: EpochMs | null;
  /** How long the start took; null while it has not finished. */
  startMs: number | null;
  dependsOn: readonly string[];
}

export interface SystemStatus {
  /** All components were started and none was asked to stop. */
  running: boolean;
  ready: boolean;
  components: ComponentStatus[];
}

/** A component did not start: the process cannot run. */
export class ComponentStartFailed extends Error {
  constructor(
    readonly component: string,
    cause: unknown,
  ) {
    super(`Component ${component} did not start: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.name = 'ComponentStartFailed';
  }
}

interface Entry {
  component: Component;
  state: ComponentState;
  health: ComponentHealth;
  since: EpochMs | null;
  startMs: number | null;
}

const NOT_STARTED: ComponentHealth = { status: 'DOWN', detail: 'not started' };
const HEALTH_DEADLINE_MS = 2_000;

/**
 * Starts the components of the process, each after those it needs and otherwise side by side; watches their
 * health; stops them in reverse.
 */
export class Lifecycle {
  private readonly entries = new Map<string, Entry>();
  private readonly journal: SystemJournal;
  private dependencies: Dependencies = new Map();
  private phase: 'IDLE' | 'STARTING' | 'RUNNING' | 'STOPPING' | 'STOPPED' = 'IDLE';
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

  register(...components: Component[]): void {
    if (this.phase !== 'IDLE') throw new Error('Components are registered before the start.');
    for (const component of components) {
      if (this.entries.has(component.name)) throw new Error(`Two components are named ${component.name}.`);
      this.entries.set(component.name, {
        component,
        state: 'REGISTERED',
        health: NOT_STARTED,
        since: null,
        startMs: null,
      });
    }
  }

  /** @throws ComponentStartFailed after everything that had started was stopped again. */
  async start(): Promise<void> {
    if (this.phase !== 'IDLE') throw new Error('A lifecycle starts once.');
    this.phase = 'STARTING';
    this.dependencies = resolveDependencies([...this.entries.values()].map(({ component }) => component));
    const begunMs = this.clock.monotonicMs();
    const failure = await this.startAll();
    if (failure) {
      await this.journal.record('ComponentFailed', { component: failure.component, phase: 'START' });
      await this.stop();
      throw failure;
    }
    if (this.phase !== 'STARTING') return;
    this.phase = 'RUNNING';
    await this.check();
    this.cancelChecks = this.timers.every(this.config.get('lifecycle.healthIntervalMs'), async () => {
      await this.check();
    });
    const startMs = Math.round(this.clock.monotonicMs() - begunMs);
    await this.journal.record('SystemStarted', { components: [...this.entries.keys()], startMs });
    this.logger.info('system started', { components: this.entries.size, durationMs: startMs });
  }

  /** Stops everything, dependents first; a second call waits for the first. Answers who did not stop in time. */
  stop(reason = 'STOP'): Promise<string[]> {
    this.stopping ??= this.stopAll(reason);
    return this.stopping;
  }

  /** True while all components run and none is DOWN. */
  ready(): boolean {
    if (this.phase !== 'RUNNING') return false;
    for (const { health } of this.entries.values()) if (health.status === 'DOWN') return false;
    return true;
  }

  /** True from the moment the process was told to stop. */
  get isStopping(): boolean {
    return this.phase === 'STOPPING' || this.phase === 'STOPPED';
  }

  /** What the last check saw. */
  status(): SystemStatus {
    const components = [...this.entries.values()].map((entry) => ({
      name: entry.component.name,
      state: entry.state,
      health: entry.health,
      since: entry.since,
      startMs: entry.startMs,
      dependsOn: this.dependencies.get(entry.component.name) ?? [],
    }));
    return { running: this.phase === 'RUNNING', ready: this.ready(), components };
  }

  /** Asks every running component for its health now. */
  async check(): Promise<SystemStatus> {
    await Promise.all(
      [...this.entries.values()].filter(({ state }) => state === 'RUNNING').map((e) => this.checkOne(e)),
    );
    await this.journal.retry();
    return this.status();
  }

  private async startAll(): Promise<ComponentStartFailed | null> {
    let failure: ComponentStartFailed | null = null;
    const started = new Map<string, Promise<boolean>>();
    const startOne = async (entry: Entry): Promise<boolean> => {
      const { component } = entry;
      const needed = await Promise.all(
        (this.dependencies.get(component.name) ?? []).map((name) => begin(name)),
      );
      if (failure || needed.includes(false) || this.isStopping) return false;
      try {
        await this.startComponent(entry);
        return true;
      } catch (error) {
        failure ??= new ComponentStartFailed(component.name, error);
        entry.state = 'FAILED';
        entry.health = { status: 'DOWN', detail: 'did not start' };
        this.logger.error('component did not start', { component: component.name, error });
        return false;
      }
    };
    const begin = (name: string): Promise<boolean> => {
      const running = started.get(name) ?? Promise.resolve().then(() => startOne(this.entries.get(name)!));
      started.set(name, running);
      return running;
    };
    await Promise.all([...this.entries.keys()].map((name) => begin(name)));
    return failure;
  }

  private async startComponent(entry: Entry): Promise<void> {
    const { component } = entry;
    const begunMs = this.clock.monotonicMs();
    entry.state = 'STARTING';
    const timeoutMs = this.config.get('lifecycle.startTimeoutMs');
    await withDeadline(this.timers, timeoutMs, `no end of its start after ${timeoutMs} ms`, () =>
      component.start(),
    );
    entry.startMs = Math.round(this.clock.monotonicMs() - begunMs);
    entry.state = 'RUNNING';
    this.logger.debug('component started', { component: component.name, durationMs: entry.startMs });
  }

  private async stopAll(reason: string): Promise<string[]> {
    const wasRunning = this.phase === 'RUNNING';
    this.phase = 'STOPPING';
    this.cancelChecks();
    if (wasRunning) await this.journal.record('SystemStopping', { reason });
    const overran: string[] = [];
    const whoNeeds = dependents(this.dependencies);
    const stopped = new Map<string, Promise<void>>();
    const end = (name: string): Promise<void> => {
      const running = stopped.get(name) ?? Promise.resolve().then(() => endOne(this.entries.get(name)!));
      stopped.set(name, running);
      return running;
    };
    const endOne = async (entry: Entry): Promise<void> => {
      await Promise.all((whoNeeds.get(entry.component.name) ?? []).map((name) => end(name)));
      if (entry.state === 'REGISTERED') return;
      if (!(await this.stopComponent(entry))) overran.push(entry.component.name);
    };
    await Promise.all([...this.entries.keys()].map((name) => end(name)));
    this.phase = 'STOPPED';
    return overran;
  }

  private async stopComponent(entry: Entry): Promise<boolean> {
    const { component } = entry;
    const failed = entry.state === 'FAILED';
    entry.state = 'STOPPING';
    const drainMs = this.config.get('lifecycle.drainMs');
    try {
      await withDeadline(this.timers, drainMs, `not stopped after ${drainMs} ms`, () => component.stop());
      entry.state = failed ? 'FAILED' : 'STOPPED';
      return true;
    } catch (error) {
      entry.state = 'FAILED';
      this.logger.error('component did not stop', { component: component.name, error });
      return false;
    } finally {
      entry.health = { status: 'DOWN', detail: 'stopped' };
    }
  }

  private async checkOne(entry: Entry): Promise<void> {
    const { component, health: before } = entry;
    let health: ComponentHealth;
    try {
      const ask = async (): Promise<ComponentHealth> => component.health();
      health = await withDeadline(this.timers, HEALTH_DEADLINE_MS, 'no answer to the health check', ask);
    } catch (error) {
      health = { status: 'DOWN', detail: error instanceof Error ? error.message : 'the health check failed' };
    }
    if (entry.state !== 'RUNNING') return;
    entry.health = health;
    if (health.status === before.status && entry.since !== null) return;
    const first = entry.since === null;
    entry.since = this.clock.now();
    if (first && health.status === 'UP') return;
    this.logger.warn('component health changed', { component: component.name, status: health.status });
    const payload = {
      component: component.name,
      from: before.status,
      to: health.status,
      detail: health.detail ?? null,
    };
    await this.journal.record('ComponentHealthChanged', payload);
  }
}
