import type { Pool, PoolConfig } from 'pg';
import { DataSource } from 'typeorm';
import type { DatabaseRole, SessionSettings } from './database-connection.js';
import { connectionConfig, guardedClient, guardedPool } from './database-connection.js';
import { asDatabaseFailure } from './database-failure.js';
import type { DatabaseOptions } from './database-options.js';
import { NotificationListener } from './notification-listener.js';
import { SilentLogger } from './silent-logger.js';

/** Everything that is connected, or nothing: it comes and goes as one. */
export interface Connections {
  writer: DataSource;
  reader: DataSource;
  commit: Pool;
  journal: Pool;
  listener: NotificationListener;
  /** A server that stops right after us may be heard to say so: no loss any more. */
  ending: { begun: boolean };
}

/** How long a statement of a commit waits for an account that another transaction holds. */
const LOCK_TIMEOUT_MS = 1_000;

/**
 * Few statements, prepared once and sent for ever: planning each call costs as much as its execution. A plan may be
 * made while its tables are empty, and must be right when they are large: rows are found by their keys, nothing else.
 */
const PREPARED: SessionSettings = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_material: 'off',
  random_page_cost: '1',
};
const COMMIT: SessionSettings = {
  ...PREPARED,
  synchronous_commit: 'on',
  lock_timeout: String(LOCK_TIMEOUT_MS),
};
const JOURNAL: SessionSettings = { ...PREPARED, synchronous_commit: 'off' };
const JOURNAL_CONNECTIONS = 2;

/** @throws DomainError DATABASE_UNAVAILABLE, or Error when connections do not work as the roles they should. */
export async function openConnections(
  address: string,
  options: Required<DatabaseOptions>,
): Promise<Connections> {
  const { writerPoolSize, writerPoolMin, readerPoolSize, commitPoolSize, log } = options;
  const ending = { begun: false };
  const onError = (error: Error) => {
    if (!ending.begun) log.warn('Database connection lost', { error: error.message });
  };
  const source = (role: DatabaseRole, size: PoolConfig) => {
    const config = { ...connectionConfig(address, role, options, options.applicationName), ...size };
    return new DataSource({
      type: 'postgres',
      extra: { ...config, Client: guardedClient(config) },
      entities: options.model.entities,
      installExtensions: false,
      logger: new SilentLogger(),
      poolErrorHandler: onError,
    });
  };
  const writer = source('sextant_writer', { max: writerPoolSize, min: writerPoolMin });
  const reader = source('sextant_reader', { max: readerPoolSize });
  const own = connectionConfig(address, 'sextant_writer', options, options.applicationName);
  const pool = (settings: SessionSettings, max: number) => {
    const config = connectionConfig(address, 'sextant_writer', options, options.applicationName, settings);
    return guardedPool({ ...config, max }, onError);
  };
  const commit = pool(COMMIT, commitPoolSize);
  const journal = pool(JOURNAL, JOURNAL_CONNECTIONS);
  const listener = new NotificationListener(own);
  try {
    await Promise.all([writer.initialize(), reader.initialize()]);
    await Promise.all([requireRole(writer, 'sextant_writer'), requireRole(reader, 'sextant_reader')]);
  } catch (error) {
    await Promise.all([writer, reader].map((each) => each.isInitialized && each.destroy()));
    throw asDatabaseFailure(error);
  }
  return { writer, reader, commit, journal, listener, ending };
}

export async function closeConnections(connections: Connections): Promise<void> {
  const { writer, reader, commit, journal, listener, ending } = connections;
  ending.begun = true;
  await Promise.all([listener.stop(), commit.end(), journal.end(), writer.destroy(), reader.destroy()]);
}

/** The pool that TypeORM made; its drivers have no public door to it. */
export function poolOf(source: DataSource): Pool {
  return (source.driver as unknown as { master: Pool }).master;
}

async function requireRole(source: DataSource, role: DatabaseRole): Promise<void> {
  const [row] = await source.query<{ role: string }[]>('SELECT current_user AS role');
  if (row?.role === role) return;
  throw new Error(
    `Connections must work as ${role}; a pooler between must pass the start-up parameter "options".`,
  );
}
