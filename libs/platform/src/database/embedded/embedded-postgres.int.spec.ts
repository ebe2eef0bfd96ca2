import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { Database } from '../database.js';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { isAlive } from './process-identity.js';

/** As `mktemp -d` makes it: nobody else may enter; with a blank, as on many a desktop. */
let parent: string;
let dataDir: string;
let cluster: string;
const running: EmbeddedPostgres[] = [];

beforeAll(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'sextant embedded-'));
  dataDir = path.join(parent, 'my data');
  cluster = path.join(dataDir, 'postgres', 'cluster');
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});
afterAll(() => rm(parent, { recursive: true, force: true }));

it('makes a durable database in a folder that only its owner may enter, and never as root', async () => {
  const server = await started();
  const [row] = await query(server.adminUrl, `SELECT current_setting('fsync') AS fsync`);
  expect(row).toEqual({ fsync: 'on' });
  expect((await stat(cluster)).uid).not.toBe(0);
  expect((await stat(path.join(dataDir, 'postgres', 'server.json'))).mode & 0o777).toBe(0o600);
  expect((await stat(parent)).mode & 0o777).toBe(0o700);
  const [owner] = await query(server.url, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
  expect(owner).toEqual({ rolsuper: false });
});

it('keeps its data, port and passwords from one start to the next', async () => {
  const first = await started();
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await stopped(first);
  expect(isAlive(first.pid)).toBe(false);

  const second = await started();
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

it('refuses a connection without the password', async () => {
  const server = await started();
  const address = new URL(server.url);
  address.password = 'guess';
  await expect(query(address.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
});

it('finds and reuses the server of a killed process, and stops it in the end', async () => {
  const holder = await startedElsewhere();
  const orphan = holder.serverPid;
  holder.child.kill('SIGKILL');
  await once(holder.child, 'exit');
  expect(isAlive(orphan)).toBe(true);

  const server = await started();
  expect(server.pid).toBe(orphan);
  await stopped(server);
  expect(isAlive(orphan)).toBe(false);
});

it('is shared by processes: the last one to leave stops it', async () => {
  const holder = await startedElsewhere();
  const server = await started();
  expect(server.pid).toBe(holder.serverPid);
  holder.child.kill('SIGTERM');
  await once(holder.child, 'exit');
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await stopped(server);
  expect(isAlive(holder.serverPid)).toBe(false);
});

it('lets two starts at the same moment end up with one server', async () => {
  const [a, b] = await Promise.all([started(), started()]);
  expect(a.pid).toBe(b.pid);
});

it('survives a pid file that names another program', async () => {
  const server = await started();
  const file = path.join(cluster, 'postmaster.pid');
  const text = await readFile(file, 'utf8');
  await stopped(server);
  const stranger = spawn('sleep', ['60'], serverOwner());
  await writeFile(file, text.replace(/^\d+/, String(stranger.pid)), { mode: 0o600 });
  if (process.getuid?.() === 0) execFileSync('chown', ['--reference', cluster, file]);
  try {
    const next = await started();
    expect(await query(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(isAlive(stranger.pid!)).toBe(true);
  } finally {
    stranger.kill();
  }
});

it('moves to a free port when another program has taken its own', async () => {
  const first = await started();
  await stopped(first);
  const port = Number(new URL(first.url).port);
  const squatter = createServer().listen(port, '127.0.0.1');
  await once(squatter, 'listening');
  try {
    const moved = await started();
    expect(new URL(moved.url).port).not.toBe(String(port));
    await stopped(moved);
  } finally {
    squatter.close();
  }
  const again = await started();
  expect(new URL(again.url).port).not.toBe(String(port));
});

it('brings a killed server back while the application runs, and the pools with it', async () => {
  const server = await started();
  const database = new Database({ url: server.url, model: { entities: [], migrations: [] } });
  await database.start();
  try {
    await database.query('SELECT 1');
    const killed = server.pid;
    process.kill(killed, 'SIGKILL');
    await eventually(async () => expect(server.pid).not.toBe(killed));
    expect(server.health().status).toBe('UP');
    await eventually(() => database.query('SELECT 1'));
  } finally {
    await database.stop();
  }
});

it('recovers a server that was killed with the application', async () => {
  const holder = await startedElsewhere();
  process.kill(holder.serverPid, 'SIGKILL');
  holder.child.kill('SIGKILL');
  await once(holder.child, 'exit');
  const server = await started();
  expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

it('waits for processes of a killed server, which could still write', async () => {
  const holder = await startedElsewhere();
  const client = new pg.Client({ connectionString: holder.url }).on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  process.kill(rows[0].pid, 'SIGSTOP');
  process.kill(holder.serverPid, 'SIGKILL');
  holder.child.kill('SIGKILL');
  await once(holder.child, 'exit');
  let done = false;
  const start = started().finally(() => (done = true));
  await delay(1_000);
  expect(done).toBe(false);
  process.kill(rows[0].pid, 'SIGCONT');
  expect(await query((await start).url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  await client.end().catch(() => undefined);
});

it('starts over when the creation was interrupted', async () => {
  const fresh = path.join(parent, 'interrupted');
  await mkdir(path.join(fresh, 'postgres', 'cluster.new', 'base'), { recursive: true });
  await writeFile(path.join(fresh, 'postgres', 'lock'), '4194303@1 dead');
  const server = await started(fresh);
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('says what is wrong when the passwords are lost or the folder cannot be used', async () => {
  await rm(path.join(dataDir, 'postgres', 'server.json'));
  await expect(started()).rejects.toMatchObject({
    code: 'EMBEDDED_DATABASE_FAILED',
    message: expect.stringContaining('server.json is gone'),
  });
  const file = path.join(parent, 'a file');
  await writeFile(file, '');
  await expect(started(file)).rejects.toMatchObject({ message: expect.stringContaining('SEXTANT_DATA_DIR') });
});

async function started(folder = dataDir): Promise<EmbeddedPostgres> {
  const server = new EmbeddedPostgres({ dataDir: folder });
  running.push(server);
  await server.start();
  return server;
}

/** Stops the server like `stop`, but lets the test still ask for its pid and address. */
async function stopped(server: EmbeddedPostgres): Promise<void> {
  const { pid, url } = server;
  await server.stop();
  Object.defineProperties(server, { pid: { value: pid }, url: { value: url } });
}

/** Another process of the application, which holds the same data directory. */
async function startedElsewhere(): Promise<{ child: ChildProcess; serverPid: number; url: string }> {
  const root = fileURLToPath(new URL('../../../../../', import.meta.url));
  const loader = path.join(root, 'test', 'processes', 'typescript-loader.mjs');
  const program = path.join(root, 'test', 'processes', 'hold-database.ts');
  const child = spawn(process.execPath, ['--import', loader, program, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout!, 'data');
  const [pid = '', url = ''] = String(line).trim().split(' ');
  return { child, serverPid: Number(pid), url };
}

/** The server's user may not signal strangers, so the stranger must be one that it could take for itself. */
function serverOwner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = execFileSync('stat', ['-c', '%u %g', cluster], { encoding: 'utf8' })
    .split(' ')
    .map(Number);
  return { uid: uid!, gid: gid! };
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 8_000; ; await delay(50)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
