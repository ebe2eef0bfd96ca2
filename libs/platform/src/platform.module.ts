import { Global, Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { Clock, Ids } from '@sextant/kernel';
import { Config, ConfigOverrides } from './config/index.js';
import { Database, EmbeddedPostgres } from './database/index.js';
import { databaseProviders } from './database-providers.js';
import { jobProviders } from './job-providers.js';
import { JobWork } from './jobs/index.js';
import { ForgetOldKeys } from './idempotency/index.js';
import { SystemLog } from './event-log/index.js';
import {
  Capabilities,
  EventLoopWatchdog,
  Lifecycle,
  ShutdownHandler,
  SystemEventLog,
  SystemLogAdapter,
} from './lifecycle/index.js';
import { Redis } from './redis/index.js';
import {
  Logger,
  Metrics,
  processLogger,
  ResourceMetrics,
  SecretGuard,
  TelemetryServer,
  Tracing,
} from './telemetry/index.js';
import type { PlatformOptions } from './platform-options.js';
import { SystemClock, SystemTimers, Timers, UuidV7Ids } from './time/index.js';

/**
 * What every process stands on. The components of the platform are registered here; an app registers its own and
 * then calls `Lifecycle.start()`.
 */
@Global()
@Module({})
export class PlatformModule {
  constructor(
    lifecycle: Lifecycle,
    tracing: Tracing,
    watchdog: EventLoopWatchdog,
    embedded: EmbeddedPostgres,
    database: Database,
    overrides: ConfigOverrides,
    telemetryServer: TelemetryServer,
    resources: ResourceMetrics,
    oldKeys: ForgetOldKeys,
    jobs: JobWork,
    redis: Redis,
    config: Config,
  ) {
    if (config.get('database.url') === null) lifecycle.register(embedded);
    lifecycle.register(tracing, watchdog, database, overrides, telemetryServer, oldKeys, jobs);
    if (config.get('redis.url') !== null) lifecycle.register(redis);
    resources.install();
  }

  static forRoot(options: PlatformOptions): DynamicModule {
    const providers = [
      ...telemetryProviders(options),
      ...lifecycleProviders(options),
      ...databaseProviders(options),
      ...jobProviders,
      redisProvider(options),
    ];
    return { module: PlatformModule, providers, exports: providers };
  }
}

function telemetryProviders({ app, config }: PlatformOptions): Provider[] {
  const metrics = new Metrics(config.get('telemetry.maxSeriesPerMetric'));
  const guard = new SecretGuard();
  return [
    Capabilities,
    { provide: Config, useValue: config },
    { provide: Clock, useClass: SystemClock },
    { provide: Timers, useClass: SystemTimers },
    { provide: Ids, useFactory: (clock: Clock) => new UuidV7Ids(clock), inject: [Clock] },
    { provide: Metrics, useValue: metrics },
    { provide: SecretGuard, useValue: guard },
    { provide: Logger, useFactory: () => processLogger(app, config, metrics, guard) },
    { provide: Tracing, useFactory: () => new Tracing(config, `sextant-${app}`) },
    {
      provide: ResourceMetrics,
      useFactory: (lifecycle: Lifecycle) => new ResourceMetrics(metrics, config, lifecycle),
      inject: [Lifecycle],
    },
    {
      provide: TelemetryServer,
      useFactory: (lifecycle: Lifecycle) => new TelemetryServer(config, metrics, lifecycle),
      inject: [Lifecycle],
    },
  ];
}

function redisProvider({ app, config }: PlatformOptions): Provider {
  return {
    provide: Redis,
    useFactory: (...[clock, timers, metrics, logger]: [Clock, Timers, Metrics, Logger]) =>
      new Redis({ config, clock, timers, metrics, logger, connectionName: `sextant-${app}` }),
    inject: [Clock, Timers, Metrics, Logger],
  };
}

function lifecycleProviders({ app, config }: PlatformOptions): Provider[] {
  return [
    {
      provide: SystemEventLog,
      useFactory: (log: SystemLog, clock: Clock) => new SystemLogAdapter(log, clock, app),
      inject: [SystemLog, Clock],
    },
    {
      provide: Lifecycle,
      useFactory: (...[clock, timers, logger, events]: [Clock, Timers, Logger, SystemEventLog]) =>
        new Lifecycle(config, clock, timers, logger, events),
      inject: [Clock, Timers, Logger, SystemEventLog],
    },
    {
      provide: EventLoopWatchdog,
      useFactory: (...[clock, timers, metrics, logger]: [Clock, Timers, Metrics, Logger]) =>
        new EventLoopWatchdog(config, clock, timers, metrics, logger),
      inject: [Clock, Timers, Metrics, Logger],
    },
    {
      provide: ShutdownHandler,
      useFactory: (...[lifecycle, logger, clock, timers]: [Lifecycle, Logger, Clock, Timers]) =>
        new ShutdownHandler(lifecycle, logger, clock, timers, config.get('lifecycle.drainMs')),
      inject: [Lifecycle, Logger, Clock, Timers],
    },
    {
      provide: ConfigOverrides,
      useFactory: (...[database, log, clock, timers, logger]: [Database, SystemLog, Clock, Timers, Logger]) =>
        new ConfigOverrides(config, database, log, clock, timers, logger),
      inject: [Database, SystemLog, Clock, Timers, Logger],
    },
  ];
}
