import { setTimeout as delay } from 'node:timers/promises';
import type { ComponentHealth } from '../../lifecycle/component.js';
import { Component } from '../../lifecycle/component.js';
import type { DatabaseLog } from '../database-options.js';
import { clusterExists, createCluster } from './cluster.js';
import { embeddedFailure } from './embedded-failure.js';
import { withFileLock } from './file-lock.js';
import { freePort } from './free-port.js';
import { findBinaries } from './postgres-binaries.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import type { Postmaster } from './postmaster-file.js';
import { isAlive } from './process-identity.js';
import { prepareDatabase } from './prepare-database.js';
import type { ServerState } from './server-home.js';
import { ServerHome } from './server-home.js';
import { findRunning, launch, shutDown } from './server-process.js';
import type { ServerUser } from './server-user.js';
import { serverUser } from './server-user.js';

export interface EmbeddedPostgresOptions {
  /** The server lives in `<dataDir>/postgres`. */
  dataDir: string;
  /** When we are root: the user to run the server as (SEXTANT_POSTGRES_USER). */
  user?: string | undefined;
  /** Settings that win over `postgresql.conf`. */
  settings?: Readonly<Record<string, string>>;
  log?: DatabaseLog;
}

const WATCH_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * The PostgreSQL that comes with the packages, in our data directory. Several processes may use one directory: the
 * first starts the server, the last one to leave stops it, and a server whose users were killed is found and reused.
 * A server that dies is started again.
 */
export class EmbeddedPostgres extends Component {
  readonly name = 'embedded-postgres';
  readonly #options: EmbeddedPostgresOptions;
  readonly #home: ServerHome;
  #log: DatabaseLog;
  #beginning: Promise<void> | null = null;
  #leave: (() => Promise<void>) | null = null;
  #server: { state: ServerState; postmaster: Postmaster } | null = null;
  #complaint: string | null = null;
  #watch: NodeJS.Timeout | undefined;

  constructor(options: EmbeddedPostgresOptions) {
    super();
    this.#options = options;
    this.#home = new ServerHome(options.dataDir);
    this.#log = options.log ?? { info: () => undefined, warn: () => undefined };
  }

  /** True when the data directory has a database, running or not. */
  get exists(): boolean {
    return clusterExists(this.#home.cluster);
  }

  /** Address of the owner of the database `sextant`, who is no superuser. @throws Error before `start`. */
  get url(): string {
    const { state, postmaster } = this.#running;
    return `postgresql://sextant:${state.password}@127.0.0.1:${postmaster.port}/sextant`;
  }

  /** Address of the superuser; for tests and maintenance. */
  get adminUrl(): string {
    const { state, postmaster } = this.#running;
    return `postgresql://postgres:${state.adminPassword}@127.0.0.1:${postmaster.port}/postgres`;
  }

  get pid(): number {
    return this.#running.postmaster.pid;
  }

  /** Where it reports from now on. */
  logTo(log: DatabaseLog): void {
    this.#log = log;
  }

  override get begun(): boolean {
    return this.#beginning !== null;
  }

  /** Starts it without waiting; `start` waits for it, and has its error. */
  begin(): void {
    this.#beginning = this.#start();
    this.#beginning.catch(() => undefined);
  }

  override async start(): Promise<void> {
    await (this.#beginning ?? this.#start());
  }

  async #start(): Promise<void> {
    const binaries = await findBinaries();
    await this.#home.create();
    await withFileLock(this.#home.lock, async () => {
      this.#leave = await this.#home.join();
      const user = await serverUser(this.#home.folder, this.#home.cluster, binaries, this.#options.user);
      const state = await this.#ensureCluster(binaries, user);
      await this.#ensureRunning(binaries, user, state, true);
      await prepareDatabase(this.adminUrl, state.password);
      this.#guard(binaries, user, state);
    });
  }

  override async stop(): Promise<void> {
    await this.#beginning?.catch(() => undefined);
    this.#beginning = null;
    clearTimeout(this.#watch);
    const leave = this.#leave;
    const server = this.#server;
    this.#leave = null;
    this.#server = null;
    if (leave === null) return;
    await withFileLock(this.#home.lock, async () => {
      await leave();
      if (server === null || (await this.#home.countUsers()) > 0) return;
      await shutDown(this.#home.cluster);
    });
  }

  override health(): ComponentHealth {
    if (this.#server === null) return { status: 'DOWN', detail: 'Not running.' };
    const { pid, port } = this.#server.postmaster;
    const facts = { pid, port };
    return this.#complaint === null && isAlive(pid)
      ? { status: 'UP', facts }
      : {
          status: 'DOWN',
          detail: this.#complaint ?? 'The server is gone and is being started again.',
          facts,
        };
  }

  get #running(): { state: ServerState; postmaster: Postmaster } {
    if (this.#server === null) throw new Error('The embedded database is not started.');
    return this.#server;
  }

  async #ensureCluster(binaries: PostgresBinaries, user: ServerUser): Promise<ServerState> {
    const exists = clusterExists(this.#home.cluster);
    const state = await this.#home.state(exists, freePort);
    if (!exists) {
      this.#log.info('Creating the database (once)', { folder: this.#home.folder });
      const durable = this.#options.settings?.fsync !== 'off';
      await createCluster(this.#home, binaries, user, state.adminPassword, durable);
    }
    return state;
  }

  /** Finds the server or starts it. A taken port is exchanged for a free one only where nobody knows it yet. */
  async #ensureRunning(
    binaries: PostgresBinaries,
    user: ServerUser,
    state: ServerState,
    mayMove: boolean,
  ): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const found = await findRunning(this.#home.cluster, state.adminPassword);
      if (found !== null) {
        this.#server = { state, postmaster: found };
        return;
      }
      const result = await launch(this.#home, binaries, user, state.port, this.#options.settings ?? {});
      if (result.kind === 'STARTED') {
        this.#server = { state, postmaster: result.postmaster };
        return;
      }
      if (result.kind === 'FAILED' || attempt === 60) {
        throw embeddedFailure(`The database in ${this.#home.folder} does not start:\n${result.reason}`);
      }
      this.#log.warn('The database server does not start yet', { reason: result.kind, attempt });
      if (result.kind === 'PORT_TAKEN' && mayMove) {
        state.port = await freePort();
        await this.#home.save(state);
      } else await delay(250);
    }
  }

  /** Looks after the server, which is not always a child of this process: an orphan has another parent. */
  #guard(binaries: PostgresBinaries, user: ServerUser, state: ServerState, pauseMs = WATCH_MS): void {
    this.#watch = setTimeout(async () => {
      if (this.#server === null || this.#leave === null) return;
      if (isAlive(this.#server.postmaster.pid)) return this.#guard(binaries, user, state);
      this.#log.warn('The database server is gone; starting it again', { pid: this.#server.postmaster.pid });
      try {
        await withFileLock(this.#home.lock, async () => {
          if (this.#leave !== null) await this.#ensureRunning(binaries, user, state, false);
        });
        this.#complaint = null;
        this.#guard(binaries, user, state);
      } catch (error) {
        this.#complaint = (error as Error).message;
        this.#log.warn('The database server could not be started', { error: this.#complaint });
        this.#guard(binaries, user, state, Math.min(2 * pauseMs, LONGEST_PAUSE_MS));
      }
    }, pauseMs).unref();
  }
}
