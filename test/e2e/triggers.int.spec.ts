import { setTimeout as delay } from 'node:timers/promises';
import { lastingFindings } from './check-books.js';
import { World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await World.open();
}, 90_000);
afterAll(() => world.close());

const STOP = { symbol: 'BTCUSDT', side: 'BUY', type: 'STOP_MARKET', quantity: '0.001', triggerBy: 'MARK' };
const CENTS = 1_000;
const TARGET = { ...STOP, type: 'TAKE_PROFIT_MARKET' };

/** Two above the market and two below, near by: it moves, so one of them is touched soon. */
async function armBeside(api: Awaited<ReturnType<World['api']>>): Promise<string[]> {
  const armed: string[] = [];
  for (let attempt = 0; armed.length < 4 && attempt < 50; attempt += 1) {
    const { bid, ask } = await world.topOfBook(api);
    const above = armed.length % 2 === 0;
    const stopPrice = ((above ? ask + CENTS : bid - CENTS) / 100).toFixed(2);
    const body = { ...(above ? STOP : TARGET), stopPrice };
    const made = await world.call(api, 'POST', '/api/orders', { body });
    if (made.status === 201) armed.push(made.body.id);
  }
  return armed;
}

const triggered = () =>
  world.sql<{ order_id: string; status: string }>(
    `SELECT order_id, status FROM orders WHERE progress -> 'trigger' ->> 'state' = 'TRIGGERED'`,
  );

const KILLS: [when: string, step: string | null][] = [['just before it is sent', 'K6:1']];
/** The other moments: with STORM_SECONDS. */
const MORE_KILLS: typeof KILLS = [
  ['before its trigger', null],
  ['once that it is triggered is stored', 'K3:5'],
  ['when its answer is read', 'K8:1'],
];
const kills = process.env['STORM_SECONDS'] === undefined ? KILLS : [...KILLS, ...MORE_KILLS];

it.each(kills)(
  'fills a stop once when the process is killed %s',
  async (_, kill) => {
    const before = new Set((await triggered().catch(() => [])).map(({ order_id }) => order_id));
    const first = await world.api(kill === null ? {} : { CHAOS_KILL: kill });
    await world.marketOpen(first);
    // Dead already, when one of them was touched meanwhile.
    const armed = await armBeside(first).catch(() => null);
    expect(armed === null || armed.length === 4).toBe(true);
    if (kill === null) first.signal('SIGKILL');
    expect(await Promise.race([first.ended(), delay(20_000, null, { ref: false })])).toBe('SIGKILL');
    const next = await world.api();
    const fresh = async () => (await triggered()).filter(({ order_id }) => !before.has(order_id));
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const rows = await fresh();
      if (rows.length > 0 && rows.every(({ status }) => status === 'FILLED')) break;
      await delay(100);
    }
    const rows = await fresh();
    expect(rows.map(({ status }) => status)).toEqual(rows.map(() => 'FILLED'));
    expect(rows.length).toBeGreaterThan(0);
    for (const { order_id } of rows) {
      const [{ lots } = { lots: 0 }] = await world.sql<{ lots: number }>(
        'SELECT coalesce(sum(lots), 0)::int AS lots FROM fill WHERE order_id = $1',
        [order_id],
      );
      expect(lots).toBe(100);
    }
    await world.call(next, 'POST', '/api/orders/cancel-all', { body: {} });
    expect(await lastingFindings(world.url)).toEqual([]);
    await next.stop();
  },
  60_000,
);
