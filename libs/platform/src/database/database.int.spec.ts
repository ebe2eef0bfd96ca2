import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { TenantId } from '@sextant/kernel';
import { asAdmin, createTestDatabase, testServerUrl } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import type { PoolClient } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Database } from './database.js';
import { violatedConstraint } from './database-failure.js';
import type { DatabaseOptions } from './database-options.js';
import { grantAppendOnly, grantReadWrite, isolateByAccount, isolateByTenant } from './grants.js';

class CreateSamples1799999999999 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE account (account_id text PRIMARY KEY, tenant_id text NOT NULL)`);
    await runner.query(
      `CREATE TABLE note (account_id text NOT NULL, line int, PRIMARY KEY (account_id, line))`,
    );
    await runner.query(
      `CREATE TABLE counter (id int PRIMARY KEY, value bigint NOT NULL, price numeric(38,0))`,
    );
    await grantReadWrite(runner, 'account');
    await grantReadWrite(runner, 'counter');
    await grantAppendOnly(runner, 'note');
    await isolateByTenant(runner, 'account');
    await isolateByAccount(runner, 'note');
    await runner.query(
      `INSERT INTO counter VALUES (1, 0, 12345678901234567890123456789012345678), (2, 0, NULL)`,
    );
    await runner.query(`INSERT INTO account VALUES ('acc_1', 'ten_1'), ('acc_2', 'ten_2')`);
    await runner.query(`INSERT INTO note VALUES ('acc_1', 1), ('acc_1', 2), ('acc_2', 1)`);
    // Its last act is to cut the connection, in the middle of the COMMIT that fires it.
    await runner.query(`CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
      $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END $$`);
    await runner.query(`CREATE TABLE fatal (id int)`);
    await grantReadWrite(runner, 'fatal');
    await runner.query(`CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON fatal DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION cut()`);
  }

  async down(): Promise<void> {}
}

const model = { entities: [], migrations: [CreateSamples1799999999999] };
const tenant = (id: string) => id as TenantId;
let db: TestDatabase;
let database: Database;

beforeAll(async () => {
  db = await createTestDatabase(model);
  database = db.database;
});
afterAll(() => db.close());

describe('a transaction', () => {
  it('works as the writer, and leaves big numbers as text', async () => {
    const rows = await database.transaction(async (client) => {
      return (await client.query('SELECT current_user AS role, price, value FROM counter WHERE id = 1')).rows;
    });
    expect(rows).toEqual([
      {
        role: 'sextant_writer',
        price: '12345678901234567890123456789012345678',
        value: expect.stringMatching(/^\d+$/),
      },
    ]);
  });

  it('is undone by an error, which comes out as it is', async () => {
    const before = await value(1);
    const error = new Error('no');
    await expect(
      database.transaction(async (client) => {
        await increment(client, 1);
        throw error;
      }),
    ).rejects.toBe(error);
    expect(await value(1)).toBe(before);
  });

  it('runs again after a deadlock until both have passed', async () => {
    const before = (await value(1)) + (await value(2));
    let runs = 0;
    const run = (first: number, second: number) =>
      database.transaction(async (client) => {
        runs += 1;
        await increment(client, first);
        await delay(200);
        await increment(client, second);
      });
    await Promise.all([run(1, 2), run(2, 1)]);
    expect(runs).toBe(3);
    expect((await value(1)) + (await value(2))).toBe(before + 4n);
  });

  it('runs again after a serialization failure, five times at most', async () => {
    let runs = 0;
    const failing = database.transaction(async (client) => {
      runs += 1;
      await client.query(`DO $$ BEGIN RAISE SQLSTATE '40001'; END $$`);
    });
    await expect(failing).rejects.toMatchObject({ code: '40001' });
    expect(runs).toBe(6);
  });

  it('does not run again after a lost connection', async () => {
    let runs = 0;
    const lost = database.transaction(async (client) => {
      runs += 1;
      await kill(client);
      await client.query('SELECT 1');
    });
    await expect(lost).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(runs).toBe(1);
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('says that it does not know when the connection is lost in the commit', async () => {
    const lost = database.transaction((client) => client.query('INSERT INTO fatal VALUES (1)'));
    await expect(lost).rejects.toMatchObject({
      code: 'DATABASE_OUTCOME_UNKNOWN',
      context: { outcome: 'UNKNOWN' },
    });
  });

  it('does not call a transaction committed in which an error was swallowed', async () => {
    const swallowing = database.transaction(async (client) => {
      await increment(client, 1);
      await client.query('SELECT 1/0').catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow('swallowed');
  });

  it('lets violations through by the name of their constraint', async () => {
    const error = await database.query(`INSERT INTO counter VALUES (1, 0)`).catch((e: unknown) => e);
    expect(violatedConstraint(error)).toBe('counter_pkey');
  });
});

describe('limits', () => {
  let limited: Database;
  beforeAll(async () => {
    limited = await secondDatabase({ writerPoolSize: 3, statementTimeoutMs: 500, acquireTimeoutMs: 1_000 });
  });
  afterAll(() => limited.stop());

  it('cancels a statement that takes too long', async () => {
    await expect(limited.query('SELECT pg_sleep(3)')).rejects.toMatchObject({ code: 'DATABASE_TIMEOUT' });
  });

  it('refuses when no connection becomes free in time, and recovers', async () => {
    const held: (() => void)[] = [];
    const hold = () => limited.transaction(() => new Promise<void>((resolve) => held.push(resolve)));
    const holders = [hold(), hold(), hold()];
    await expect(limited.query('SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
    expect(await limited.commitPool.query('SELECT 1 AS one')).toMatchObject({ rows: [{ one: 1 }] });
    for (const release of held) release();
    await Promise.all(holders);
    expect(await limited.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('gives up a server that does not answer at all', async () => {
    const wire = await frozenWire(db.url);
    const behind = await secondDatabase({ url: wire.url, statementTimeoutMs: 200 });
    try {
      expect(await behind.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      wire.freeze();
      await expect(behind.query('SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      wire.thaw();
      expect(await behind.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      await behind.stop();
      wire.close();
    }
  });
});

describe('a read', () => {
  const accounts = (id: string, sql = 'SELECT account_id, line FROM note ORDER BY 1, 2') =>
    database.read(tenant(id), (manager) => manager.query(sql));

  it('sees the rows of its tenant and no others', async () => {
    expect(await accounts('ten_1')).toEqual([
      { account_id: 'acc_1', line: 1 },
      { account_id: 'acc_1', line: 2 },
    ]);
    expect(await accounts('ten_2')).toEqual([{ account_id: 'acc_2', line: 1 }]);
    expect(await accounts("x' OR true --")).toEqual([]);
    expect(await accounts('ten_1', 'SELECT account_id FROM account')).toEqual([{ account_id: 'acc_1' }]);
  });

  it('sees nothing without a tenant, also on a connection that had one', async () => {
    await accounts('ten_1');
    const reader = new URL(db.url);
    reader.searchParams.set('options', '-c role=sextant_reader');
    await asAdmin(reader.href, async (client) => {
      await client.query(`BEGIN; SET LOCAL sextant.tenant = 'ten_1'; COMMIT`);
      expect((await client.query('SELECT * FROM note')).rows).toEqual([]);
    });
  });

  it('cannot write', async () => {
    const writing = accounts('ten_1', `INSERT INTO note VALUES ('acc_1', 9)`);
    await expect(writing).rejects.toMatchObject({ code: '25006' });
  });

  it('sees one moment, whatever is committed meanwhile', async () => {
    const [first, second] = await database.read(tenant('ten_1'), async (manager) => {
      const one = await manager.query('SELECT value FROM counter WHERE id = 1');
      await database.transaction((client) => increment(client, 1));
      return [one, await manager.query('SELECT value FROM counter WHERE id = 1')];
    });
    expect(second).toEqual(first);
  });
});

describe('rights', () => {
  it('let nobody change what is append-only', async () => {
    for (const sql of [`UPDATE note SET line = 5`, `DELETE FROM note`, `TRUNCATE note`]) {
      await expect(database.query(sql)).rejects.toMatchObject({ code: '42501' });
    }
    await database.query(`INSERT INTO note VALUES ('acc_2', 2)`);
  });

  it('let the writer make or change no table', async () => {
    await expect(database.query('CREATE TABLE mine (id int)')).rejects.toMatchObject({ code: '42501' });
    await expect(database.query('DROP TABLE counter')).rejects.toMatchObject({ code: '42501' });
  });
});

describe('listening', () => {
  it('hears what is sent, and after a loss that something may have been missed', async () => {
    const heard: string[] = [];
    const end = await database.listen('news', (payload) => heard.push(payload));
    await database.query(`SELECT pg_notify('news', 'one')`);
    await eventually(() => expect(heard).toEqual(['one']));

    const [{ name }] = await database.query<any>('SELECT current_database() AS name');
    await asAdmin(await testServerUrl(), (admin) =>
      admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = $1`,
        [name],
      ),
    );
    await eventually(() => expect(heard).toEqual(['one', '']));
    await database.query(`SELECT pg_notify('news', 'two')`);
    await eventually(() => expect(heard).toEqual(['one', '', 'two']));

    await end();
    await database.query(`SELECT pg_notify('news', 'three')`);
    await delay(100);
    expect(heard).toEqual(['one', '', 'two']);
  });
});

it('is healthy with the state of its pools, and says when it is down', async () => {
  expect(await database.health()).toMatchObject({
    status: 'UP',
    facts: { writer: { waiting: 0 }, listening: true },
  });
  const other = await secondDatabase({});
  await other.stop();
  expect(await other.health()).toMatchObject({ status: 'DOWN' });
  expect(() => other.dataSource).toThrow('not started');
});

async function secondDatabase(options: Partial<DatabaseOptions>): Promise<Database> {
  const second = new Database({ url: db.url, model, ...options });
  await second.start();
  return second;
}

async function increment(client: PoolClient, id: number): Promise<void> {
  await client.query('UPDATE counter SET value = value + 1 WHERE id = $1', [id]);
}

async function value(id: number): Promise<bigint> {
  const [row] = await database.query<{ value: string }>('SELECT value FROM counter WHERE id = $1', [id]);
  return BigInt(row!.value);
}

async function kill(client: PoolClient): Promise<void> {
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  await asAdmin(await testServerUrl(), (admin) =>
    admin.query('SELECT pg_terminate_backend($1)', [rows[0].pid]),
  );
}

async function eventually(check: () => void): Promise<void> {
  for (const deadline = Date.now() + 3_000; ; await delay(10)) {
    try {
      return check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

/** A connection to the server that can fall silent without being closed, as a lost network does. */
async function frozenWire(url: string) {
  const { hostname, port } = new URL(url);
  let frozen = false;
  const pairs = new Set<net.Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      pairs.add(from.on('data', (chunk) => frozen || to.write(chunk)));
      from.on('error', () => undefined).on('close', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = new URL(url);
  address.port = String((server.address() as net.AddressInfo).port);
  return {
    url: address.href,
    freeze: () => void (frozen = true),
    thaw: () => void (frozen = false),
    close: () => {
      server.close();
      for (const socket of pairs) socket.destroy();
    },
  };
}
