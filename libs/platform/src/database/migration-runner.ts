import pg from 'pg';
import { DataSource } from 'typeorm';
import { connectionConfig } from './database-connection.js';
import { CreateRoles1763600000000 } from './create-roles.js';
import type { DatabaseModel } from './database-model.js';
import { requireSuitableOwner } from './owner-check.js';
import { SilentLogger } from './silent-logger.js';

/** Any constant; "sextant" as hexadecimal ASCII, so that it is recognised in pg_locks. */
const MIGRATION_LOCK = 0x73657874616e74n;
const TABLE = 'migration';

/**
 * Brings the tables up to date, as the owner. Processes that start together take turns; each migration is one
 * transaction, so a failed one leaves nothing behind.
 *
 * @returns the names of the migrations that ran.
 * @throws DomainError DATABASE_UNSUITABLE when the user of `url` may not own tables and roles.
 */
export async function migrate(url: string, model: DatabaseModel): Promise<string[]> {
  const migrations = allMigrations(model);
  const config = ownerConfig(url);
  return withClient(config, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK.toString()]);
    const done = await executed(client);
    if (migrations.every(({ name }) => done.has(name))) return [];
    await requireSuitableOwner(client);
    return run(config, migrations);
  });
}

/** Names of the migrations that the database has not seen; changes nothing. */
export async function pendingMigrations(url: string, model: DatabaseModel): Promise<string[]> {
  const done = await withClient(ownerConfig(url), executed);
  return allMigrations(model)
    .map(({ name }) => name)
    .filter((name) => !done.has(name));
}

function allMigrations(model: DatabaseModel): DatabaseModel['migrations'] {
  return [CreateRoles1763600000000, ...model.migrations.filter((m) => m !== CreateRoles1763600000000)];
}

function ownerConfig(url: string): pg.PoolConfig {
  const timeouts = { statementTimeoutMs: 0, acquireTimeoutMs: 10_000 };
  return connectionConfig(url, null, timeouts, 'sextant-migration');
}

async function withClient<T>(config: pg.PoolConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(config).on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function executed(client: pg.ClientBase): Promise<Set<string>> {
  const { rows: found } = await client.query(`SELECT to_regclass('public.${TABLE}') AS name`);
  if (found[0].name === null) return new Set();
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM public.${TABLE}`);
  return new Set(rows.map((row) => row.name));
}

async function run(config: pg.PoolConfig, migrations: DatabaseModel['migrations']): Promise<string[]> {
  const { connectionString, ...extra } = config;
  const owner = new DataSource({
    type: 'postgres',
    url: connectionString,
    extra,
    poolSize: 1,
    migrations,
    migrationsTableName: TABLE,
    installExtensions: false,
    logger: new SilentLogger(),
  });
  await owner.initialize();
  try {
    const done = await owner.runMigrations({ transaction: 'each' });
    return done.map((migration) => migration.name);
  } finally {
    await owner.destroy();
  }
}
