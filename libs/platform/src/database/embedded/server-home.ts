import { randomBytes, randomUUID } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { embeddedFailure } from './embedded-failure.js';
import { processIdentity } from './process-identity.js';

/** What has to be the same at every start. Kept in `server.json`, readable by its owner alone. */
export interface ServerState {
  port: number;
  adminPassword: string;
  password: string;
}

/** Where a data directory keeps its server: files, secrets, and who uses it at the moment. */
export class ServerHome {
  readonly folder: string;
  readonly cluster: string;
  readonly lock: string;
  readonly startupLog: string;
  readonly #users: string;

  constructor(dataDir: string) {
    this.folder = path.join(path.resolve(dataDir), 'postgres');
    this.cluster = path.join(this.folder, 'cluster');
    this.lock = path.join(this.folder, 'lock');
    this.startupLog = path.join(this.folder, 'startup.log');
    this.#users = path.join(this.folder, 'users');
  }

  async create(): Promise<void> {
    try {
      await mkdir(path.dirname(this.folder), { recursive: true });
      await mkdir(this.folder, { mode: 0o700 }).catch(ignoreExisting);
      await mkdir(this.#users, { mode: 0o700 }).catch(ignoreExisting);
    } catch (error) {
      throw embeddedFailure(
        `The data directory cannot be used: ${(error as Error).message}. ` +
          'Give it to the user that runs Sextant, or name another one with SEXTANT_DATA_DIR.',
      );
    }
  }

  /** The state, made up on first use. `hasCluster` tells a first use from a lost file. */
  async state(hasCluster: boolean, firstPort: () => Promise<number>): Promise<ServerState> {
    const file = path.join(this.folder, 'server.json');
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw embeddedFailure(`${file} cannot be read: ${error.message}`);
    });
    if (text !== null) return JSON.parse(text) as ServerState;
    if (hasCluster) {
      throw embeddedFailure(
        `${file} is gone, and with it the passwords of the database. Restore it from a backup.`,
      );
    }
    const secret = () => randomBytes(24).toString('base64url');
    const state = { port: await firstPort(), adminPassword: secret(), password: secret() };
    await this.save(state);
    return state;
  }

  async save(state: ServerState): Promise<void> {
    const draft = path.join(this.folder, `server.json.${randomUUID()}`);
    await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    if (process.getuid?.() === 0) {
      const { uid, gid } = await stat(this.folder);
      await chown(draft, uid, gid);
    }
    await rename(draft, path.join(this.folder, 'server.json'));
  }

  /** Marks this process as a user of the server. @returns what unmarks it. */
  async join(): Promise<() => Promise<void>> {
    const file = path.join(this.#users, `${process.pid}.${randomUUID()}`);
    await writeFile(file, processIdentity(process.pid) ?? '');
    return () => rm(file, { force: true });
  }

  /** How many live users the server has. Marks of processes that died without a word are removed. */
  async countUsers(): Promise<number> {
    let count = 0;
    for (const name of await readdir(this.#users)) {
      const file = path.join(this.#users, name);
      const identity = await readFile(file, 'utf8').catch(() => '');
      if (processIdentity(Number.parseInt(name, 10)) === identity) count += 1;
      else await rm(file, { force: true });
    }
    return count;
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
