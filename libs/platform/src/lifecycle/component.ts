import type { JsonObject } from '@sextant/contracts';

/**
 * UP: does its work. DEGRADED: works, worse than it should (a cache is gone). DOWN: does not, and the process is
 * not ready while that lasts.
 */
export type HealthStatus = 'UP' | 'DEGRADED' | 'DOWN';

export interface ComponentHealth {
  status: HealthStatus;
  /** One line for a person; no secret, no address with a password. */
  detail?: string;
  /** Facts for `GET /api/system/health`: pool sizes, ages, counts. */
  facts?: JsonObject;
}

/** A part of the process that is started and stopped: a database, a feed, the HTTP server. */
export abstract class Component {
  /** Unique in the process, kebab-case. */
  abstract readonly name: string;

  /** Names of the components that must run first. `EVERYTHING_ELSE`: starts last and stops first (an HTTP server). */
  readonly dependsOn: readonly string[] | 'EVERYTHING_ELSE' = [];

  /** True when work of it began before its `start`, so that it is stopped even if that never comes. */
  get begun(): boolean {
    return false;
  }

  /** Resolves when the component does its work; a rejection fails the start of the process. */
  abstract start(): Promise<void>;

  /** The process is to stop while `start` still runs: what only waits for somebody else gives up and rejects. */
  interrupt(): void {
    // Most starts are short: they are let through, and stopped again.
  }

  /** Accepts nothing new, finishes what it began, lets go of what it holds. Also called after a failed start. */
  abstract stop(): Promise<void>;

  /** Cheap; called every few seconds and by `GET /api/system/health`. */
  health(): ComponentHealth | Promise<ComponentHealth> {
    return { status: 'UP' };
  }
}
