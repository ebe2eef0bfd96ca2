import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@sextant/platform';
import pg from 'pg';
import { load, post } from './support/load.js';
import { SextantUnderLoad } from './support/sextant-under-load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const CONNECTIONS = 32;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 30);
const BAR_MS = 100;
const PATH = '/api/risk/kill-switch';
const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.001' };

/**
 * Under a steady load of orders: from the moment at which a client sends HALT until the venue has received the last order, by
 * the venue's own journal, and until the client has its 2xx. Nothing may be received after that.
 */
export async function run(report: Report): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sextant-bench-'));
  const postgres = new EmbeddedPostgres({ dataDir });
  await postgres.start();
  const sextant = await SextantUnderLoad.start({ DATABASE_URL: postgres.url });
  const journal = new pg.Client(postgres.url);
  await journal.connect();
  try {
    const { toLast, toAnswer, late, placed } = await halts(sextant, journal);
    const note = `${ROUNDS} switches among ${placed} orders of ${CONNECTIONS} connections`;
    report('HALT sent to the last order at the venue, p50', at(toLast, 0.5), 'ms', note);
    report('HALT sent to the last order at the venue, worst', at(toLast, 1), 'ms', `bar ${BAR_MS} ms`);
    report('HALT sent to its 2xx, p50', at(toAnswer, 0.5), 'ms', 'in force, on disk and in the database');
    report('HALT sent to its 2xx, worst', at(toAnswer, 1), 'ms');
    report('orders that the venue received after a 2xx', late, 'orders', 'must be 0');
  } finally {
    await journal.end();
    await sextant.stop();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function halts(sextant: SextantUnderLoad, journal: pg.Client) {
  const accounts = await sextant.openAccounts(8);
  await marketOpen(sextant, accounts[0]!);
  const toLast: number[] = [];
  const toAnswer: number[] = [];
  let late = 0;
  let number = 0;
  let placed = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const placing = load({
      port: sextant.address.port,
      connections: CONNECTIONS,
      seconds: 1,
      request: () => {
        number += 1;
        const accountId = accounts[number % accounts.length];
        return post('/api/orders', { ...order, accountId, clientOrderId: `k-${number}` }, sextant.headers);
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 400));
    const sentAt = Date.now();
    const { status } = await sextant.post(PATH, { mode: 'HALT', scope: { all: true }, reason: 'bench' });
    const answeredAt = Date.now();
    if (status !== 200) throw new Error(`HALT answered ${status}`);
    const { statuses } = await placing;
    placed += statuses[201] ?? 0;
    const received = await receivedSince(journal, sentAt);
    toLast.push(Math.max(0, ...received.map((time) => time - sentAt)));
    toAnswer.push(answeredAt - sentAt);
    late += received.filter((time) => time > answeredAt).length;
    await release(sextant);
  }
  if (placed === 0) throw new Error('no order was placed: nothing was measured');
  return { toLast, toAnswer, late, placed };
}

async function marketOpen(sextant: SextantUnderLoad, accountId: string): Promise<void> {
  for (;;) {
    const { status } = await sextant.post('/api/orders', { ...order, accountId });
    if (status === 201) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** When the venue received each order, by its journal, which is on this machine's clock. */
async function receivedSince(journal: pg.Client, since: number): Promise<number[]> {
  const { rows } = await journal.query<{ at: string }>(
    `SELECT payload::json ->> 0 AS at FROM venue.journal WHERE kind = 'P' AND (payload::json ->> 0)::bigint >= $1`,
    [since],
  );
  return rows.map(({ at: time }) => Number(time));
}

async function release({ address, headers }: SextantUnderLoad): Promise<void> {
  const { status } = await fetch(`http://127.0.0.1:${address.port}${PATH}`, {
    method: 'DELETE',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ scope: { all: true }, reason: 'bench' }),
  });
  if (status !== 200) throw new Error(`the release answered ${status}`);
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
