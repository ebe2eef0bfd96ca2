import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { embeddedFailure } from './embedded-failure.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { serverEnvironment } from './server-environment.js';
import type { ServerHome } from './server-home.js';
import { serverSettings } from './server-settings.js';
import type { ServerUser } from './server-user.js';

const run = promisify(execFile);

export function clusterExists(cluster: string): boolean {
  return existsSync(path.join(cluster, 'PG_VERSION'));
}

/** Makes the cluster beside its place and moves it there when it is whole; a half-made one never counts. */
export async function createCluster(
  home: ServerHome,
  binaries: PostgresBinaries,
  user: ServerUser,
  adminPassword: string,
  durable: boolean,
): Promise<void> {
  for (const name of await readdir(home.folder)) {
    if (name.startsWith('cluster.new'))
      await rm(path.join(home.folder, name), { recursive: true, force: true });
  }
  const draft = path.join(home.folder, 'cluster.new');
  const passwordFile = path.join(home.folder, 'cluster.new.password');
  await writeFile(passwordFile, adminPassword, { mode: 0o600 });
  if (user.uid !== null && user.gid !== null) await chown(passwordFile, user.uid, user.gid);
  const settings = Object.entries(serverSettings).map(([name, value]) => `--set=${name}=${value}`);
  const [command = '', ...args] = [
    ...user.prefix,
    binaries.initdb,
    ...[`--pgdata=${draft}`, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...['--locale=C', '--encoding=UTF8', '--no-instructions', ...settings],
    ...(durable ? [] : ['--no-sync']),
  ];
  try {
    await run(command, args, { ...user.spawnAs, env: serverEnvironment(), cwd: home.folder });
    await rename(draft, home.cluster);
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    throw embeddedFailure(
      `The database could not be created in ${home.folder}:\n${stderr.trim() || message}`,
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
}
