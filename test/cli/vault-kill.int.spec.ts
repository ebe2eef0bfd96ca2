import { spawn } from 'node:child_process';
import path from 'node:path';
import { Config, Database } from '@sextant/platform';
import pg from 'pg';
import { SCRIPTED_VENUE } from '../http/scripted-exchange.js';
import { TestApp } from '../http/test-app.js';

const MAIN = path.join(import.meta.dirname, '..', '..', 'dist', 'apps', 'cli', 'src', 'main.js');
const CONNECTIONS = 5;

let app: TestApp;
let owner: pg.Client;
let connections: { connectionId: string; apiKey: string }[];

beforeAll(async () => {
  app = await TestApp.start();
  owner = new pg.Client({ connectionString: setting('database.url') });
  await owner.connect();
  // Where the row after so many is about to be written, the program waits to be killed.
  await owner.query(`
    CREATE TABLE stall (after int);
    CREATE FUNCTION stall() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      IF (SELECT r.changed >= s.after FROM vault_rotation r, stall s WHERE r.finished_at IS NULL)
        THEN PERFORM pg_sleep(60);
      END IF;
      RETURN new;
    END $$;
    CREATE TRIGGER stall BEFORE UPDATE ON venue_credential FOR EACH ROW EXECUTE FUNCTION stall()`);
  connections = [];
  for (let index = 0; index < CONNECTIONS; index += 1) {
    const apiKey = `key-of-connection-number-${index}`;
    const credential = { apiKey, secret: `secret of ${apiKey}` };
    const body = { venue: SCRIPTED_VENUE, label: 'Kill', credential };
    const answer = await app.call('POST', '/api/exchange-connections', { as: app.adminKey, body });
    connections.push({ connectionId: answer.body.connectionId, apiKey });
  }
});
afterAll(async () => {
  await owner.end();
  await app.close();
});

function setting(key: 'database.url' | 'data.directory'): string {
  return String(app.app.get(Config, { strict: false }).get(key));
}

/** The built program; killed when so many rows are through, or let through. */
async function rotate(args: readonly string[], killAfter: number | null): Promise<number | null> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    SEXTANT_ENV: 'test',
    DATABASE_URL: setting('database.url'),
    SEXTANT_DATA_DIR: setting('data.directory'),
  };
  await owner.query('DELETE FROM stall');
  if (killAfter !== null) await owner.query('INSERT INTO stall VALUES ($1)', [killAfter]);
  const child = spawn(process.execPath, [MAIN, 'vault', 'rotate', ...args], { env, stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  if (killAfter === null) return ended;
  let running = true;
  void ended.then(() => (running = false));
  const pid = await untilStalled(() => running);
  child.kill('SIGKILL');
  // A server does not notice by itself that whoever it works for is gone.
  if (pid !== null) await owner.query('SELECT pg_terminate_backend($1)', [pid]);
  return ended;
}

/** The server process that holds the row; null when the program has ended before. */
async function untilStalled(isRunning: () => boolean): Promise<number | null> {
  while (isRunning()) {
    const { rows } = await owner.query(`SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'`);
    if (rows.length > 0) return rows[0].pid;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return null;
}

/** Through the application that ran all the while, with the master keys as it found them. */
async function expectAllUsable(): Promise<void> {
  app.exchange.asked.length = 0;
  for (const { connectionId } of connections) {
    const pathname = `/api/exchange-connections/${connectionId}/validate`;
    const { status } = await app.call('POST', pathname, { as: app.adminKey, body: {} });
    expect(status).toBe(200);
  }
  const seen = app.exchange.asked.map(({ apiKey, secret }) => [apiKey, secret]);
  expect(seen).toEqual(connections.map(({ apiKey }) => [apiKey, `secret of ${apiKey}`]));
}

it.each([
  ['master key', [], 2],
  ['data keys', ['--data-keys'], 1],
])(
  'a rotation of the %s killed again and again loses nothing beside a running application',
  async (_what, args, kills) => {
    const database = app.app.get(Database, { strict: false });
    const before = await database.query('SELECT FROM vault_rotation WHERE finished_at IS NOT NULL');
    for (let kill = 1; kill <= kills; kill += 1) {
      expect(await rotate(args, kill)).toBeNull();
      await expectAllUsable();
    }
    expect(await rotate(args, null)).toBe(0);
    await expectAllUsable();
    const finished = await database.query<{ changed: number }>(
      'SELECT changed FROM vault_rotation WHERE finished_at IS NOT NULL ORDER BY finished_at',
    );
    expect(finished.length).toBe(before.length + 1);
    expect(finished.at(-1)!.changed).toBe(CONNECTIONS);
    const needed = await database.query('SELECT DISTINCT kek_id FROM venue_credential');
    expect(needed).toHaveLength(1);
  },
  60_000,
);
