import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Database, SystemLog } from '@sextant/platform';
import { createEmptyDatabase, createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import pg from 'pg';
import { sextantModel } from '../../composition/src/index.js';
import { runCli } from './run-cli.js';

const outside = { ...process.env };
let folder: string;
let db: TestDatabase;
let owner: pg.Client;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sextant-cli-'));
});
beforeEach(async () => {
  db = await createTestDatabase(sextantModel);
  owner = new pg.Client(db.url);
  await owner.connect();
  Object.assign(process.env, { SEXTANT_ENV: 'test', DATABASE_URL: db.url, SEXTANT_DATA_DIR: folder });
});
afterEach(async () => {
  process.env = { ...outside };
  await owner.end();
  await db.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function sextant(...args: string[]) {
  let [out, error] = ['', ''];
  const exitCode = await runCli(args, {
    out: (text) => void (out += text),
    error: (text) => void (error += text),
  });
  return { exitCode, out, error, json: args.includes('--json') ? JSON.parse(out) : null };
}

function note(...types: string[]): Promise<void> {
  return new SystemLog(db.database).append(types.map((type) => ({ type, payload: { n: 1 }, occurredAt: 1 })));
}

async function hireAdmin(email: string): Promise<void> {
  await owner.query(`INSERT INTO tenant (tenant_id, name, created_at) VALUES ('ten_1', 'default', now())
    ON CONFLICT DO NOTHING`);
  await owner.query(
    `INSERT INTO identity_user (user_id, tenant_id, email, role, status, version, created_at, updated_at)
     VALUES ($1, 'ten_1', $2, 'admin', 'ACTIVE', 1, now(), now())`,
    [`usr_${email}`, email],
  );
}

describe('migrate', () => {
  it('brings an empty database up to date, says what ran, and has nothing to do the second time', async () => {
    const empty = await createEmptyDatabase();
    process.env['DATABASE_URL'] = empty.url;
    const first = await sextant('migrate');
    expect(first).toMatchObject({ exitCode: 0, error: '' });
    expect(first.out).toMatch(
      /^CreateRoles\d+\n([A-Z]\w+\n)+\d+ migrations ran\. The database is up to date\.\n$/,
    );
    expect(await sextant('migrate', '--json')).toMatchObject({ exitCode: 0, json: { ran: [] } });
    const database = new Database({ url: empty.url, model: sextantModel });
    await database.start();
    await database.stop();
    await empty.close();
  });

  it('is left to the operator by every other command', async () => {
    const empty = await createEmptyDatabase();
    process.env['DATABASE_URL'] = empty.url;
    const { exitCode, error } = await sextant('verify');
    expect(exitCode).toBe(1);
    expect(error).toMatch(/not up to date: \d+ migrations to run\. Run 'sextant migrate' first/);
    const client = new pg.Client(empty.url);
    await client.connect();
    const { rows } = await client.query(`SELECT FROM pg_tables WHERE schemaname = 'public'`);
    expect(rows).toEqual([]);
    await client.end();
    await empty.close();
  });
});

describe('verify', () => {
  it('has a line for each stream and a summary', async () => {
    await note('Noted', 'Noted');
    const { exitCode, out } = await sextant('verify');
    expect({ exitCode, out }).toEqual({
      exitCode: 0,
      out:
        'ok     system  2 events\n0 accounts, 1 other stream: 2 events, 0 ledger entries. ' +
        'Every hash, sum and projection is as it was written.\n',
    });
  });

  it('ends with 1 and names the first event that is not what was written', async () => {
    await note('Noted', 'Noted', 'Noted');
    await owner.query(`UPDATE event_log SET actor = 'usr_other' WHERE stream_seq = 2`);
    const { exitCode, out } = await sextant('verify');
    expect(exitCode).toBe(1);
    expect(out).toMatch(
      /^WRONG {2}system\n {7}events: Event 2 is missing, out of place or not what was written\.\n/,
    );
    expect((await sextant('verify', '--json')).json).toMatchObject({
      sound: false,
      streams: [{ streamId: 'system', findings: [{ part: 'EVENTS', sequence: 2 }] }],
    });
  });

  it('knows an account that is not there from a text that is no id', async () => {
    const unknown = `acc_${'0'.repeat(32)}`;
    expect((await sextant('verify', '--account', unknown, '--json')).json.error.code).toBe(
      'ACCOUNT_NOT_FOUND',
    );
    expect(await sextant('verify', '--account', 'mine')).toMatchObject({ exitCode: 2 });
  });
});

describe('admin-key', () => {
  it('prints a key once, and leaves it nowhere in the database', async () => {
    await hireAdmin('ada@example.com');
    const { exitCode, json } = await sextant('admin-key', '--json');
    expect({ exitCode, email: json.email }).toEqual({ exitCode: 0, email: 'ada@example.com' });
    const secret = json.key.split('_')[2];
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    const kept = await owner.query(
      'SELECT k::text AS text FROM api_key k UNION ALL SELECT e::text FROM event_log e',
    );
    expect(kept.rows).toHaveLength(2);
    expect(JSON.stringify(kept.rows)).not.toContain(secret);
    const { rows } = await owner.query('SELECT type, actor FROM event_log');
    expect(rows).toEqual([{ type: 'ApiKeyCreated', actor: 'cli' }]);
  });

  it('asks for the e-mail when there are several administrators', async () => {
    await hireAdmin('ada@example.com');
    await hireAdmin('bo@example.com');
    const { exitCode, error, out } = await sextant('admin-key');
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(error).toContain('name one. Active administrators: ada@example.com, bo@example.com.');
    expect((await sextant('admin-key', '--email', 'bo@example.com')).out).toMatch(
      /^API key of bo@example\.com \(key_\w+\), shown this once:\nsx_\w+\n/,
    );
  });
});

describe('consumers', () => {
  beforeEach(async () => {
    await note('Noted', 'Noted', 'Noted');
    await owner.query(
      `INSERT INTO consumer_offset (consumer, stream_id, sequence, attempts, parked_at, error)
       VALUES ('mail', 'system', 1, 5, now(), 'Error: no such address')`,
    );
  });

  it('shows how far each is, and ends with 1 while a stream is parked', async () => {
    expect(await sextant('consumers')).toEqual({
      exitCode: 1,
      out:
        'consumer  streams  handled  lag  retrying  parked\n' +
        'mail            1        1    2         0       1\n' +
        'PARKED  mail system at event 2: Error: no such address\n',
      error: '',
      json: null,
    });
  });

  it.each([
    ['resume', '1', 'ConsumerStreamResumed'],
    ['step-over', '2', 'ConsumerEventSteppedOver'],
  ])('%s lets the stream go on, and the log knows who did it', async (verb, sequence, type) => {
    expect((await sextant('consumers', verb, 'mail', 'system')).exitCode).toBe(0);
    const { rows } = await owner.query('SELECT sequence, parked_at FROM consumer_offset');
    expect(rows).toEqual([{ sequence, parked_at: null }]);
    const told = await owner.query('SELECT type, actor FROM event_log WHERE stream_seq = 4');
    expect(told.rows).toEqual([{ type, actor: 'cli' }]);
    const again = await sextant('consumers', verb, 'mail', 'system', '--json');
    expect(again).toMatchObject({ exitCode: 1, json: { error: { code: 'CONSUMER_STREAM_NOT_PARKED' } } });
  });

  it('replay is refused for a consumer that nobody knows', async () => {
    const { exitCode, json } = await sextant('consumers', 'replay', 'nobody', '--json');
    expect({ exitCode, code: json.error.code }).toEqual({ exitCode: 1, code: 'CONSUMER_UNKNOWN' });
  });
});

describe('config', () => {
  it('says where each value comes from, and no secret', async () => {
    process.env['SEXTANT__AUTH__JWTKEY'] = 'kEy-0f-this-installation-4711-long-enough';
    const { exitCode, out } = await sextant('config');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^auth\.jwtKey +"\*\*\*" +SEXTANT__AUTH__JWTKEY$/m);
    expect(out).toMatch(/^database\.url +"postgres\S+" +DATABASE_URL$/m);
    expect(out).not.toContain('4711');
    expect(out).not.toContain(new URL(db.url).password + '@');
  });

  it('ends with 78 and every mistake', async () => {
    Object.assign(process.env, { SEXTANT__HTTP__PORT: 'many', SEXTANT__RISK__MAXODRERNOTIONAL: '1' });
    const { exitCode, error } = await sextant('config');
    expect(exitCode).toBe(78);
    expect(error).toMatch(/^The configuration has 2 mistakes:\n/);
    expect((await sextant('verify', '--json')).json.error.mistakes).toHaveLength(2);
  });

  it('has the changes made at run time when it may ask the database', async () => {
    await owner.query(`INSERT INTO config_override VALUES ('app.logLevel', '"WARN"', 1, now(), 'usr_1')`);
    const level = async (...args: string[]) => {
      const { json } = await sextant('config', '--json', ...args);
      return json.values.find(({ key }: { key: string }) => key === 'app.logLevel');
    };
    expect((await level()).source).not.toBe('override');
    expect(await level('--overrides')).toMatchObject({ value: 'WARN', source: 'override' });
  });
});

it('says that the database does not answer', async () => {
  process.env['DATABASE_URL'] = 'postgresql://sextant:secret@127.0.0.1:1/sextant';
  const { exitCode, json, error } = await sextant('verify', '--json');
  expect({ exitCode, code: json.error.code }).toEqual({ exitCode: 1, code: 'DATABASE_UNAVAILABLE' });
  expect(error).not.toContain('secret');
});

it('makes no database by the way where there is none', async () => {
  delete process.env['DATABASE_URL'];
  const { exitCode, error } = await sextant('verify');
  expect({ exitCode, error }).toMatchObject({
    exitCode: 1,
    error: expect.stringContaining('There is no database in'),
  });
});
