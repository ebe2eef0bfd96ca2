import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@sextant/platform';
import pg from 'pg';
import { load, median, post } from './support/load.js';
import { SextantUnderLoad } from './support/sextant-under-load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const FEW = 1_000;
const MANY = Number(process.env['BENCH_STORED_ORDERS'] ?? 1_000_000);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 3);
const CONNECTIONS = 64;
const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '20000.00' };

/**
 * What an order costs with few and with many orders stored before it: two databases of one server, each with its own
 * process, that take turns.
 */
export async function run(report: Report): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sextant-bench-'));
  const postgres = new EmbeddedPostgres({ dataDir });
  await postgres.start();
  const sides: Side[] = [];
  try {
    for (const stored of [FEW, MANY]) sides.push(await Side.open(postgres.url, stored));
    const rates: [number[], number[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [n, side] of sides.entries()) {
        const rate = await side.ordersPerSecond();
        if (round > 0) rates[n]!.push(rate);
      }
    }
    const [few, many] = [median(rates[0]), median(rates[1])];
    report(`orders with ${FEW} stored`, few, 'orders/s');
    report(`orders with ${MANY} stored`, many, 'orders/s');
    report('cost of an order, many / few stored', few / many, '×', 'linear in all is 1');
  } finally {
    for (const side of sides) await side.close();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

let number = 0;

class Side {
  private constructor(
    private readonly sextant: SextantUnderLoad,
    private readonly accountId: string,
  ) {}

  static async open(serverUrl: string, stored: number): Promise<Side> {
    const name = `growth_${stored}`;
    await sql(serverUrl, `CREATE DATABASE ${name}`);
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    const sextant = await SextantUnderLoad.start({ DATABASE_URL: url.href });
    try {
      const [accountId = ''] = await sextant.openAccounts(1);
      const { body } = await sextant.post('/api/orders', { ...order, accountId });
      await sextant.post('/api/orders/cancel-all', { accountId });
      await sql(url.href, ...clones(String(body['id']), stored));
      return new Side(sextant, accountId);
    } catch (error) {
      await sextant.stop();
      throw error;
    }
  }

  async ordersPerSecond(): Promise<number> {
    const { headers, address, accountId } = { ...this.sextant, accountId: this.accountId };
    const request = () => {
      number += 1;
      return post('/api/orders', { ...order, accountId, clientOrderId: `g-${number}` }, headers);
    };
    const result = await load({ port: address.port, connections: CONNECTIONS, seconds: SECONDS, request });
    if (Object.keys(result.statuses).some((status) => status !== '201')) {
      throw new Error(`orders answered ${JSON.stringify(result.statuses)}`);
    }
    return result.perSecond;
  }

  close(): Promise<void> {
    return this.sextant.stop();
  }
}

/** Copies of one cancelled order under other ids, with an attempt and an event each. */
function clones(orderId: string, count: number): string[] {
  const id = `'ord_' || lpad(to_hex(n), 32, '0')`;
  const copy = (table: string, changes: string, from = `order_id = '${orderId}'`) => `
    INSERT INTO ${table} SELECT copied.* FROM (SELECT x FROM ${table} x WHERE ${from} LIMIT 1) t,
      generate_series(1, ${count}) n, LATERAL jsonb_populate_record(t.x, ${changes}) copied`;
  const columns = `FROM pg_attribute
    WHERE attrelid = 'orders'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`;
  return [
    `DO $$ DECLARE list text := (SELECT string_agg(quote_ident(attname), ',' ORDER BY attnum) ${columns}); picked text := (SELECT string_agg(CASE attname WHEN 'order_id'
       THEN '''ord_'' || lpad(to_hex(n), 32, ''0'')' WHEN 'client_order_id' THEN '''c-'' || n'
       ELSE 't.' || quote_ident(attname) END, ',' ORDER BY attnum) ${columns});
     BEGIN EXECUTE 'INSERT INTO orders (' || list || ') SELECT ' || picked || ' FROM
       (SELECT * FROM orders WHERE order_id = ''${orderId}'') t, generate_series(1, ${count}) n'; END $$`,
    copy('order_attempt', `jsonb_build_object('order_id', ${id})`),
    copy('event_log', `jsonb_build_object('stream_id', 'system-of-' || (n % 64), 'stream_seq', n)`, 'true'),
    'ANALYZE',
  ];
}

async function sql(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
