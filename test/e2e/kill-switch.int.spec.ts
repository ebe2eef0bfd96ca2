import { asAdmin, testServerUrl } from '@sextant/testing';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Answer, SextantProcess } from '../support/sextant-process.js';
import { until, World } from './world.js';

const REST = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.002', type: 'LIMIT', price: '40000' };
const MARKET = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.001', type: 'MARKET' };
const ALL = { scope: { all: true }, reason: 'drill' };
const PATH = '/api/risk/kill-switch';

let world: World;
let api: SextantProcess;
let accounts: string[];

beforeAll(async () => {
  world = await World.open();
  api = await world.api(VARIABLES);
  accounts = await world.openAccounts(api, 2);
  await world.marketOpen(api);
}, 90_000);
afterAll(() => world.close());

const turn = (at: SextantProcess, mode: string, more: object = ALL) =>
  world.call(at, 'POST', PATH, { body: { mode, ...more } });
const release = (at: SextantProcess, more: object = ALL) =>
  world.persist(at, 'DELETE', PATH, { body: { ...more, reason: 'drill is over' } });
/** Leases that a busy machine keeps. */
const VARIABLES = { SEXTANT__OWNERSHIP__LEASEMS: '2000' };
const place = (at: SextantProcess, body: object, accountId = accounts[0]!) =>
  world.call(at, 'POST', '/api/orders', { body: { accountId, ...body } });

/** Orders that the venue received, with the time at which it did, by its own journal. */
async function received(): Promise<number[]> {
  const rows = await world.sql<{ payload: string }>("SELECT payload FROM venue.journal WHERE kind = 'P'");
  return rows.map(({ payload }) => (JSON.parse(payload) as [number])[0]).sort((one, other) => one - other);
}

/** Takes the database away from the application, as a failing server would. */
async function withoutDatabase(work: () => Promise<void>): Promise<void> {
  const name = new URL(world.url).pathname.slice(1);
  await asAdmin(await testServerUrl(), async (admin) => {
    await admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    try {
      await work();
    } finally {
      await admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`);
    }
  });
}

async function dies(at: SextantProcess): Promise<SextantProcess> {
  expect(await at.stop('SIGKILL')).toBe('SIGKILL');
  const next = await world.api(VARIABLES);
  await world.marketOpen(next);
  return next;
}

it('HALT is in force in every process that it names, and in every later one', async () => {
  const worker = await world.worker(VARIABLES);
  await until(async () => {
    const [row] = await world.sql<{ owners: string }>(
      'SELECT count(DISTINCT owner_address) AS owners FROM account_stream WHERE owner_address IS NOT NULL',
    );
    return row?.owners === '2';
  });
  const on = await turn(api, 'HALT');
  expect(on).toMatchObject({
    status: 200,
    body: { mode: 'HALT', changed: true, keptIn: 'DATABASE', unconfirmed: [], scope: { all: true } },
  });
  expect(on.body.confirmed).toHaveLength(2);
  for (const accountId of accounts) {
    expect(await place(api, MARKET, accountId)).toMatchObject({
      status: 422,
      body: { code: 'KILL_SWITCH', inputs: { mode: 'HALT', reason: 'drill' } },
    });
  }
  const again = await turn(api, 'HALT');
  expect(again.body).toMatchObject({ changed: false, switchId: on.body.switchId });
  // At once, without a word more: what a 2xx said is so whatever dies.
  await worker.stop('SIGKILL');
  api = await dies(api);
  expect((await place(api, MARKET)).body.code).toBe('KILL_SWITCH');
  expect((await world.call(api, 'GET', PATH)).body.data).toMatchObject([
    { switchId: on.body.switchId, mode: 'HALT', unconfirmed: [], byOperator: false },
  ]);
  expect(await release(api)).toMatchObject({ status: 200, body: { mode: null } });
  expect(await release(api)).toMatchObject({ status: 404, body: { code: 'KILL_SWITCH_NOT_ON' } });
  expect((await place(api, MARKET)).status).toBe(201);
  const events = await world.sql<{ mode: string | null }>(
    "SELECT payload ->> 'mode' AS mode FROM event_log WHERE type = 'KillSwitchChanged' ORDER BY stream_seq",
  );
  expect(events.map(({ mode }) => mode)).toEqual(['HALT', null]);
}, 60_000);

it('of fifty orders in flight nothing reaches the venue after the 2xx', async () => {
  for (const accountId of accounts)
    await world.persist(api, 'POST', '/api/orders', { body: { accountId, ...MARKET } });
  const before = (await received()).length;
  const orders = Array.from({ length: 50 }, (_, index) => place(api, REST, accounts[index % 2]));
  await until(async () => (await received()).length > before + 3);
  const on = await turn(api, 'HALT');
  const saidAt = Date.now();
  expect(on.status).toBe(200);
  const answers = await Promise.all(orders);
  await delay(300);
  const after = await received();
  expect(after.filter((at) => at > saidAt)).toEqual([]);
  const placed = answers.filter(({ status }) => status === 201).length;
  expect(after.length - before).toBe(placed);
  expect(answers.filter(({ status }) => status !== 201 && status !== 422)).toEqual([]);
  await release(api);
}, 30_000);

it('orders that were approved and wait for their commit do not leave when it comes', async () => {
  const before = (await received()).length;
  const client = new pg.Client({ connectionString: world.url });
  await client.connect();
  await client.query('BEGIN; LOCK TABLE orders IN SHARE MODE');
  const orders = Array.from({ length: 20 }, (_, index) => place(api, REST, accounts[index % 2]));
  await delay(200);
  expect((await turn(api, 'HALT')).status).toBe(200);
  await client.query('COMMIT');
  await client.end();
  const answers = await Promise.all(orders);
  expect((await received()).length).toBe(before);
  const codes = new Set(
    answers.map(({ status, body }: Answer) => `${status} ${body.reason?.code ?? body.code}`),
  );
  expect([...codes]).toEqual(['422 KILL_SWITCH']);
  await release(api);
}, 30_000);

it('works with the database down, outlives a crash meanwhile, and is stored when it is back', async () => {
  const resting = await place(api, REST);
  expect(resting.status).toBe(201);
  const mine = { scope: { accountId: accounts[0] }, reason: 'database is burning' };
  const before = (await received()).length;
  await withoutDatabase(async () => {
    expect(await turn(api, 'LIQUIDATE', mine)).toMatchObject({
      status: 503,
      body: { code: 'KILL_SWITCH_NEEDS_DATABASE', outcome: 'NOT_EXECUTED' },
    });
    expect(await turn(api, 'HALT', mine)).toMatchObject({
      status: 200,
      body: { mode: 'HALT', keptIn: 'FILE' },
    });
    expect((await world.call(api, 'GET', PATH)).body.data).toMatchObject([{ mode: 'HALT' }]);
    expect(await world.call(api, 'DELETE', PATH, { body: mine })).toMatchObject({ status: 503 });
    expect((await place(api, MARKET)).status).not.toBe(201);
    await api.stop('SIGKILL');
  });
  api = await world.api(VARIABLES);
  await world.marketOpen(api);
  expect((await place(api, MARKET)).body.code).toBe('KILL_SWITCH');
  expect((await received()).length).toBe(before);
  await until(async () => {
    const rows = await world.sql('SELECT mode, reason FROM account_kill_switch WHERE account_id = $1', [
      accounts[0],
    ]);
    return rows[0]?.mode === 'HALT' && rows[0]?.reason === 'database is burning';
  });
  const cancelled = await world.call(api, 'DELETE', `/api/orders/${resting.body.id}`);
  expect(cancelled).toMatchObject({ status: 202, body: { status: 'CANCELED' } });
  expect((await place(api, MARKET, accounts[1])).status).toBe(201);
  expect((await release(api, mine)).status).toBe(200);
}, 60_000);

it('LIQUIDATE closes the position once, whatever dies on the way, and shows how far it is', async () => {
  await place(api, { ...MARKET, quantity: '0.05' });
  const mine = { scope: { accountId: accounts[0] }, reason: 'wind it down' };
  const { body } = await turn(api, 'LIQUIDATE', mine);
  api = await dies(api);
  await until(async () => {
    const { data } = (await world.call(api, 'GET', PATH)).body;
    return data[0]?.switchId === body.switchId && data[0].liquidations[0]?.state === 'FLAT';
  });
  const { data } = (await world.call(api, 'GET', `/api/portfolio/positions?accountId=${accounts[0]}`)).body;
  for (const { quantity } of data) expect(Number(quantity)).toBeLessThan(0.0002);
  const sold = await world.sql("SELECT status FROM orders WHERE tags::text LIKE '%kill-switch%'");
  expect(sold.filter(({ status }) => status === 'FILLED')).toHaveLength(1);
  await release(api, mine);
}, 60_000);

it("the operator's terminal stops what runs, with nothing but the disk", async () => {
  await withoutDatabase(async () => {
    const halted = await world.terminal('halt', 'night drill');
    expect(halted.confirmed).toHaveLength(1);
    expect((await world.call(api, 'GET', PATH)).body.data).toMatchObject([
      { mode: 'HALT', byOperator: true, by: 'cli', reason: 'night drill' },
    ]);
  });
  await until(async () => (await place(api, MARKET)).body.code === 'KILL_SWITCH');
  expect(await release(api)).toMatchObject({ status: 409, body: { code: 'KILL_SWITCH_BY_OPERATOR' } });
  expect((await world.terminal('release', 'drill is over')).confirmed).toHaveLength(1);
  expect(
    (await world.persist(api, 'POST', '/api/orders', { body: { accountId: accounts[0], ...MARKET } })).status,
  ).toBe(201);
  expect((await world.terminal('status')).on).toEqual([]);
}, 60_000);
