import type { World } from './callers.js';
import { populate } from './callers.js';
import { TestApp } from './test-app.js';

const PATH = '/api/risk/kill-switch';

let app: TestApp;
let world: World;

beforeAll(async () => {
  app = await TestApp.start();
  world = await populate(app);
});
afterAll(() => app.close());

const as = (caller: string, method: string, body?: object) =>
  app.call(method, PATH, { headers: world.callers[caller]!.headers, body });
const halt = (scope: object) => as('admin key', 'POST', { mode: 'HALT', scope, reason: 'drill' });

it.each([[{}], [{ all: false }], [{ all: true, strategy: 'grid' }], [{ venue: 'PAPER', symbol: 'BTCUSDT' }]])(
  'a scope of %j is no scope',
  async (scope) => {
    const { status, body } = await halt(scope);
    expect([status, body.code, body.errors[0]?.pointer]).toEqual([
      400,
      'KILL_SWITCH_SCOPE_INVALID',
      '/scope',
    ]);
  },
);

it('names a market by its canonical name, however it was spelt', async () => {
  const { status, body } = await halt({ symbol: 'btc-usdt' });
  expect([status, body.scope]).toEqual([200, { symbol: 'BTC/USDT' }]);
  expect((await halt({ symbol: 'NOSUCH/USDT' })).body.code).toBe('UNKNOWN_SYMBOL');
  const released = await as('admin key', 'DELETE', { scope: { symbol: 'BTC/USDT' }, reason: 'over' });
  expect([released.status, released.body.mode]).toEqual([200, null]);
});

it('names the field of a venue that there is not, and takes one by any spelling of its name', async () => {
  const { status, body } = await halt({ venue: 'MTGOX_2' });
  expect([status, body.code, body.errors[0]?.pointer]).toEqual([
    400,
    'KILL_SWITCH_SCOPE_INVALID',
    '/scope/venue',
  ]);
  const spelt = await halt({ venue: 'paper' });
  expect([spelt.status, spelt.body.scope]).toEqual([200, { venue: 'PAPER' }]);
  await as('admin key', 'DELETE', { scope: { venue: 'Paper' }, reason: 'over' });
});

it('takes a market of a venue that has not told its markets to this process', async () => {
  // The tenant of the first start has an account there, the other one has not.
  const scope = { symbol: 'SOL/EUR' };
  const stop = (symbol: string) =>
    app.call('POST', PATH, {
      as: app.adminKey,
      body: { mode: 'HALT', scope: { symbol }, reason: 'drill' },
    });
  const { status, body } = await stop('SOL/EUR');
  expect([status, body.scope]).toEqual([200, scope]);
  expect((await stop('SOLEUR')).body.code).toBe('UNKNOWN_SYMBOL');
  expect((await halt(scope)).body.code).toBe('UNKNOWN_SYMBOL');
  await app.call('DELETE', PATH, { as: app.adminKey, body: { scope, reason: 'over' } });
});

it('a trader may stop, and only an administrator may release', async () => {
  const scope = { strategy: 'grid' };
  const on = await as('trader key', 'POST', { mode: 'REDUCE_ONLY', scope, reason: 'odd fills' });
  expect(on).toMatchObject({
    status: 200,
    body: { mode: 'REDUCE_ONLY', scope, changed: true, unconfirmed: [] },
  });
  expect((await as('trader key', 'DELETE', { scope, reason: 'fine again' })).status).toBe(403);
  expect((await as('viewer key', 'POST', { mode: 'HALT', scope, reason: 'no' })).status).toBe(403);
  const { body } = await as('viewer key', 'GET');
  expect(body.data).toMatchObject([
    { mode: 'REDUCE_ONLY', reason: 'odd fills', by: on.body.by, liquidations: [] },
  ]);
  // Stricter for the same scope is another word about it, not a second switch.
  const stricter = await as('admin key', 'POST', { mode: 'HALT', scope, reason: 'worse' });
  expect(stricter.body).toMatchObject({ mode: 'HALT', changed: true });
  expect((await as('viewer key', 'GET')).body.data).toHaveLength(1);
  expect((await as('admin key', 'DELETE', { scope, reason: 'over' })).status).toBe(200);
  const told = (await app.events()).filter(({ type }) => type === 'KillSwitchChanged').slice(-3);
  expect(told.map(({ payload }) => [payload['mode'], payload['reason']])).toEqual([
    ['REDUCE_ONLY', 'odd fills'],
    ['HALT', 'worse'],
    [null, 'over'],
  ]);
});

it("is nothing to another tenant: not seen, not in force, not on the other's accounts", async () => {
  await halt({ all: true });
  const neighbour = world.neighbour.headers;
  expect((await app.call('GET', PATH, { headers: neighbour })).body.data).toEqual([]);
  const headers = world.callers['admin key']!.headers;
  const mine = await app.call('POST', '/api/accounts', { headers, body: { name: 'Mine' } });
  const scope = { accountId: mine.body.accountId };
  const theirs = await app.call('POST', PATH, {
    headers: neighbour,
    body: { mode: 'HALT', scope, reason: 'mischief' },
  });
  expect([theirs.status, theirs.body.code]).toEqual([404, 'ACCOUNT_NOT_FOUND']);
  await as('admin key', 'DELETE', { scope: { all: true }, reason: 'over' });
});

it('shows how many are on in the metrics', async () => {
  await halt({ venue: 'PAPER' });
  const { text } = await app.call('GET', '/metrics', { headers: world.callers['admin key']!.headers });
  expect(text).toContain('kill_switch_active{mode="HALT",scope="VENUE"} 1');
  await as('admin key', 'DELETE', { scope: { venue: 'PAPER' }, reason: 'over' });
});
