import { execFile, execFileSync } from 'node:child_process';
import { chown, lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { embeddedFailure } from './embedded-failure.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { serverEnvironment } from './server-environment.js';

const run = promisify(execFile);

/** How a program of the server is started, and whom its files belong to; null: ourselves. */
export interface ServerUser {
  uid: number | null;
  gid: number | null;
  /** What stands before the program on the command line. */
  prefix: readonly string[];
  /** Options for `spawn` that change the user where no prefix does. */
  spawnAs: { uid?: number; gid?: number };
}

interface Account {
  uid: number;
  gid: number;
}

const OURSELVES: ServerUser = { uid: null, gid: null, prefix: [], spawnAs: {} };

/**
 * PostgreSQL refuses to run as root; then it runs as the owner of the existing files, else as SEXTANT_POSTGRES_USER,
 * `postgres` or `nobody`. `home` is the folder of the server and is given to that user.
 *
 * @throws DomainError EMBEDDED_DATABASE_FAILED when that user cannot reach the programs or the folder.
 */
export async function serverUser(
  home: string,
  cluster: string,
  binaries: PostgresBinaries,
  named: string | undefined,
): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return OURSELVES;
  const wanted = named === '' ? undefined : named;
  const account = wanted === undefined ? ((await ownerOf(cluster)) ?? firstAccount()) : accountOf(wanted);
  if (account === null || account.uid === 0) {
    throw embeddedFailure(
      `PostgreSQL does not run as root, and there is no user ${wanted ?? '"postgres" or "nobody"'} to run it as. ` +
        'Set SEXTANT_POSTGRES_USER to an ordinary user, start as one, or set DATABASE_URL.',
    );
  }
  await giveTo(home, account);
  const spawnAs = process.platform === 'linux' ? {} : account;
  for (const prefix of prefixes(account)) {
    if (await reaches(prefix, spawnAs, home, binaries)) return { ...account, prefix, spawnAs };
  }
  throw embeddedFailure(
    `PostgreSQL runs as user ${account.uid} here, because it refuses root, but that user cannot enter ${home} or run ` +
      `${binaries.postgres}. Set SEXTANT_DATA_DIR to a folder whose parents everybody may enter ` +
      '(and check the same for the project folder), or start as an ordinary user.',
  );
}

/** Without root nothing changes; else the user, and where needed the capability to enter folders closed to it. */
function prefixes({ uid, gid }: Account): string[][] {
  const plain = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs'];
  // Without the secure bit access(2) ignores capabilities, and initdb asks it about its programs.
  const withCapability = (name: string) => [
    ...plain,
    '--securebits=+no_setuid_fixup',
    `--inh-caps=-all,+${name}`,
    `--ambient-caps=-all,+${name}`,
    `--bounding-set=-all,+${name}`,
    '--',
  ];
  if (process.platform !== 'linux') return [[]];
  return [
    [...plain, '--inh-caps=-all', '--bounding-set=-all', '--'],
    withCapability('dac_read_search'),
    withCapability('dac_override'),
  ];
}

/** initdb's own look at the user, the programs and their files, without making anything. */
async function reaches(
  prefix: string[],
  spawnAs: ServerUser['spawnAs'],
  home: string,
  { initdb }: PostgresBinaries,
): Promise<boolean> {
  const script = 'cd "$1" && test -w . && exec "$2" --show --username=postgres --pgdata="$1/none"';
  const [command = '', ...args] = [...prefix, 'sh', '-c', script, 'sh', home, initdb];
  return run(command, args, { ...spawnAs, env: serverEnvironment() }).then(
    () => true,
    () => false,
  );
}

async function ownerOf(cluster: string): Promise<Account | null> {
  const found = await lstat(cluster).catch(() => null);
  return found === null || found.uid === 0 ? null : { uid: found.uid, gid: found.gid };
}

function firstAccount(): Account | null {
  return accountOf('postgres') ?? accountOf('nobody');
}

function accountOf(name: string): Account | null {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

/** Gives the folder and everything in it that is not the user's yet. Links are not followed. */
async function giveTo(folder: string, account: Account): Promise<void> {
  const { uid } = await lstat(folder);
  if (uid === account.uid) return;
  await chownTree(folder, account);
}

async function chownTree(entry: string, account: Account): Promise<void> {
  const found = await lstat(entry);
  if (found.isSymbolicLink()) return;
  if (found.isDirectory()) {
    for (const name of await readdir(entry)) await chownTree(path.join(entry, name), account);
  }
  await chown(entry, account.uid, account.gid);
}
