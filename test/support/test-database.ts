import { createHash, randomUUID } from 'node:crypto';
import type { DatabaseModel, DatabaseOptions } from '@sextant/platform';
import { Database, migrate } from '@sextant/platform';
import pg from 'pg';
import { testServerUrl } from './test-server.js';

export interface TestDatabase {
  /** Started. */
  database: Database;
  /** Address of the owner, for a second `Database`, another process, or plain SQL. */
  url: string;
  close(): Promise<void>;
}

/** An empty database with the tables of `model`, copied from a template that is migrated once a run. */
export async function createTestDatabase(
  model: DatabaseModel,
  options: Partial<DatabaseOptions> = {},
): Promise<TestDatabase> {
  const server = await testServerUrl();
  const template = await templateFor(server, model);
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(server, (admin) =>
    admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER sextant_test`),
  );
  const url = ownerUrl(server, name);
  const database = new Database({ url, model, writerPoolSize: 5, readerPoolSize: 3, ...options });
  await database.start();
  return {
    database,
    url,
    close: async () => {
      await database.stop();
      await asAdmin(server, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** A database of the test server without any table, and the address of its owner. */
export async function createEmptyDatabase(): Promise<{ url: string; close(): Promise<void> }> {
  const server = await testServerUrl();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(server, async (admin) => {
    await ensureOwner(admin);
    await admin.query(`CREATE DATABASE ${name} OWNER sextant_test`);
  });
  const drop = () => asAdmin(server, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  return { url: ownerUrl(server, name), close: async () => void (await drop()) };
}

/** Runs `work` with a superuser's connection: to break things on purpose. */
export async function asAdmin<T>(server: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/** The workers of a run take turns; whoever comes first migrates. */
async function templateFor(server: string, model: DatabaseModel): Promise<string> {
  const source = model.migrations.map((migration) => `${migration.name} ${migration}`).join('\n');
  const name = `template_${createHash('sha256').update(source).digest('hex').slice(0, 24)}`;
  return asAdmin(server, async (admin) => {
    await admin.query(`SELECT pg_advisory_lock(hashtext('sextant-template'))`);
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return name;
    await ensureOwner(admin);
    const draft = `${name}_draft`;
    await admin.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${draft} OWNER sextant_test`);
    await migrate(ownerUrl(server, draft), model);
    await admin.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
    return name;
  });
}

/** The owner has the rights of an ordinary installation: roles, but no superuser. */
async function ensureOwner(admin: pg.Client): Promise<void> {
  await admin.query(`
    DO $$ BEGIN CREATE ROLE sextant_test LOGIN CREATEROLE CREATEDB PASSWORD 'sextant_test';
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);
}

function ownerUrl(server: string, database: string): string {
  const address = new URL(server);
  address.username = 'sextant_test';
  address.password = 'sextant_test';
  address.pathname = `/${database}`;
  return address.href;
}
