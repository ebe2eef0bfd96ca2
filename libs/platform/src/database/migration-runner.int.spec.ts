import { asAdmin, createEmptyDatabase, testServerUrl } from '@sextant/testing';
import type { DomainError } from '@sextant/kernel';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Database } from './database.js';
import { migrate, pendingMigrations } from './migration-runner.js';

class CreateFirst1799000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE first (id int)');
    await runner.query('SELECT pg_sleep(0.1)');
  }

  async down(): Promise<void> {}
}

class BreakHalfway1799000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE half (id int)');
    await runner.query('SELECT 1/0');
  }

  async down(): Promise<void> {}
}

const model = { entities: [], migrations: [CreateFirst1799000000001] };
let server: string;
let empty: { url: string; close(): Promise<void> };

beforeEach(async () => {
  server = await testServerUrl();
  empty = await createEmptyDatabase();
});
afterEach(() => empty.close());

it('runs what is missing, once, however many processes start together', async () => {
  const ran = await Promise.all([1, 2, 3].map(() => migrate(empty.url, model)));
  expect(ran.flat().sort()).toEqual(['CreateFirst1799000000001', 'CreateRoles1763600000000']);
  expect(await migrate(empty.url, model)).toEqual([]);
});

it('names what has not run, and runs nothing of it', async () => {
  const missing = ['CreateRoles1763600000000', 'CreateFirst1799000000001'];
  expect(await pendingMigrations(empty.url, model)).toEqual(missing);
  expect(await pendingMigrations(empty.url, model)).toEqual(missing);
  await migrate(empty.url, model);
  expect(await pendingMigrations(empty.url, model)).toEqual([]);
});

it('leaves nothing of a migration that fails, and keeps those before it', async () => {
  const broken = { entities: [], migrations: [BreakHalfway1799000000002, ...model.migrations] };
  await expect(migrate(empty.url, broken)).rejects.toMatchObject({ code: '22012' });
  const tables = await asAdmin(empty.url, (client) =>
    client.query(`SELECT to_regclass('first') AS first, to_regclass('half') AS half`),
  );
  expect(tables.rows).toEqual([{ first: 'first', half: null }]);
});

it.each(['NOCREATEROLE', 'CREATEROLE'])(
  'refuses a user (%s) who has no right to the roles, with the SQL',
  async (right) => {
    // The server has the roles already; to a user without membership they are of no use.
    const url = await asOrdinaryUser(right);
    const database = new Database({ url, model });
    const refusal = await database.start().catch((error: unknown) => error as DomainError);
    expect(refusal).toMatchObject({ code: 'DATABASE_UNSUITABLE', context: { exitCode: 78 } });
    const { sql } = (refusal as DomainError).context as { sql: string };
    expect((refusal as DomainError).message).toContain(sql);

    const admin = new URL(server);
    admin.pathname = new URL(url).pathname;
    await asAdmin(admin.href, (client) => client.query(sql));
    await database.start();
    try {
      expect(await database.query('SELECT current_user AS role')).toEqual([{ role: 'sextant_writer' }]);
    } finally {
      await database.stop();
    }
  },
);

it('refuses roles that could get round the walls between tenants', async () => {
  await migrate(empty.url, { entities: [], migrations: [] });
  await asAdmin(server, (admin) => admin.query('ALTER ROLE sextant_reader BYPASSRLS'));
  try {
    await expect(migrate(empty.url, model)).rejects.toMatchObject({
      code: 'DATABASE_UNSUITABLE',
      context: { sql: 'ALTER ROLE sextant_reader NOSUPERUSER NOBYPASSRLS NOCREATEROLE;' },
    });
  } finally {
    await asAdmin(server, (admin) => admin.query('ALTER ROLE sextant_reader NOBYPASSRLS'));
  }
});

it('waits for a server that is not there yet, and gives up in the end', async () => {
  const warnings: string[] = [];
  const log = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
  const nowhere = new Database({ url: 'postgresql://a:b@127.0.0.1:1/c', model, startTimeoutMs: 600, log });
  await expect(nowhere.start()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect(warnings).toEqual(['Waiting for the database']);
});

it('waits no longer for a server when nobody waits for it', async () => {
  const log = { info: () => undefined, warn: () => nowhere.interrupt() };
  const nowhere = new Database({ url: 'postgresql://a:b@127.0.0.1:1/c', model, startTimeoutMs: 60_000, log });
  const begunMs = performance.now();
  await expect(nowhere.start()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect(performance.now() - begunMs).toBeLessThan(10_000);
});

/** An address of the empty database for a user with no rights but to connect. */
async function asOrdinaryUser(right: string): Promise<string> {
  const address = new URL(empty.url);
  const database = address.pathname.slice(1);
  const user = `plain_${database.slice(-8)}`;
  await asAdmin(server, (admin) => admin.query(`CREATE ROLE ${user} LOGIN ${right} PASSWORD 'plain'`));
  address.username = user;
  address.password = 'plain';
  return address.href;
}
