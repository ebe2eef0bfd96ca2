import { GroupCommit } from '@sextant/platform';
import type { CommitLane } from '@sextant/platform';
import { benchDatabase } from './support/bench-database.js';
import { benchLanes } from './support/bench-lanes.js';
import { orderPlans, orderTables } from './support/order-plans.js';
import { median } from './support/load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 3);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const CLIENTS = 64;

/**
 * An order without HTTP and without a venue: a commit with order, attempt, idempotency key and event, then a commit
 * with the acknowledged order and its event.
 */
export async function run(report: Report): Promise<void> {
  const bench = await benchDatabase(orderTables);
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
  placed += 1;
  const { placement, acknowledgement } = orderPlans(placed, lane);
  await groupCommit.commit(lane, placement);
  await groupCommit.commit(lane, acknowledgement);
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
