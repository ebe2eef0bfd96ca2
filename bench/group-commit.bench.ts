import { GroupCommit } from '@sextant/platform';
import type { CommitLane } from '@sextant/platform';
import pg from 'pg';
import { benchDatabase } from './support/bench-database.js';
import { benchLanes } from './support/bench-lanes.js';
import { median } from './support/load.js';
import { benchOrder, orderPlans, orderTables } from './support/order-plans.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 3);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const CLIENTS = 32;
const TABLES = `${orderTables};
CREATE TABLE bench_event (stream_id text COLLATE "C", stream_seq bigint, type text, payload json,
  occurred_at timestamptz(3), actor text, hash text, PRIMARY KEY (stream_id, stream_seq))`;

/**
 * 32 clients that store one order each with its attempt, key and event: together in the batches of the group commit, or
 * each in a transaction of its own on a connection of its own, without lock, fence and hash chain.
 */
export async function run(report: Report): Promise<void> {
  const bench = await benchDatabase(TABLES);
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connected(bench.url)));
  try {
    const lanes = await benchLanes(bench, CLIENTS);
    const together: number[] = [];
    const alone: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const groupCommit = new GroupCommit(bench.database);
      const ours = await storedPerSecond((n) => {
        const lane = lanes[n] as CommitLane;
        return groupCommit.commit(lane, orderPlans((stored += 1), lane).placement);
      });
      const theirs = await storedPerSecond((n) =>
        storeAlone(clients[n] as pg.Client, lanes[n] as CommitLane),
      );
      if (round === 0) continue;
      together.push(ours);
      alone.push(theirs);
    }
    report('group commit', median(together), 'orders/s', `${CLIENTS} clients`);
    report('a transaction an order', median(alone), 'orders/s', `${CLIENTS} connections`);
    report('group commit / a transaction an order', median(together) / median(alone), '×', 'bar 4');
  } finally {
    await Promise.all(clients.map((client) => client.end()));
    await bench.close();
  }
}

let stored = 0;

async function storedPerSecond(store: (client: number) => Promise<unknown>): Promise<number> {
  let count = 0;
  const end = performance.now() + SECONDS * 1_000;
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      while (performance.now() < end) {
        await store(client);
        count += 1;
      }
    }),
  );
  return count / SECONDS;
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

/** As a transaction is usually written: one statement a row, prepared. */
async function storeAlone(client: pg.Client, { accountId }: CommitLane): Promise<void> {
  const number = (stored += 1);
  const row = benchOrder(number, accountId);
  const payload = JSON.stringify({ orderId: row.order_id, symbol: row.symbol, lots: 100 });
  const insert = (name: string, values: unknown[]) => {
    const places = values.map((_, index) => `$${index + 1}`).join(', ');
    return client.query({ name, text: `INSERT INTO ${name} VALUES (${places})`, values });
  };
  await client.query('BEGIN');
  await insert('bench_order', [
    ...Object.values({ ...row, reserved: `${row.reserved}` }).slice(0, -1),
    new Date(),
  ]);
  await insert('bench_attempt', [accountId, row.order_id, 1, new Date(), 1]);
  await insert('bench_key', [accountId, `key-${number}`, '0'.repeat(64), row.order_id]);
  await insert('bench_event', [
    accountId,
    number,
    'OrderPlaced',
    payload,
    new Date(),
    'usr_1',
    '0'.repeat(64),
  ]);
  await client.query('COMMIT');
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
