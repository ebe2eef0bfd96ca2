import { constants } from 'node:os';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  asDatabaseFailure,
  Database,
  EmbeddedPostgres,
  loadConfig,
  pendingMigrations,
} from '@sextant/platform';
import type { Config, DatabaseLog } from '@sextant/platform';
import { sextantModel } from '../../composition/src/index.js';
import { CliModule } from './cli.module.js';
import { counted } from './table.js';

/** A check of a large ledger is one long statement now and then. */
const STATEMENT_TIMEOUT_MS = 600_000;

const log: DatabaseLog = {
  info: () => undefined,
  warn: (message, fields) => void process.stderr.write(`${message} ${JSON.stringify(fields ?? {})}\n`),
};

/**
 * Gives `work` the address of the database: the configured one, or the embedded one, which is started when nobody
 * runs it and left as it was found.
 * @throws ConfigMistakes, DomainError DATABASE_…; Error when there is none yet and `mayCreate` is not set
 */
export async function withServer<T>(
  { mayCreate }: { mayCreate: boolean },
  work: (url: string, config: Config) => Promise<T>,
): Promise<T> {
  const config = loadConfig();
  const url = config.get('database.url');
  if (url !== null) return work(url, config);
  const dataDir = config.get('data.directory');
  const user = config.get('database.embeddedUser') ?? undefined;
  const embedded = new EmbeddedPostgres({ dataDir, user, log });
  if (!mayCreate && !embedded.exists) {
    throw new Error(
      `There is no database in ${dataDir}. SEXTANT_DATA_DIR or DATABASE_URL says where it is; 'npm start' makes one.`,
    );
  }
  const started = embedded.start();
  return untilSignal(
    () => started.then(() => work(embedded.url, config)),
    // A server that is being started would be left running.
    () => started.catch(() => undefined).then(() => embedded.stop()),
  );
}

/** Gives `work` the contexts on a database that is up to date: nothing here migrates by the way. */
export function withContexts<T>(work: (contexts: INestApplicationContext) => Promise<T>): Promise<T> {
  return withServer({ mayCreate: false }, async (url, config) => {
    await requireMigrated(url);
    const database = new Database({
      url,
      model: sextantModel,
      applicationName: 'sextant-cli',
      ...{ writerPoolSize: 2, readerPoolSize: 1, commitPoolSize: 1 },
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      acquireTimeoutMs: config.get('database.acquireTimeoutMs'),
      log,
    });
    await database.start();
    try {
      const module = CliModule.forRoot(config, database);
      const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
      return await work(app);
    } finally {
      await database.stop();
    }
  });
}

async function requireMigrated(url: string): Promise<void> {
  const pending = await pendingMigrations(url, sextantModel).catch((error: unknown) => {
    throw asDatabaseFailure(error);
  });
  if (pending.length === 0) return;
  throw new Error(
    `The database is not up to date: ${counted(pending.length, 'migration')} to run. ` +
      "Run 'sextant migrate' first.",
  );
}

/** Cleans up after the work, also when Ctrl-C or SIGTERM ends it early; a second signal does not wait. */
async function untilSignal<T>(work: () => Promise<T>, cleanUp: () => Promise<void>): Promise<T> {
  let ended = false;
  const end = (signal: NodeJS.Signals) => {
    ended = true;
    void cleanUp().finally(() => process.exit(128 + constants.signals[signal]));
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    return await work();
  } finally {
    // What the work still says about a database that was taken away is of no interest.
    if (ended) await new Promise<never>(() => undefined);
    await cleanUp();
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}
