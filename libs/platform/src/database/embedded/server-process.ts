import { spawn } from 'node:child_process';
import { open, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { embeddedFailure } from './embedded-failure.js';
import { isFree } from './free-port.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import type { Postmaster } from './postmaster-file.js';
import { disownPostmaster, readPostmaster } from './postmaster-file.js';
import { isAlive, mayServe } from './process-identity.js';
import { serverEnvironment } from './server-environment.js';
import type { ServerHome } from './server-home.js';
import type { ServerUser } from './server-user.js';

export type LaunchResult =
  | { kind: 'STARTED'; postmaster: Postmaster }
  /** PORT_TAKEN: by another program. OLD_ONE_LIVES: processes of the last server are not all gone yet. */
  | { kind: 'PORT_TAKEN' | 'OLD_ONE_LIVES' | 'FAILED'; reason: string };

const POLL_MS = 20;
const LOG_DELAY_MS = 100;
/** Recovery after a crash reads the whole write-ahead log: as much as `max_wal_size` allows, on a slow disk. */
const READY_TIMEOUT_MS = 300_000;
const ANSWER_TIMEOUT_MS = 30_000;
const FAST_STOP_MS = 10_000;
const IMMEDIATE_STOP_MS = 5_000;

/**
 * The server that runs in `cluster`, whoever started it, or null. Waits for one that is just starting or stopping.
 *
 * @throws DomainError EMBEDDED_DATABASE_FAILED when one is there but does not answer or refuses the password.
 */
export async function findRunning(cluster: string, adminPassword: string): Promise<Postmaster | null> {
  const deadline = performance.now() + ANSWER_TIMEOUT_MS;
  for (let reason = 'it is still starting'; ; await delay(5 * POLL_MS)) {
    const found = await readPostmaster(cluster);
    if (found === null) return null;
    if (!isAlive(found.pid) || !mayServe(found.pid, cluster)) {
      await disownPostmaster(cluster);
      return null;
    }
    if (found.status === 'ready') {
      const refusal = await whyNotOurs(found.port, cluster, adminPassword);
      if (refusal === null) return found;
      reason = refusal;
    }
    if (performance.now() > deadline) {
      throw embeddedFailure(
        `A database server (process ${found.pid}) runs in ${cluster}, but cannot be used: ${reason}.`,
      );
    }
  }
}

/** Starts the server in its own session, so that Ctrl-C reaches the application alone, which stops it in order. */
export async function launch(
  home: ServerHome,
  binaries: PostgresBinaries,
  user: ServerUser,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<LaunchResult> {
  const options = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const [command = '', ...args] = [
    ...user.prefix,
    binaries.postgres,
    ...['-D', home.cluster, '-p', String(port)],
    ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  await rm(home.startupLog, { force: true });
  const output = await open(home.startupLog, 'w', 0o600);
  const startedAt = Date.now();
  const child = spawn(command, args, {
    ...user.spawnAs,
    detached: true,
    env: serverEnvironment(),
    cwd: home.folder,
    stdio: ['ignore', output.fd, output.fd],
  });
  let end: string | null = null;
  child.once('error', (error) => (end = error.message));
  child.once('exit', (code, signal) => (end ??= `it ended with ${signal ?? `code ${code}`}`));
  child.unref();
  await output.close();
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (end === null && performance.now() < deadline) {
    const postmaster = await readPostmaster(home.cluster);
    if (postmaster?.pid === child.pid && postmaster?.status === 'ready')
      return { kind: 'STARTED', postmaster };
    await delay(POLL_MS);
  }
  if (end === null)
    return { kind: 'FAILED', reason: 'It is still recovering from a crash; wait and start again.' };
  // The process that writes the log outlives the one that failed by a moment.
  await delay(LOG_DELAY_MS);
  return diagnose(`${end}\n${await lastWords(home, startedAt)}`, await isFree(port));
}

/** Ends the server of `cluster`, if one runs: at once for its clients, with a checkpoint. */
export async function shutDown(cluster: string): Promise<void> {
  const found = await readPostmaster(cluster);
  if (found === null || !isAlive(found.pid) || !mayServe(found.pid, cluster)) return;
  for (const [signal, patienceMs] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MS],
  ] as const) {
    process.kill(found.pid, signal);
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      if (!isAlive(found.pid)) return;
      await delay(POLL_MS);
    }
  }
  throw embeddedFailure(`The database server (process ${found.pid}) does not stop.`);
}

function diagnose(reason: string, portIsFree: boolean): LaunchResult {
  if (/is still in use|lock file ".*" already exists|pre-existing shared memory/.test(reason)) {
    return { kind: 'OLD_ONE_LIVES', reason };
  }
  return { kind: portIsFree ? 'FAILED' : 'PORT_TAKEN', reason };
}

/** What the server wrote before it ended: first to its output, then to its log. */
async function lastWords(home: ServerHome, since: number): Promise<string> {
  const folder = path.join(home.cluster, 'log');
  const files = [home.startupLog];
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name);
    if ((await stat(file)).mtimeMs >= since - 1000) files.push(file);
  }
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts
    .map((text) => text.slice(-2000))
    .join('')
    .trim();
}

async function whyNotOurs(port: number, cluster: string, password: string): Promise<string | null> {
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', password },
    ...{ connectionTimeoutMillis: 5_000, query_timeout: 5_000 },
  }).on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      `SELECT current_setting('data_directory') AS folder`,
    );
    const same = rows[0] !== undefined && (await realpath(rows[0].folder)) === (await realpath(cluster));
    return same ? null : `port ${port} belongs to a server of another folder`;
  } catch (error) {
    return (error as Error).message;
  } finally {
    void client.end().catch(() => undefined);
  }
}
