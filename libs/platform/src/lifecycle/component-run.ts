import type { Clock, EpochMs } from '@sextant/kernel';
import type { Logger } from '../telemetry/logger.js';
import type { Timers } from '../time/index.js';
import type { Component, ComponentHealth, HealthStatus } from './component.js';
import { withDeadline } from './with-deadline.js';

export type ComponentState = 'REGISTERED' | 'STARTING' | 'RUNNING' | 'STOPPING' | 'STOPPED' | 'FAILED';

export interface ComponentStatus {
  name: string;
  state: ComponentState;
  health: ComponentHealth;
  /** When the status last changed; null before the first check. */
  since: EpochMs | null;
  /** How long the start took; null while it has not finished. */
  startMs: number | null;
  dependsOn: readonly string[];
}

export interface HealthChange {
  from: HealthStatus;
  to: HealthStatus;
  detail: string | null;
}

const HEALTH_DEADLINE_MS = 2_000;

/** One component and how it is doing: what the lifecycle knows of it. */
export class ComponentRun {
  state: ComponentState = 'REGISTERED';
  health: ComponentHealth = { status: 'DOWN', detail: 'not started' };
  private since: EpochMs | null = null;
  private startMs: number | null = null;
  private interrupted = false;

  constructor(
    readonly component: Component,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  /** Rejects when the component does not start in time, or not at all. */
  async start(timeoutMs: number): Promise<void> {
    const { component } = this;
    const begunMs = this.clock.monotonicMs();
    this.state = 'STARTING';
    try {
      await withDeadline(this.timers, timeoutMs, `not started after ${timeoutMs} ms`, () =>
        component.start(),
      );
    } catch (error) {
      this.state = 'FAILED';
      this.health = { status: 'DOWN', detail: 'did not start' };
      if (this.interrupted) this.logger.info('start given up', { component: component.name });
      else this.logger.error('component did not start', { component: component.name, error });
      throw error;
    }
    this.startMs = Math.round(this.clock.monotonicMs() - begunMs);
    this.state = 'RUNNING';
    this.logger.debug('component started', { component: component.name, durationMs: this.startMs });
  }

  /** Tells a component that is starting that nobody waits for it any more. */
  interrupt(): void {
    if (this.state !== 'STARTING') return;
    this.interrupted = true;
    this.component.interrupt();
  }

  /** Answers whether the component stopped, and in time. Never rejects: the others must stop as well. */
  async stop(drainMs: number): Promise<boolean> {
    const { component } = this;
    const began = this.state !== 'REGISTERED' || component.begun;
    if (!began) return true;
    this.state = 'STOPPING';
    this.health = { status: 'DOWN', detail: 'stopping' };
    try {
      await withDeadline(this.timers, drainMs, `not stopped after ${drainMs} ms`, () => component.stop());
      this.state = 'STOPPED';
      this.health = { status: 'DOWN', detail: 'stopped' };
      return true;
    } catch (error) {
      this.state = 'FAILED';
      this.health = { status: 'DOWN', detail: 'did not stop' };
      this.logger.error('component did not stop', { component: component.name, error });
      return false;
    }
  }

  /** Asks for the health; answers the change, or null. Being UP at the first question is no change. */
  async check(): Promise<HealthChange | null> {
    const health = await this.ask();
    if (this.state !== 'RUNNING') return null;
    const { status: from } = this.health;
    const first = this.since === null;
    this.health = health;
    if (health.status === from && !first) return null;
    this.since = this.clock.now();
    if (first && health.status === 'UP') return null;
    this.logger.warn('component health changed', { component: this.component.name, status: health.status });
    return { from: first ? 'UP' : from, to: health.status, detail: health.detail ?? null };
  }

  status(dependsOn: readonly string[]): ComponentStatus {
    const { state, health, since, startMs } = this;
    return { name: this.component.name, state, health, since, startMs, dependsOn };
  }

  private async ask(): Promise<ComponentHealth> {
    try {
      const ask = async (): Promise<ComponentHealth> => this.component.health();
      return await withDeadline(this.timers, HEALTH_DEADLINE_MS, 'no answer to the health check', ask);
    } catch (error) {
      return { status: 'DOWN', detail: error instanceof Error ? error.message : 'the health check failed' };
    }
  }
}
