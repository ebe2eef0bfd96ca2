import { load, median, post } from './support/load.js';
import { OrderStatements } from './support/order-statements.js';
import { SextantUnderLoad } from './support/sextant-under-load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 4);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const SIZE = 100;

/**
 * A batch of a hundred resting orders over HTTP against the same rows, written in bulk by one statement a table: intents,
 * then the venue's journal, then acknowledgements. One client each; rounds take turns and ratios are of medians.
 */
export async function run(report: Report): Promise<void> {
  const sextant = await SextantUnderLoad.start();
  const statements = await OrderStatements.start();
  try {
    const [accountId = ''] = await sextant.openAccounts(1);
    const [account] = await statements.openAccounts(1);
    let number = 0;
    const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '60000.00' };
    const orders = () =>
      Array.from({ length: SIZE }, () => ({ ...order, clientOrderId: `b-${process.pid}-${(number += 1)}` }));
    const request = () => post('/api/orders/batch', { accountId, orders: orders() }, sextant.headers);
    const over = { http: [] as number[], rows: [] as number[] };
    for (let round = -1; round < ROUNDS; round += 1) {
      const seconds = round < 0 ? 2 : SECONDS;
      const answered = await load({ port: sextant.address.port, request, connections: 1, seconds });
      const { 207: taken = 0 } = answered.statuses;
      if (taken !== answered.requests) throw new Error(`answers: ${JSON.stringify(answered.statuses)}`);
      const written = await statements.placeTogether(account!, SIZE, seconds);
      if (round < 0) continue;
      over.http.push(answered.perSecond * SIZE);
      over.rows.push(written.perSecond);
    }
    report(
      'batch of 100',
      median(over.http),
      'orders/s',
      'over HTTP, with risk, matching and the verdict of each',
    );
    report('the same rows in bulk', median(over.rows), 'orders/s', 'unnest: intent, venue journal, ack');
    report('batch of 100 / the same rows in bulk', median(over.http) / median(over.rows), '×', 'goal 0.5');
  } finally {
    await Promise.all([sextant.stop(), statements.stop()]);
  }
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
