import type { PgBoss, Db } from 'pg-boss';
import type { PoolClient } from 'pg';
import { poolOf } from '../database/database-connections.js';
import type { Database } from '../database/index.js';
import type { Logger } from '../telemetry/index.js';
import type { Delivery } from './job-engine.js';
import { JobEngine } from './job-engine.js';

export const JOB_ENGINE_SCHEMA = 'pgboss';

/** The least pg-boss takes. A process that was killed is noticed this much later, and `recover` after that. */
const HEARTBEAT_S = 10;
const BEAT_S = 2;
/** The most pg-boss takes: past it an attempt is ended, and goes on from its checkpoint. */
const LONGEST_ATTEMPT_S = 24 * 3_600;

const QUEUE = {
  heartbeatSeconds: HEARTBEAT_S,
  expireInSeconds: LONGEST_ATTEMPT_S,
  // How often a job is tried is decided by its row; a message only has to arrive.
  retryLimit: 1_000_000,
  retryDelay: 1,
  retentionSeconds: 365 * 86_400,
  deleteAfterSeconds: 3_600,
  notify: true,
};

/**
 * pg-boss over the platform's own connections, as `sextant_writer`. Its tables are made by our migrations: it never
 * runs DDL here. It is loaded when it is first needed, because a start should not pay for it.
 */
export class PgBossEngine extends JobEngine {
  private opening: Promise<PgBoss> | null = null;
  private readonly kinds = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {
    super();
  }

  async open(kinds: readonly string[]): Promise<void> {
    this.opening ??= this.connect().catch((error: unknown) => {
      this.opening = null;
      throw error;
    });
    const boss = await this.opening;
    for (const kind of kinds) {
      if (this.kinds.has(kind)) continue;
      await boss.createQueue(kind, QUEUE);
      await boss.updateQueue(kind, QUEUE);
      this.kinds.add(kind);
    }
  }

  async send(client: PoolClient, kind: string, jobId: string, delayMs: number): Promise<string> {
    const boss = await this.opened();
    const startAfter = Math.ceil(delayMs / 1_000);
    const ticket = await boss.send(kind, { jobId }, { db: overClient(client), startAfter });
    if (ticket === null) throw new Error(`The message of ${jobId} was not taken`);
    return ticket;
  }

  async work(
    kind: string,
    concurrency: number,
    deliver: (delivery: Delivery) => Promise<void>,
  ): Promise<void> {
    const boss = await this.opened();
    const options = {
      localConcurrency: concurrency,
      heartbeatRefreshSeconds: BEAT_S,
      // A notification wakes it, and `recover` does for messages with a delay.
      pollingIntervalSeconds: 2,
      notifyPollingIntervalSeconds: 60,
    };
    await boss.work<{ jobId: string }>(kind, options, async ([message]) => {
      if (message === undefined) return;
      await deliver({ jobId: message.data.jobId, ticket: message.id, signal: message.signal });
    });
  }

  async recover(): Promise<void> {
    const boss = await this.opened();
    await boss.supervise();
    for (const { id } of boss.getWipData()) boss.notifyWorker(id);
  }

  async pause(): Promise<void> {
    const boss = await this.openedOrNull();
    if (boss === null) return;
    await Promise.all([...this.kinds].map((kind) => boss.offWork(kind, { wait: false })));
  }

  async close(): Promise<void> {
    const boss = await this.openedOrNull();
    this.opening = null;
    this.kinds.clear();
    await boss?.stop({ close: false, graceful: false });
  }

  private async connect(): Promise<PgBoss> {
    const { PgBoss: Boss } = await import('pg-boss');
    const boss = new Boss({
      db: this.overDatabase(),
      schema: JOB_ENGINE_SCHEMA,
      migrate: false,
      createSchema: false,
      schedule: false,
      supervise: false,
      reindex: false,
      monitorVacuum: false,
      monitorIntervalSeconds: 1,
      useListenNotify: true,
    });
    boss.on('error', (error) => this.logger.warn('Job engine', { error: error.message }));
    boss.on('warning', ({ message }) => this.logger.warn('Job engine', { warning: message }));
    return boss.start();
  }

  private async opened(): Promise<PgBoss> {
    if (this.opening === null) throw new Error('The job engine is not open.');
    return this.opening;
  }

  private async openedOrNull(): Promise<PgBoss | null> {
    return (await this.opening?.catch(() => null)) ?? null;
  }

  private overDatabase(): Db {
    const { database } = this;
    return {
      executeSql: (text, values) => poolOf(database.dataSource).query(text, values),
      listen: async (channel, onNotification, onReconnect) => {
        const heard = (payload: string) => (payload === '' ? onReconnect() : onNotification(payload));
        return { close: await database.listen(channel, heard) };
      },
    };
  }
}

function overClient(client: PoolClient): Db {
  return { executeSql: (text, values) => client.query(text, values) };
}
