import type { Pool, PoolConfig } from 'pg';
import { DataSource } from 'typeorm';
import type { DatabaseRole } from './database-connection.js';
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
  listener: NotificationListener;
  /** A server that stops right after us may be heard to say so: no loss any more. */
  ending: { begun: boolean };
}

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
  const commit = guardedPool({ ...own, max: commitPoolSize }, onError);
  const listener = new NotificationListener(own);
  try {
    await Promise.all([writer.initialize(), reader.initialize()]);
    await Promise.all([requireRole(writer, 'sextant_writer'), requireRole(reader, 'sextant_reader')]);
  } catch (error) {
    await Promise.all([writer, reader].map((each) => each.isInitialized && each.destroy()));
    throw asDatabaseFailure(error);
  }
  return { writer, reader, commit, listener, ending };
}

export async function closeConnections(connections: Connections): Promise<void> {
  const { writer, reader, commit, listener, ending } = connections;
  ending.begun = true;
  await Promise.all([listener.stop(), commit.end(), writer.destroy(), reader.destroy()]);
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
