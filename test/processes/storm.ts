import { asAdmin, createTestDatabase, testServerUrl } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import type { AccountId } from '@sextant/kernel';
import { GroupAccountCommit, OWNERSHIP_DEFAULTS, platformModel } from '@sextant/platform';
import pg from 'pg';
import { CuttingProxy } from './cutting-proxy.js';
import { seeded } from './seeded.js';
import { StormProcess } from './storm-process.js';
import type { StormOrders } from './storm-protocol.js';
import { STORM_TABLES } from './storm-tables.js';

/** Short leases, so that a take-over happens within a second. */
export const STORM_OWNERSHIP = {
  ...OWNERSHIP_DEFAULTS,
  beatMs: 150,
  leaseMs: 900,
  guardMs: 100,
  drainMs: 2_000,
  forwardTimeoutMs: 3_000,
};

/** A database, the processes that write to it, and what each of them had acknowledged. */
export class Storm {
  readonly random: () => number;
  readonly proxy: CuttingProxy;
  /** All that ever ran; those that were killed keep what they had acknowledged. */
  readonly processes: StormProcess[] = [];
  private started = 0;

  private constructor(
    readonly seed: number,
    readonly database: TestDatabase,
    readonly accounts: AccountId[],
    /** Straight to the database, as its owner. */
    readonly client: pg.Client,
  ) {
    this.random = seeded(seed);
    this.proxy = new CuttingProxy(new URL(database.url));
  }

  static async prepare(accounts: number): Promise<Storm> {
    const seed = Number(process.env['STORM_SEED'] ?? Date.now() % 1_000_000_000);
    console.log(`storm: STORM_SEED=${seed} repeats it`);
    const database = await createTestDatabase(platformModel);
    const client = new pg.Client(database.url);
    client.on('error', () => undefined);
    await client.connect();
    await client.query(STORM_TABLES);
    const commit = new GroupAccountCommit(database.database);
    const ids = Array.from(
      { length: accounts },
      (_, n) => `acc_${n.toString(16).padStart(32, '0')}` as AccountId,
    );
    for (const id of ids) {
      const payload = { operation: 'open', session: 'open', k: 0, epoch: 0 };
      await commit.openStream(id, {
        events: [{ type: 'Opened', payload, occurredAt: 0 }],
        rows: [],
        ledger: [],
      });
    }
    const storm = new Storm(seed, database, ids, client);
    await storm.proxy.listen();
    return storm;
  }

  /** Starts one more process, by way of the proxy. */
  async add(orders: Partial<StormOrders> = {}): Promise<StormProcess> {
    this.started += 1;
    const process = new StormProcess({
      name: `p${this.started}`,
      url: this.proxy.url,
      seed: this.seed + this.started,
      accounts: this.accounts,
      writers: 8,
      noters: 3,
      consumes: true,
      ownership: STORM_OWNERSHIP,
      ...orders,
    });
    this.processes.push(process);
    return process.ready();
  }

  acknowledged(): string[] {
    return this.processes.flatMap(({ acknowledged }) => acknowledged);
  }

  refused(): string[] {
    return this.processes.flatMap(({ refused }) => refused);
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)] as T;
  }

  /** Waits until the consumer `tally` has nothing left to do. */
  async consumed(timeoutMs = 10_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    const behind = `
      SELECT count(*) AS n FROM (
        SELECT account_id AS stream_id, seq FROM account_stream UNION ALL SELECT stream_id, seq FROM log_stream) s
      LEFT JOIN consumer_offset o ON o.stream_id = s.stream_id AND o.consumer = 'tally'
      WHERE s.seq > coalesce(o.sequence, 0)`;
    while (performance.now() < deadline) {
      const { rows } = await this.client.query<{ n: string }>(behind);
      if (rows[0]?.n === '0') return;
      await pause(50);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.kill()));
    await this.proxy.close();
    await this.client.end();
    await this.database.close();
  }
}

/** Deadlocks that the server has counted in the database. */
export async function deadlocks(storm: Storm): Promise<number> {
  return asAdmin(await testServerUrl(), async (admin) => {
    const name = new URL(storm.database.url).pathname.slice(1);
    await admin.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await admin.query('SELECT deadlocks FROM pg_stat_database WHERE datname = $1', [name]);
    return Number(rows[0]?.deadlocks);
  });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
