import { ALICE, API_KEY, Rehearsal, SECRET } from '../venue-client.contract.js';
import { INCIDENTS } from './incidents.js';

const NOW = 1_700_000_000_000;
const BTC = { symbol: 'BTCUSDT' };

let alice: Rehearsal;

beforeEach(async () => {
  alice = await Rehearsal.start({ clock: { frozenAt: NOW } });
});
afterEach(() => alice.close());

async function admin(method: string, path: string, body?: unknown) {
  const response = await fetch(`${alice.venue.url}/admin${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as any };
}

describe('the operator', () => {
  it('opens accounts, funds them, and gives and takes keys', async () => {
    const bob = {
      accountId: 'bob',
      keys: [{ apiKey: 'bobs-key', secret: SECRET }],
      balances: { USDT: '10' },
    };
    expect((await admin('POST', '/accounts', bob)).status).toBe(200);
    expect((await admin('POST', '/accounts', bob)).body.error).toBe('account bob exists');
    await admin('POST', '/deposits', { accountId: 'bob', asset: 'USDT', amount: '-2.5' });
    const taken = await admin('POST', '/deposits', { accountId: 'bob', asset: 'USDT', amount: '-8' });
    expect(taken.body.error).toBe('bob has less than -8 USDT');
    await admin('DELETE', '/keys/bobs-key');
    await admin('POST', '/accounts/bob/keys', { apiKey: 'new-key', secret: SECRET });
    const balances = async (apiKey: string) =>
      (await alice.send('GET', `/api/v3/account?${alice.sign({})}`, { headers: { 'X-MBX-APIKEY': apiKey } }))
        .body;
    expect((await balances('bobs-key')).code).toBe(-2015);
    expect((await balances('new-key')).balances).toEqual([
      { asset: 'USDT', free: '7.50000000', locked: '0.00000000' },
    ]);
  });

  it('changes rules and permissions, and stops an account from trading', async () => {
    await admin('PATCH', '/symbols/BTCUSDT', { minNotional: '5000', status: 'TRADING' });
    expect((await alice.limit('BUY', '0.1', '40000')).body.msg).toContain('NOTIONAL');
    const { body } = await alice.call('GET', '/api/v3/exchangeInfo', BTC);
    expect(body.symbols[0].filters).toContainEqual(expect.objectContaining({ minNotional: '5000.00000000' }));
    await admin('POST', '/accounts/alice/trading', { canTrade: false });
    expect((await alice.limit('BUY', '1', '40000')).body.msg).toContain('may not place');
    await admin('PATCH', `/keys/${API_KEY}`, { enableReading: false });
    expect((await alice.call('GET', '/api/v3/account')).body.code).toBe(-2015);
    expect((await admin('PATCH', '/symbols/BTCUSDT', { priceStep: '0.001' })).body.error).toContain(
      'multiples of the grid',
    );
  });

  it('moves the market and the clock', async () => {
    await alice.limit('BUY', '0.1', '40000');
    await admin('POST', '/house/level', { ...BTC, side: 'SELL', ticks: 3_990_000, lots: 4_000 });
    await admin('POST', '/house/trade', { ...BTC, side: 'SELL', ticks: 4_000_000, lots: 1_000 });
    const { body: trades } = await alice.call('GET', '/api/v3/myTrades', BTC);
    expect(trades.map(({ qty }: { qty: string }) => qty)).toEqual(['0.04000000', '0.01000000']);
    expect((await admin('POST', '/clock/advance', { ms: 1_500 })).body).toEqual({ now: NOW + 1_500 });
    await admin('PUT', '/clock', { frozenAt: null, offsetMs: -3_600_000 });
    const { body } = await alice.send('GET', '/api/v3/time');
    expect(Math.abs(body.serverTime - (Date.now() - 3_600_000))).toBeLessThan(2_000);
    expect(
      (await admin('POST', '/house/level', { ...BTC, side: 'HOLD', ticks: 1, lots: 1 })).body.error,
    ).toContain('BUY or SELL');
  });

  it('sets faults, sees them, and calms the venue', async () => {
    const rule = {
      target: 'REQUEST',
      match: { path: '/api/v3/ping' },
      point: 'IN_TRANSIT',
      action: { kind: 'STATUS', status: 503 },
      times: null,
    };
    const { body } = await admin('POST', '/faults', rule);
    expect(body).toEqual({ ...rule, id: 'fault-1', hits: 0 });
    expect((await alice.send('GET', '/api/v3/ping')).status).toBe(503);
    expect((await admin('GET', '/faults')).body).toMatchObject([{ id: 'fault-1', hits: 1 }]);
    await admin('PATCH', '/quirks', { deniesFunds: true });
    expect((await alice.limit('BUY', '0.1', '40000')).body.code).toBe(-2010);
    await admin('DELETE', '/faults');
    expect((await alice.send('GET', '/api/v3/ping')).status).toBe(200);
    expect((await alice.limit('BUY', '0.1', '40000')).status).toBe(200);
  });

  it.each([
    [{ target: 'REQUEST', match: {}, point: 'SOMEWHERE', action: { kind: 'DROP' } }, 'point'],
    [{ target: 'REQUEST', match: {}, point: 'IN_TRANSIT', action: { kind: 'EXPLODE' } }, 'action.kind'],
    [{ target: 'REQUEST', match: {}, point: 'AFTER_ACCEPT', action: { kind: 'DELAY' } }, 'action.ms'],
    [
      { target: 'REQUEST', match: { pth: '/api' }, point: 'AFTER_ACCEPT', action: { kind: 'DROP' } },
      'match.pth',
    ],
    [{ target: 'STREAM', match: {}, action: { kind: 'HANG' } }, 'action.kind'],
    [{ target: 'PIGEON', match: {}, action: { kind: 'DROP' } }, 'target'],
    [{ target: 'STREAM', match: {}, action: { kind: 'STALL', ms: null }, times: 0 }, 'times'],
    ['a string', 'object'],
    [{ target: 'STREAM', match: {}, action: { kind: 'FLOOD', frames: 1e12 } }, 'action.frames'],
    [{ target: 'STREAM', match: null, action: { kind: 'DROP_FRAME' } }, 'match'],
    [{ target: 'STREAM', match: {}, action: { kind: 'constructor' } }, 'action.kind'],
  ])('is told what is wrong with the fault %j', async (rule, what) => {
    const { status, body } = await admin('POST', '/faults', rule);
    expect([status, body.error]).toEqual([400, expect.stringContaining(what)]);
    expect((await admin('GET', '/faults')).body).toEqual([]);
  });

  it.each([
    ['PATCH', '/quirks', { denyFunds: true }, 'denyFunds is not one of'],
    ['PATCH', '/quirks', { lateFeeMs: 'soon', visibilityLagMs: '5' }, 'visibilityLagMs must be like 0'],
    ['PATCH', '/quirks?account=alice', { isInMaintenance: true }, 'for everybody'],
    ['PATCH', '/symbols/BTCUSDT', { tickSized: '1' }, 'tickSized is not one of'],
    ['PATCH', '/symbols/BTCUSDT', { minNotional: 5 }, 'minNotional must be like'],
    ['PATCH', '/symbols/BTCUSDT', { minNotional: 'a lot' }, 'not a decimal'],
    ['PATCH', '/symbols/BTCUSDT', { status: 'ASLEEP' }, 'status must be one of'],
    ['PATCH', '/symbols/NOWHERE', {}, 'NOWHERE is not listed'],
    ['PATCH', '/limits', { weightPerMinute: 'none' }, 'weightPerMinute'],
    ['PATCH', `/keys/${API_KEY}`, { enableEverything: true }, 'enableEverything'],
    ['PUT', '/clock', { offset: 1 }, 'offset is not one of'],
    ['PUT', '/clock', ['now'], 'an object'],
    ['PUT', '/clock', { offsetMs: 1e300 }, 'offsetMs cannot be'],
    ['PUT', '/clock', { frozenAt: -1 }, 'frozenAt cannot be'],
    ['POST', '/clock/advance', { ms: -5 }, 'ms is missing or wrong'],
    ['PATCH', '/quirks', { clientIds: 'X' }, 'clientIds cannot be "X"'],
    ['PATCH', '/quirks', { visibilityLagMs: null }, 'visibilityLagMs cannot be null'],
    ['PATCH', '/quirks', { roundsToLots: 0 }, 'roundsToLots cannot be 0'],
    ['PATCH', '/quirks', { misstatedBalances: { USDT: 5 } }, 'misstatedBalances cannot be'],
    ['PATCH', '/quirks?account=nobody', { deniesFunds: true }, 'no account nobody'],
    ['PATCH', '/limits', { weightPerMinute: 0 }, 'weightPerMinute cannot be 0'],
    ['PATCH', '/limits', { weightPerMinute: null }, 'weightPerMinute cannot be null'],
    ['POST', '/house/level', { ...BTC, side: 'BUY', ticks: -1, lots: 1 }, 'ticks is missing or wrong'],
    ['POST', '/house/level', { ...BTC, side: 'BUY', ticks: 1, lots: -1 }, 'lots is missing or wrong'],
    ['POST', '/house/trade', { ...BTC, side: 'BUY', ticks: 1, lots: 0 }, 'lots is missing or wrong'],
    ['POST', '/house/trade', { symbol: 'NOWHERE', side: 'BUY', ticks: 1, lots: 1 }, 'symbol NOWHERE'],
    ['POST', '/accounts', { accountId: 'bob' }, 'keys is missing or wrong'],
    ['POST', '/accounts', undefined, 'a JSON object is wanted'],
    ['POST', '/accounts', { accountId: 'bob', keys: [{ apiKey: 'k' }] }, 'keys[0].secret is missing'],
    ['POST', '/accounts', { accountId: 'bob', keys: [], balances: { BTC: '-1' } }, 'balances is missing'],
    ['POST', '/accounts', { accountId: 'bob', keys: [], fees: { maker: '1' } }, 'fees.taker'],
    [
      'POST',
      '/accounts/alice/keys',
      { apiKey: 'k', secret: 's', permissions: { enableReading: 1 } },
      'enableReading',
    ],
    ['POST', '/accounts/alice/trading', {}, 'canTrade is missing or wrong'],
    ['POST', '/deposits', { accountId: 'alice', asset: 'USDT', amount: 5 }, 'amount is missing or wrong'],
    ['POST', '/bans', { of: '', ms: 5 }, 'of is missing or wrong'],
    ['POST', '/bans', { of: 'x', ms: -5 }, 'ms is missing or wrong'],
    ['GET', '/journal?limit=all', undefined, 'limit must be'],
    ['POST', '/incidents/banned', { ms: 'x' }, 'ms is missing or wrong'],
    ['POST', '/incidents/request-lost', { times: 0 }, 'times is missing or wrong'],
    ['POST', '/incidents/request-lost', { account: 'nobody' }, 'no account nobody'],
    ['POST', '/incidents/delisted', { symbol: 'NOWHERE' }, 'symbol NOWHERE is not listed'],
    ['POST', '/incidents/delisted', { product: 'options' }, 'product is missing or wrong'],
    ['POST', '/futures/mark', { ...BTC, price: '0' }, 'price is missing or wrong'],
    ['POST', '/futures/mark', { ...BTC, price: '-1' }, 'price is missing or wrong'],
    ['POST', '/futures/mark', { ...BTC }, 'price is missing or wrong'],
    ['POST', '/futures/deposits', { accountId: 'nobody', amount: '1' }, 'no account nobody'],
    ['POST', '/streams/restart', { noticeMs: -1 }, 'noticeMs is missing or wrong'],
  ])('is told what is wrong: %s %s %j', async (method, path, change, what) => {
    const before = [alice.venue.core.quirks.venue, alice.venue.core.symbols.find('BTCUSDT')?.rules];
    const { status, body } = await admin(method, path, change);
    expect([status, body.error]).toEqual([400, expect.stringContaining(what)]);
    expect([alice.venue.core.quirks.venue, alice.venue.core.symbols.find('BTCUSDT')?.rules]).toEqual(before);
  });

  it('takes nothing of a key that was revoked, nor takes it twice', async () => {
    await admin('DELETE', `/keys/${API_KEY}`);
    const error = `key ${API_KEY} was revoked`;
    expect(await admin('DELETE', `/keys/${API_KEY}`)).toEqual({ status: 400, body: { error } });
    expect(await admin('PATCH', `/keys/${API_KEY}`, { enableReading: true })).toEqual({
      status: 400,
      body: { error },
    });
  });

  it('bans, sees bans and lifts them; limits can be changed', async () => {
    await admin('POST', '/bans', { of: API_KEY, ms: 5_000 });
    expect((await alice.call('GET', '/api/v3/account')).status).toBe(418);
    expect((await admin('GET', '/bans')).body).toEqual([{ of: API_KEY, until: NOW + 5_000, count: 1 }]);
    await admin('DELETE', `/bans/${API_KEY}`);
    expect((await alice.call('GET', '/api/v3/account')).status).toBe(200);
    await admin('PATCH', '/limits', { weightPerMinute: 1 });
    expect((await alice.call('GET', '/api/v3/account')).status).toBe(429);
  });

  it('sees the state of the venue, and that its money adds up', async () => {
    await alice.limit('BUY', '0.1', '40000');
    const { body } = await admin('GET', '/status');
    expect(body).toMatchObject({ seed: 1, now: NOW, accounts: [{ accountId: 'alice', openOrders: 1 }] });
    const { body: sums } = await admin('GET', '/conservation');
    expect(sums).toContainEqual({ asset: 'USDT', deposited: '100000.00000000', held: '100000.00000000' });
  });

  it('is told what the admin API does not know', async () => {
    expect((await admin('GET', '/nothing')).status).toBe(404);
    expect((await admin('POST', '/incidents/unheard-of')).body.error).toBe('no incident unheard-of');
    const response = await fetch(`${alice.venue.url}/admin/faults`, { method: 'POST', body: '{"target":' });
    expect(response.status).toBe(400);
  });

  it('is told of a broken escape, a header and a close code that cannot be sent', async () => {
    expect((await admin('PATCH', '/symbols/%zz', {})).status).toBe(400);
    const action = { kind: 'STATUS', status: 200, headers: { 'X\r\nY': '1' } };
    const rule = { target: 'REQUEST', point: 'IN_TRANSIT', action };
    expect((await admin('POST', '/faults', rule)).body.error).toBe('action.headers is missing or wrong');
    const close = { target: 'STREAM', action: { kind: 'DISCONNECT', code: 1 } };
    expect((await admin('POST', '/faults', close)).body.error).toBe('action.code is missing or wrong');
    expect((await admin('GET', '/status')).status).toBe(200);
  });
});

describe('named incidents', () => {
  it('are listed with a title and, each, with where it happened', async () => {
    const { body } = await admin('GET', '/incidents');
    expect(body).toHaveLength(INCIDENTS.length);
    expect(INCIDENTS.length).toBeGreaterThan(45);
    for (const { name, title, sources } of body) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(title.length).toBeGreaterThan(10);
      expect(sources.length).toBeGreaterThan(0);
    }
    expect(new Set(INCIDENTS.map(({ name }) => name)).size).toBe(INCIDENTS.length);
  });

  it.each(INCIDENTS.map(({ name }) => name))('%s starts with one call', async (name) => {
    alice.house('SELL', 4_000_000, 100_000);
    alice.house('BUY', 3_990_000, 100_000);
    alice.admin.houseTrade('BTCUSDT', 'BUY', 4_000_000, 1);
    const { status, body } = await admin('POST', `/incidents/${name}`, {
      account: 'alice',
      symbol: 'BTCUSDT',
    });
    expect([status, body.started.length > 0]).toEqual([200, true]);
  });

  it('answer-lost-order-filled: the order is in no open list, and its fill is the truth', async () => {
    await admin('POST', '/incidents/answer-lost-order-filled', { account: 'alice' });
    await expect(alice.limit('BUY', '0.1', '40000', { newClientOrderId: 'lost' })).rejects.toThrow(
      'fetch failed',
    );
    expect((await alice.call('GET', '/api/v3/openOrders', BTC)).body).toEqual([]);
    const { body } = await alice.call('GET', '/api/v3/order', { ...BTC, origClientOrderId: 'lost' });
    expect(body).toMatchObject({ status: 'FILLED', executedQty: '0.10000000' });
  });

  it('banned: everything is 418 until the ban is over', async () => {
    await admin('POST', '/incidents/banned', { ms: 3_000 });
    expect((await alice.send('GET', '/api/v3/time')).status).toBe(418);
    alice.venue.core.clock.advance(3_000);
    expect((await alice.send('GET', '/api/v3/time')).status).toBe(200);
  });

  it('maintenance: all but ping, time and the status is 503, for as long as was said', async () => {
    const statuses = () =>
      Promise.all(
        [
          '/api/v3/ping',
          '/fapi/v1/time',
          '/sapi/v1/system/status',
          '/api/v3/exchangeInfo',
          '/fapi/v1/depth',
        ].map(async (path) => (await alice.send('GET', `${path}?symbol=BTCUSDT`)).status),
      );
    await admin('POST', '/incidents/maintenance', { ms: 1_500 });
    alice.venue.core.clock.advance(1_499);
    expect(await statuses()).toEqual([200, 200, 200, 503, 503]);
    alice.venue.core.clock.advance(1);
    expect(await statuses()).toEqual([200, 200, 200, 200, 200]);
  });

  it('maintenance: the latest word ends it', async () => {
    await admin('POST', '/incidents/maintenance', { ms: 1_000 });
    await admin('POST', '/incidents/maintenance');
    alice.venue.core.clock.advance(2_000);
    expect((await alice.call('GET', '/api/v3/account')).status).toBe(503);
    await admin('PATCH', '/quirks', { isInMaintenance: false });
    expect((await alice.call('GET', '/api/v3/account')).status).toBe(200);
  });

  it('filters-changed: what was right a moment ago is refused', async () => {
    expect((await alice.limit('BUY', '0.00011', '49999.99')).status).toBe(200);
    await admin('POST', '/incidents/filters-changed', BTC);
    expect((await alice.limit('BUY', '0.00011', '49999.99')).body.code).toBe(-1013);
    const { body } = await alice.call('GET', '/api/v3/exchangeInfo', BTC);
    const [prices, lots] = body.symbols[0].filters;
    expect([prices.tickSize, lots.stepSize]).toEqual(['0.10000000', '0.00010000']);
  });

  it('foreign-order: the account has an order that its client never sent', async () => {
    alice.house('SELL', 4_000_000, 100_000);
    await admin('POST', '/incidents/foreign-order', { account: 'alice', symbol: 'BTCUSDT' });
    const { body } = await alice.call('GET', '/api/v3/allOrders', BTC);
    expect(body).toMatchObject([{ clientOrderId: `web_${NOW}`, status: 'FILLED' }]);
  });

  it('key-revoked: every key of the account is refused at once', async () => {
    alice.admin.openAccount({ ...ALICE, accountId: 'bob', keys: [{ apiKey: 'bobs-key', secret: SECRET }] });
    await admin('POST', '/incidents/key-revoked', { account: 'alice' });
    expect((await alice.call('GET', '/api/v3/account')).body.code).toBe(-2015);
    const headers = { 'X-MBX-APIKEY': 'bobs-key' };
    expect((await alice.send('GET', `/api/v3/account?${alice.sign({})}`, { headers })).status).toBe(200);
  });
});
