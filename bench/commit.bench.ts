import { accountTable, GroupCommit, write } from '@sextant/platform';
import type { CommitLane } from '@sextant/platform';
import { benchDatabase } from './support/bench-database.js';
import { benchLanes } from './support/bench-lanes.js';
import { median } from './support/load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 3);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const CLIENTS = 64;

interface OrderRow {
  account_id: string;
  order_id: string;
  client_order_id: string;
  symbol: string;
  side: string;
  status: string;
  lots: number;
  filled_lots: number;
  reserved: bigint;
  version: number;
  placed_at: number;
}

interface AttemptRow {
  account_id: string;
  order_id: string;
  attempt: number;
  deadline: number;
  epoch: number;
}

interface KeyRow {
  account_id: string;
  key: string;
  body_hash: string;
  order_id: string;
}

const order = accountTable<OrderRow>({
  name: 'bench_order',
  columns: {
    account_id: 'text',
    order_id: 'text',
    client_order_id: 'text',
    symbol: 'text',
    side: 'text',
    status: 'text',
    lots: 'bigint',
    filled_lots: 'bigint',
    reserved: 'numeric',
    version: 'int',
    placed_at: 'timestamptz',
  },
  key: ['account_id', 'order_id'],
  mode: 'UPSERT',
});
const attempt = accountTable<AttemptRow>({
  name: 'bench_attempt',
  columns: { account_id: 'text', order_id: 'text', attempt: 'int', deadline: 'timestamptz', epoch: 'bigint' },
  key: ['account_id', 'order_id', 'attempt'],
  mode: 'INSERT',
});
const key = accountTable<KeyRow>({
  name: 'bench_key',
  columns: { account_id: 'text', key: 'text', body_hash: 'text', order_id: 'text' },
  key: ['account_id', 'key'],
  mode: 'INSERT',
});

const TABLES = `
CREATE TABLE bench_order (account_id text COLLATE "C", order_id text COLLATE "C", client_order_id text NOT NULL,
  symbol text, side text, status text, lots bigint, filled_lots bigint, reserved numeric(38,0), version int,
  placed_at timestamptz(3), PRIMARY KEY (account_id, order_id), UNIQUE (account_id, client_order_id))
  WITH (fillfactor = 70);
CREATE TABLE bench_attempt (account_id text COLLATE "C", order_id text COLLATE "C", attempt int,
  deadline timestamptz(3), epoch bigint, PRIMARY KEY (account_id, order_id, attempt));
CREATE TABLE bench_key (account_id text COLLATE "C", key text, body_hash text, order_id text,
  PRIMARY KEY (account_id, key));
GRANT ALL ON bench_order, bench_attempt, bench_key TO sextant_writer`;

/**
 * An order without HTTP and without a venue: a commit with order, attempt, idempotency key and event, then a commit
 * with the acknowledged order and its event.
 */
export async function run(report: Report): Promise<void> {
  const bench = await benchDatabase(TABLES);
  try {
    const lanes = await benchLanes(bench, 64);
    const rates = new Map<number, number[]>([
      [1, []],
      [64, []],
    ]);
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [accounts, measured] of rates) {
        const orders = await placeOrders(new GroupCommit(bench.database), lanes.slice(0, accounts));
        if (round > 0) measured.push(orders / SECONDS);
      }
    }
    for (const [accounts, measured] of rates) {
      const note = `${CLIENTS} clients, two commits an order`;
      report(`orders, ${accounts} account${accounts > 1 ? 's' : ''}`, median(measured), 'orders/s', note);
      report(`commits, ${accounts} account${accounts > 1 ? 's' : ''}`, 2 * median(measured), 'commits/s');
    }
  } finally {
    await bench.close();
  }
}

let placed = 0;

async function placeOrders(groupCommit: GroupCommit, lanes: readonly CommitLane[]): Promise<number> {
  const before = placed;
  const end = performance.now() + SECONDS * 1_000;
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, n) => {
      while (performance.now() < end) await placeOrder(groupCommit, lanes[n % lanes.length] as CommitLane);
    }),
  );
  return placed - before;
}

async function placeOrder(groupCommit: GroupCommit, lane: CommitLane): Promise<void> {
  const number = (placed += 1);
  const account_id = lane.accountId;
  const order_id = `ord_${number.toString(16).padStart(32, '0')}`;
  const row: OrderRow = {
    account_id,
    order_id,
    client_order_id: `client-${number}`,
    symbol: 'BTC/USDT',
    side: 'BUY',
    status: 'PENDING_SUBMIT',
    lots: 100,
    filled_lots: 0,
    reserved: 60_000_000_000_000_000_000n,
    version: 1,
    placed_at: 1_700_000_000_000,
  };
  const event = { occurredAt: 1_700_000_000_000, actor: 'usr_0123456789abcdef0123456789abcdef' };
  await groupCommit.commit(lane, {
    events: [
      { ...event, type: 'OrderPlaced', payload: { orderId: order_id, symbol: row.symbol, lots: 100 } },
    ],
    rows: [
      write(order, row),
      write(attempt, { account_id, order_id, attempt: 1, deadline: 1_700_000_005_000, epoch: lane.epoch }),
      write(key, { account_id, key: `key-${number}`, body_hash: '0'.repeat(64), order_id }),
    ],
    ledger: [],
  });
  await groupCommit.commit(lane, {
    events: [{ ...event, type: 'OrderAccepted', payload: { orderId: order_id, venueOrderId: number } }],
    rows: [write(order, { ...row, status: 'NEW', version: 2 })],
    ledger: [],
  });
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
