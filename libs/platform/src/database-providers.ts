import type { Provider } from '@nestjs/common';
import { AuditLog } from './audit/index.js';
import { AccountCommit, GroupAccountCommit, GroupCommit } from './commit/index.js';
import type { Config } from './config/index.js';
import { Database, EmbeddedPostgres } from './database/index.js';
import { ConsumerOffsets, ConsumerRegistry, EventLog, SystemLog } from './event-log/index.js';
import { ForgetOldKeys, Idempotency } from './idempotency/index.js';
import type { PlatformOptions } from './platform-options.js';
import { Logger } from './telemetry/index.js';

const COMMIT_CONNECTIONS = 4;

/** The database (our own or the embedded one) and what works on it directly. */
export function databaseProviders({
  app,
  config,
  model,
  embedded: begun = null,
}: PlatformOptions): Provider[] {
  return [
    {
      provide: EmbeddedPostgres,
      useFactory: (log: Logger) => {
        const user = config.get('database.embeddedUser') ?? undefined;
        const embedded = begun ?? new EmbeddedPostgres({ dataDir: config.get('data.directory'), user });
        embedded.logTo(log);
        return embedded;
      },
      inject: [Logger],
    },
    {
      provide: Database,
      useFactory: (embedded: EmbeddedPostgres, log: Logger) =>
        new Database({
          url: config.get('database.url') ?? (() => embedded.url),
          dependsOn: config.get('database.url') === null ? [embedded.name] : [],
          model,
          applicationName: `sextant-${app}`,
          ...poolSizes(config),
          statementTimeoutMs: config.get('database.statementTimeoutMs'),
          acquireTimeoutMs: config.get('database.acquireTimeoutMs'),
          log,
        }),
      inject: [EmbeddedPostgres, Logger],
    },
    {
      provide: AuditLog,
      useFactory: (database: Database) => new AuditLog(database),
      inject: [Database],
    },
    SystemLog,
    ConsumerRegistry,
    ConsumerOffsets,
    EventLog,
    Idempotency,
    ForgetOldKeys,
    {
      provide: AccountCommit,
      useFactory: (database: Database) => new GroupAccountCommit(database),
      inject: [Database],
    },
    {
      provide: GroupCommit,
      useFactory: (database: Database) => new GroupCommit(database),
      inject: [Database],
    },
  ];
}

interface PoolSizes {
  commitPoolSize: number;
  readerPoolSize: number;
  writerPoolSize: number;
  writerPoolMin: number;
}

/** The configured most connections of a process, parted: commits never wait behind reads. */
export function poolSizes(config: Config): PoolSizes {
  const embedded = config.get('database.url') === null;
  const most = config.get(embedded ? 'database.embeddedPoolMax' : 'database.poolMax');
  const least = config.get(embedded ? 'database.embeddedPoolMin' : 'database.poolMin');
  const commitPoolSize = Math.min(COMMIT_CONNECTIONS, Math.max(1, most - 2));
  const readerPoolSize = Math.max(1, Math.floor((most - commitPoolSize) / 3));
  const writerPoolSize = Math.max(1, most - commitPoolSize - readerPoolSize);
  return { commitPoolSize, readerPoolSize, writerPoolSize, writerPoolMin: Math.min(least, writerPoolSize) };
}
