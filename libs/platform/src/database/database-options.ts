import type { DatabaseModel } from './database-model.js';

/** As much of a logger as the database needs. */
export interface DatabaseLog {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
}

export interface DatabaseOptions {
  /** Address of the owner, or where to get it when the database starts (an embedded server knows its port then). */
  url: string | (() => string);
  model: DatabaseModel;
  /** Components that must run first. */
  dependsOn?: readonly string[];
  applicationName?: string;
  writerPoolSize?: number;
  /** Connections of the writer that stay open while idle. */
  writerPoolMin?: number;
  readerPoolSize?: number;
  /** Connections of GroupCommit and of the account leases alone. */
  commitPoolSize?: number;
  statementTimeoutMs?: number;
  acquireTimeoutMs?: number;
  /** How long a start waits for a server that is not there yet. */
  startTimeoutMs?: number;
  log?: DatabaseLog;
}

export const databaseDefaults = {
  dependsOn: [] as readonly string[],
  applicationName: 'sextant',
  writerPoolSize: 10,
  writerPoolMin: 0,
  readerPoolSize: 5,
  commitPoolSize: 4,
  statementTimeoutMs: 5_000,
  acquireTimeoutMs: 2_000,
  startTimeoutMs: 30_000,
  log: { info: () => undefined, warn: () => undefined } as DatabaseLog,
};
