import { accountTable, write } from '@sextant/platform';
import type { CommitLane, CommitPlan } from '@sextant/platform';

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

/** For the owner of a bench's database. */
export const orderTables = `
CREATE TABLE bench_order (account_id text COLLATE "C", order_id text COLLATE "C", client_order_id text NOT NULL,
  symbol text, side text, status text, lots bigint, filled_lots bigint, reserved numeric(38,0), version int,
  placed_at timestamptz(3), PRIMARY KEY (account_id, order_id), UNIQUE (account_id, client_order_id))
  WITH (fillfactor = 70);
CREATE TABLE bench_attempt (account_id text COLLATE "C", order_id text COLLATE "C", attempt int,
  deadline timestamptz(3), epoch bigint, PRIMARY KEY (account_id, order_id, attempt));
CREATE TABLE bench_key (account_id text COLLATE "C", key text, body_hash text, order_id text,
  PRIMARY KEY (account_id, key));
GRANT ALL ON bench_order, bench_attempt, bench_key TO sextant_writer`;

/** What the n-th order of a bench stores: with its intent, and with the venue's acknowledgement. */
export function orderPlans(
  n: number,
  lane: CommitLane,
): { placement: CommitPlan; acknowledgement: CommitPlan } {
  const row = benchOrder(n, lane.accountId);
  const { account_id, order_id } = row;
  const event = { occurredAt: row.placed_at, actor: 'usr_0123456789abcdef0123456789abcdef' };
  const placement = {
    events: [
      { ...event, type: 'OrderPlaced', payload: { orderId: order_id, symbol: row.symbol, lots: 100 } },
    ],
    rows: [
      write(order, row),
      write(attempt, { account_id, order_id, attempt: 1, deadline: 1_700_000_005_000, epoch: lane.epoch }),
      write(key, { account_id, key: `key-${n}`, body_hash: '0'.repeat(64), order_id }),
    ],
    ledger: [],
  };
  const acknowledgement = {
    events: [{ ...event, type: 'OrderAccepted', payload: { orderId: order_id, venueOrderId: n } }],
    rows: [write(order, { ...row, status: 'NEW', version: 2 })],
    ledger: [],
  };
  return { placement, acknowledgement };
}

export function benchOrder(n: number, account_id: string): OrderRow {
  return {
    account_id,
    order_id: `ord_${n.toString(16).padStart(32, '0')}`,
    client_order_id: `client-${n}`,
    symbol: 'BTC/USDT',
    side: 'BUY',
    status: 'PENDING_SUBMIT',
    lots: 100,
    filled_lots: 0,
    reserved: 60_000_000_000_000_000_000n,
    version: 1,
    placed_at: 1_700_000_000_000,
  };
}
