import { hostname } from 'node:os';
import type { Provider } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import { Config } from './config/index.js';
import { Database } from './database/index.js';
import { SystemLog } from './event-log/index.js';
import { JobEngine, JobRegistry, Jobs, JobWork, PgBossEngine } from './jobs/index.js';
import { Logger, Metrics } from './telemetry/index.js';
import { Timers } from './time/index.js';

/** Long work: what starts it, and what does this process's share of it. */
export const jobProviders: Provider[] = [
  JobRegistry,
  Jobs,
  {
    provide: JobEngine,
    useFactory: (database: Database, logger: Logger) => new PgBossEngine(database, logger),
    inject: [Database, Logger],
  },
  {
    provide: JobWork,
    useFactory: (
      config: Config,
      database: Database,
      engine: JobEngine,
      registry: JobRegistry,
      log: SystemLog,
      clock: Clock,
      timers: Timers,
      logger: Logger,
      metrics: Metrics,
    ) => {
      const parts = { database, engine, registry, log, clock, timers, logger, metrics };
      const process = `${hostname()}:${globalThis.process.pid}`;
      const concurrency = config.get('jobs.concurrency');
      return new JobWork({ ...parts, process, concurrency, keepDays: config.get('jobs.keepDays') });
    },
    inject: [Config, Database, JobEngine, JobRegistry, SystemLog, Clock, Timers, Logger, Metrics],
  },
];
