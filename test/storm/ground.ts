import { EmbeddedPostgres } from '@sextant/platform';
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { SextantProcess } from '../support/sextant-process.js';
import { VARIABLES } from './settings.js';

/** Commits survive the death of the server, not of the machine: nobody pulls its plug here. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '150', autovacuum: 'off' };
const TEMPLATE = 'storm_template';
const CLEAN_UP = path.join(import.meta.dirname, '..', 'support', 'clean-up.sh');

/** A PostgreSQL of one lane: its schedules may kill it without the others noticing. */
export class Ground {
  private databases = 0;

  private constructor(
    readonly folder: string,
    readonly server: EmbeddedPostgres,
    /** The administrator of every database that is copied here. */
    readonly apiKey: string,
  ) {}

  /** Creates a cluster, and in it a migrated database whose administrator is known. */
  static async open(): Promise<Ground> {
    const folder = laneFolder();
    const server = await serverIn(folder);
    await asAdmin(server, async (admin) => {
      await admin.query(`CREATE ROLE storm LOGIN CREATEROLE CREATEDB PASSWORD 'storm'`);
      await admin.query(`CREATE DATABASE ${TEMPLATE} OWNER storm`);
    });
    const env = { ...VARIABLES, DATABASE_URL: urlOf(server, TEMPLATE), SEXTANT_DATA_DIR: homeIn(folder) };
    const api = await SextantProcess.start({ app: 'api', env });
    await api.stop();
    if (api.apiKey === null) throw new Error('the first start told no key');
    return new Ground(folder, server, api.apiKey);
  }

  /** A copy of the template, or an empty database whose migration is part of the schedule. */
  async database(content: 'TEMPLATE' | 'EMPTY'): Promise<{ name: string; url: string; home: string }> {
    this.databases += 1;
    const name = `storm_${this.databases}`;
    const template = content === 'TEMPLATE' ? ` TEMPLATE ${TEMPLATE}` : '';
    await asAdmin(this.server, (admin) => admin.query(`CREATE DATABASE ${name}${template} OWNER storm`));
    const home = path.join(this.folder, name);
    cpSync(homeIn(this.folder), home, { recursive: true });
    return { name, url: urlOf(this.server, name), home };
  }

  async drop(name: string): Promise<void> {
    await asAdmin(this.server, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  }

  /** Ends the server as a crash does; it is started again by whoever guards it. */
  kill(): void {
    process.kill(this.server.pid, 'SIGKILL');
  }

  get port(): number {
    return Number(new URL(this.server.adminUrl).port);
  }

  async close(): Promise<void> {
    await this.server.stop();
  }
}

function homeIn(folder: string): string {
  return path.join(folder, 'home');
}

/** Removed with the server in it when this process ends, however it does. */
function laneFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sextant-storm-'));
  chmodSync(folder, 0o711);
  mkdirSync(homeIn(folder));
  const warden = spawn('sh', [CLEAN_UP, folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  warden.unref();
  (warden.stdin as unknown as { unref?: () => void }).unref?.();
  return folder;
}

async function serverIn(folder: string): Promise<EmbeddedPostgres> {
  const user = process.env['SEXTANT_POSTGRES_USER'];
  const server = new EmbeddedPostgres({ dataDir: folder, user, settings: SETTINGS });
  await server.start();
  return server;
}

function urlOf(server: EmbeddedPostgres, database: string): string {
  const url = new URL(server.adminUrl);
  url.username = 'storm';
  url.password = 'storm';
  url.pathname = `/${database}`;
  return url.href;
}

async function asAdmin<T>(server: EmbeddedPostgres, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: server.adminUrl });
  admin.on('error', () => undefined);
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
