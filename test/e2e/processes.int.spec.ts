import { setTimeout as delay } from 'node:timers/promises';
import { seeded } from '../processes/seeded.js';
import type { Answer, SextantProcess } from '../support/sextant-process.js';
import { lastingFindings } from './check-books.js';
import { Load } from './load.js';
import { expectPromisesKept } from './promises.js';
import { until, World } from './world.js';

const MARKET = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.001', type: 'MARKET' };
const REST = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.002', type: 'LIMIT', price: '40000' };

let world: World;
let first: SextantProcess;
let accounts: string[];
let load: Load;
let loads = 0;

beforeAll(async () => {
  world = await World.open();
  first = await world.api();
  accounts = await world.openAccounts(first, 6);
  await world.marketOpen(first);
}, 90_000);
beforeEach(() => {
  loads += 1;
  load = new Load(world, accounts, seeded(Number(process.env['SEED'] ?? 1) + loads), `load-${loads}`);
});
afterEach(() => world.killAllBut(first));
afterAll(() => world.close());

/** The processes that own accounts, each with the accounts it owns. */
async function owners(): Promise<Map<string, string[]>> {
  const rows = await world.sql<{ owner: string; account_id: string }>(
    `SELECT h.address AS owner, s.account_id FROM account_stream s JOIN process_heartbeat h ON h.address = s.owner_address`,
  );
  const byOwner = Map.groupBy(rows, ({ owner }) => owner);
  return new Map([...byOwner].map(([owner, owned]) => [owner, owned.map(({ account_id: id }) => id)]));
}

/** Every account has a living owner, and so many processes have some. */
function spreadOver(processes: number): Promise<void> {
  return until(async () => {
    const seen = await owners();
    const owned = [...seen.values()].flat();
    return seen.size === processes && accounts.every((id) => owned.includes(id));
  });
}

/** Everything that the clients of this test were told holds, with what they repeat now. */
function expectKept(): Promise<void> {
  return expectPromisesKept(world, first, load.sent, load.sent);
}

function place(at: SextantProcess, accountId: string, body: object, key: string): Promise<Answer> {
  const options = { body: { accountId, ...body }, headers: { 'Idempotency-Key': key } };
  return world.persist(at, 'POST', '/api/orders', options);
}

it('two APIs and a worker share the accounts, and each answers for all of them', async () => {
  const second = await world.api();
  const worker = await world.worker();
  await world.marketOpen(second);
  await spreadOver(3);
  for (const at of [first, second]) {
    for (const [index, accountId] of accounts.entries()) {
      const key = `${at.port}-${index}`;
      const filled = await place(at, accountId, MARKET, key);
      expect(filled).toMatchObject({ status: 201, body: { accountId, status: 'FILLED' } });
      const other = at === first ? second : first;
      // The process that was not asked tells the same, at once and by every way.
      expect((await world.call(other, 'GET', `/api/orders/${filled.body.id}`)).body).toEqual(filled.body);
      const again = await place(other, accountId, MARKET, key);
      expect(again).toMatchObject({ status: 200, body: filled.body });
      const reused = await place(other, accountId, { ...MARKET, quantity: '0.002' }, key);
      expect(reused).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
      const resting = await place(at, accountId, REST, `${key}-rests`);
      expect(resting).toMatchObject({ status: 201, body: { status: 'NEW' } });
      const canceled = await world.call(other, 'DELETE', `/api/orders/${resting.body.id}`);
      expect(canceled).toMatchObject({ status: 202, body: { status: 'CANCELED' } });
    }
  }
  await expectSameRefusals(second);
  expect((await owners()).size).toBe(3);
  expect(await lastingFindings(world.url)).toEqual([]);
  expect(await second.stop()).toBe(0);
  expect(await worker.stop()).toBe(0);
}, 120_000);

/** A refusal reads the same whether the account is owned by the process that is asked or by another. */
async function expectSameRefusals(second: SextantProcess): Promise<void> {
  for (const accountId of accounts) {
    const answers = [first, second].map(async (at) => {
      const { status, body } = await world.call(at, 'POST', '/api/orders', {
        body: { accountId, ...MARKET, quantity: '0.0010000001' },
      });
      const { traceId, instance, ...told } = body;
      return { status, told };
    });
    const [here, there] = await Promise.all(answers);
    expect(here).toMatchObject({ status: 422, told: { code: 'QUANTITY_NOT_ON_STEP' } });
    expect(there).toEqual(here);
  }
}

it('a worker leaves in good order: its accounts go on elsewhere, and clients see at most a 503 to repeat', async () => {
  const worker = await world.worker();
  await spreadOver(2);
  const running = load.run(first, 'MIXED', 1_500);
  await delay(500);
  expect(await worker.stop('SIGTERM')).toBe(0);
  expect((await owners()).size).toBe(1);
  await running;
  const refused = load.sent.filter(({ answer }) => answer === null || answer.status >= 500);
  for (const { answer } of refused) {
    expect(answer).toMatchObject({ status: 503, body: { retryable: true } });
    expect(Number(answer?.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  await spreadOver(1);
  await expectKept();
}, 120_000);

it('an API is killed with orders in flight: the worker takes over and brings them to an end alone', async () => {
  const worker = await world.worker();
  await spreadOver(2);
  const running = load.run(first, 'MIXED', 10_000);
  await delay(400);
  await first.stop('SIGKILL');
  await running;
  await spreadOver(1);
  expect(await lastingFindings(world.url)).toEqual([]);
  first = await world.api();
  await world.marketOpen(first);
  await expectKept();
  expect(await worker.stop()).toBe(0);
}, 120_000);

it('a worker is killed with forwarded orders in flight: their clients repeat them with their keys', async () => {
  const worker = await world.worker();
  await spreadOver(2);
  const running = load.run(first, 'MIXED', 1_800);
  await delay(400);
  await worker.stop('SIGKILL');
  await running;
  await spreadOver(1);
  await expectKept();
}, 120_000);

describe('an owner that is paused beyond its lease', () => {
  it('finds its accounts taken, writes nothing under its old epoch and sends nothing', async () => {
    await spreadOver(1);
    const paused = first;
    const inFlight = load.burst(paused, 'MIXED', 24);
    await delay(15);
    paused.signal('SIGSTOP');
    const [old] = [...(await owners()).keys()];
    first = await world.api();
    await until(async () => {
      const seen = await owners();
      return !seen.has(old!) && accounts.every((id) => [...seen.values()].flat().includes(id));
    });
    expect(await lastingFindings(world.url)).toEqual([]);
    await world.sql(`CREATE TABLE taken AS SELECT account_id, s.epoch, v.session, v.seq,
      ARRAY(SELECT order_id || attempt FROM order_attempt a WHERE a.account_id = s.account_id) AS attempts
      FROM account_stream s JOIN venue.session v USING (account_id)`);
    paused.signal('SIGCONT');
    // What it had not read yet when it was paused goes to whoever owns the account now.
    await inFlight;
    await spreadOver(2);
    expect(await underOldEpoch()).toEqual([]);
    expect(await inOldSession()).toEqual([]);
    await expectKept();
    expect(await paused.stop()).toBe(0);
  }, 120_000);

  function underOldEpoch(): Promise<unknown[]> {
    return world.sql(`SELECT a.* FROM order_attempt a JOIN taken t USING (account_id)
      WHERE a.epoch < t.epoch AND a.order_id || a.attempt <> ALL (t.attempts)`);
  }

  function inOldSession(): Promise<unknown[]> {
    return world.sql(`SELECT j.* FROM venue.journal j JOIN taken t USING (account_id)
      WHERE j.session < t.session AND j.seq > t.seq`);
  }
});

describe('SIGTERM', () => {
  it('lets what runs come to its end, then the process leaves with 0', async () => {
    const inFlight = load.burst(first, 'MARKET', 40);
    await delay(30);
    expect(await first.stop('SIGTERM')).toBe(0);
    await inFlight;
    const answered = load.sent.filter(({ answer }) => answer !== null);
    expect(answered.length).toBeGreaterThan(0);
    expect(answered.filter(({ answer }) => answer!.status >= 500 && answer!.status !== 503)).toEqual([]);
    expect(await lastingFindings(world.url)).toEqual([]);
    first = await world.api();
    await world.marketOpen(first);
    await expectKept();
  }, 120_000);

  it('twice: the process leaves at once', async () => {
    const leaving = first;
    void load.burst(leaving, 'REST', 40);
    leaving.signal('SIGTERM');
    await delay(150);
    leaving.signal('SIGTERM');
    expect([0, 143]).toContain(await leaving.ended());
  }, 60_000);
});
