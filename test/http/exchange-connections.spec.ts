import { ConnectionRound } from '@sextant/exchange';
import { Ids } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { populate } from './callers.js';
import type { World } from './callers.js';
import { SCRIPTED_VENUE } from './scripted-exchange.js';
import { TestApp } from './test-app.js';

const PATH = '/api/exchange-connections';

let app: TestApp;
let world: World;
let count = 0;

beforeAll(async () => {
  app = await TestApp.start({ SEXTANT__EXCHANGE__CREDENTIALDRAINSECONDS: '5' });
  world = await populate(app);
});
afterAll(() => app.close());

function newKey(): string {
  count += 1;
  return `key-id-of-a-test-number-${String(count).padStart(4, '0')}`;
}

function add(apiKey: string, more: object = {}, headers: Record<string, string> = {}) {
  const credential = { apiKey, secret: `secret of ${apiKey}` };
  const body = { venue: SCRIPTED_VENUE, label: 'Main', credential, ...more };
  return app.call('POST', PATH, { as: app.adminKey, body, headers });
}

async function added(apiKey = newKey()) {
  const { status, body } = await add(apiKey);
  expect(status).toBe(201);
  return { ...body, apiKey } as { connectionId: string; accountId: string; apiKey: string; version: number };
}

function post(connectionId: string, action: string, body: object = {}, headers: Record<string, string> = {}) {
  return app.call('POST', `${PATH}/${connectionId}/${action}`, { as: app.adminKey, body, headers });
}

async function connectionsInStore(): Promise<number> {
  const database = app.app.get(Database, { strict: false });
  const [row] = await database.query<{ n: number }>(
    `SELECT (SELECT count(*) FROM exchange_connection)::int + (SELECT count(*) FROM venue_credential)::int
       + (SELECT count(*) FROM account WHERE kind = 'LIVE')::int AS n`,
  );
  return row!.n;
}

const eventTypes = async () => (await app.events()).map(({ type }) => type);

describe('a connection that is added', () => {
  it('comes with a live account that reads and places nothing', async () => {
    const { status, headers, body } = await add(newKey(), { label: 'My Binance' });
    expect([status, headers.get('etag')]).toEqual([201, '"v1"']);
    expect(body).toMatchObject({
      venue: SCRIPTED_VENUE,
      label: 'My Binance',
      status: 'ACTIVE',
      reason: null,
      keyHint: String(count).padStart(4, '0'),
      permissions: { read: true, trade: true, withdraw: false, transfer: false, ipRestricted: true },
      acknowledgedBy: null,
      trading: { state: 'DISABLED', code: 'LIVE_TRADING_DISABLED' },
    });
    const account = await app.call('GET', `/api/accounts/${body.accountId}`, { as: app.adminKey });
    expect(account.body).toMatchObject({ kind: 'LIVE', venue: SCRIPTED_VENUE, name: 'My Binance' });
    const order = {
      accountId: body.accountId,
      symbol: 'BTC/USDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '1',
    };
    const placed = await app.call('POST', '/api/orders', {
      as: app.adminKey,
      body: order,
      headers: { 'Idempotency-Key': newKey() },
    });
    expect([placed.status, placed.body.code]).toEqual([422, 'LIVE_TRADING_DISABLED']);
  });

  it('is read, listed, and shown to nobody of another tenant', async () => {
    const { connectionId } = await added();
    const read = await app.call('GET', `${PATH}/${connectionId}`, { as: app.adminKey });
    expect(read.body).toMatchObject({ connectionId, status: 'ACTIVE', channel: null });
    const mine = await app.call('GET', `${PATH}?limit=500`, { as: app.adminKey });
    expect(mine.body.data.map((one: { connectionId: string }) => one.connectionId)).toContain(connectionId);
    const theirs = await app.call('GET', PATH, { headers: world.callers['admin key']!.headers });
    expect(theirs.body.data).toEqual([]);
  });

  it('keeps a tenant out of the rows of another in the database itself', async () => {
    await added();
    const database = app.app.get(Database, { strict: false });
    const other = world.callers['admin key']!.principal.tenantId;
    const read = (sql: string) => database.read(other, (manager) => manager.query(sql));
    expect(await read('SELECT * FROM exchange_connection')).toEqual([]);
    for (const table of ['venue_credential', 'vault_master_key', 'vault_rotation']) {
      await expect(read(`SELECT * FROM ${table}`)).rejects.toThrow(/permission denied/);
    }
  });

  it('takes an account without a connection, and one connection an account', async () => {
    const { accountId } = await added();
    const second = await add(newKey(), { accountId });
    expect([second.status, second.body.code]).toEqual([409, 'CONNECTION_EXISTS']);
    const [paper] = (await app.call('GET', '/api/accounts', { as: app.adminKey })).body.data;
    const wrong = await add(newKey(), { accountId: paper.accountId });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'ACCOUNT_NOT_AT_VENUE']);
  });
});

describe('a key is refused, and nothing of it kept,', () => {
  it.each([
    ['that may withdraw', { withdraw: true }, 422, 'KEY_MAY_WITHDRAW'],
    ['that may transfer', { transfer: true }, 422, 'KEY_MAY_WITHDRAW'],
    ['whose right to withdraw is not told', { withdraw: null }, 422, 'KEY_PERMISSIONS_UNKNOWN'],
    ['whose right to transfer is not told', { transfer: null }, 422, 'KEY_PERMISSIONS_UNKNOWN'],
    ['that may not read', { read: false }, 422, 'CREDENTIAL_INVALID'],
  ])('%s', async (_what, permissions, status, code) => {
    const before = await connectionsInStore();
    const apiKey = newKey();
    app.exchange.says(apiKey, permissions);
    const answer = await add(apiKey);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await connectionsInStore()).toBe(before);
  });

  it('that the venue does not take, whose words are shown without the key in them', async () => {
    const apiKey = newKey();
    app.exchange.refuses(apiKey, 'CREDENTIAL_INVALID', `-2015: ${apiKey} with secret of ${apiKey} is wrong`);
    const answer = await add(apiKey);
    expect([answer.status, answer.body.code]).toEqual([422, 'CREDENTIAL_INVALID']);
    expect(answer.text).not.toContain(apiKey);
    expect(answer.text).toContain('-2015');
  });

  it('while the venue gives no verdict', async () => {
    const before = await connectionsInStore();
    const apiKey = newKey();
    app.exchange.isSilent(apiKey);
    const answer = await add(apiKey);
    expect([answer.status, answer.body.code, answer.body.retryable]).toEqual([
      503,
      'VENUE_VERDICT_MISSING',
      true,
    ]);
    expect(await connectionsInStore()).toBe(before);
  });

  it('at a venue that needs none, or is none', async () => {
    const paper = await add(newKey(), { venue: 'PAPER' });
    expect([paper.status, paper.body.code]).toEqual([422, 'CONNECTION_NOT_NEEDED']);
    const none = await add(newKey(), { venue: 'NOWHERE' });
    expect([none.status, none.body.code]).toEqual([404, 'UNKNOWN_VENUE']);
  });

  it('for an endpoint of the user’s own, unless the installation rehearses', async () => {
    const answer = await add(newKey(), { endpoint: 'http://127.0.0.1:9100' });
    expect([answer.status, answer.body.code]).toEqual([422, 'CUSTOM_ENDPOINT_REFUSED']);
  });

  it.each(['http://:::::', 'http://127.0.0.1:99999', 'http://127.0.0.1:0', 'http://-'])(
    'at %s, which is no address',
    async (endpoint) => {
      const answer = await add(newKey(), { endpoint });
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/endpoint']);
    },
  );

  it('under a name of which nothing is to be seen', async () => {
    for (const label of ['   ', '\u00a0 \u3000']) {
      const answer = await add(newKey(), { label });
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/label']);
    }
    expect((await add(newKey(), { label: ' Größe 1 ' })).status).toBe(201);
  });

  it.each([
    ['a line break', 'key\r\nX-Evil: 1'],
    ['a space', 'key id'],
    ['nothing', ''],
  ])('with %s in its id, without a word of it in the answer', async (_what, apiKey) => {
    const answer = await add(apiKey);
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('X-Evil');
    expect(answer.body.errors[0].pointer).toBe('/credential/apiKey');
  });
});

describe('a venue that does not tell what a key may do', () => {
  it('needs somebody who answers for it, whose name is kept', async () => {
    const apiKey = newKey();
    app.exchange.says(apiKey, { withdraw: null, transfer: null });
    const { status, body } = await add(apiKey, { acknowledgeUnknownPermissions: true });
    expect([status, body.status]).toEqual([201, 'ACTIVE']);
    expect(body.acknowledgedBy).toMatch(/^key_/);
    const added = (await app.events()).findLast(({ type }) => type === 'ExchangeConnectionAdded');
    expect(added?.payload).toMatchObject({ connectionId: body.connectionId, acknowledged: true });
  });

  it('is believed all the same when it says that the key may withdraw', async () => {
    const apiKey = newKey();
    app.exchange.says(apiKey, { withdraw: true, transfer: null });
    const answer = await add(apiKey, { acknowledgeUnknownPermissions: true });
    expect(answer.body.code).toBe('KEY_MAY_WITHDRAW');
  });
});

describe('a request that is repeated', () => {
  it('adds one connection and one account, and answers the same', async () => {
    const key = { 'Idempotency-Key': `repeat-${newKey()}` };
    const apiKey = newKey();
    const before = await connectionsInStore();
    const first = await add(apiKey, {}, key);
    const asked = app.exchange.asked.length;
    const again = await add(apiKey, {}, key);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(again.body).toEqual(first.body);
    expect([await connectionsInStore(), app.exchange.asked.length]).toEqual([before + 3, asked]);
    const other = await add(newKey(), {}, key);
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('at the same time does so once', async () => {
    const key = { 'Idempotency-Key': `together-${newKey()}` };
    const apiKey = newKey();
    const before = await connectionsInStore();
    const answers = await Promise.all(Array.from({ length: 6 }, () => add(apiKey, {}, key)));
    expect(new Set(answers.map(({ body }) => body.connectionId)).size).toBe(1);
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(await connectionsInStore()).toBe(before + 3);
  });

  it('rotates, switches and checks once', async () => {
    const { connectionId } = await added();
    const credential = { apiKey: newKey(), secret: 'another secret' };
    for (const [action, body] of [
      ['rotate-credentials', { credential }],
      ['disconnect', {}],
      ['connect', {}],
      ['validate', {}],
    ] as const) {
      const key = { 'Idempotency-Key': `${action}-${newKey()}` };
      const first = await post(connectionId, action, body, key);
      const again = await post(connectionId, action, body, key);
      expect([action, first.status, again.status]).toEqual([action, 200, 200]);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(again.body).toEqual(first.body);
    }
  });
});

describe('a check', () => {
  it('quarantines a key that may withdraw since then, and lets go of it when that ends', async () => {
    const { connectionId, apiKey } = await added();
    app.exchange.says(apiKey, { withdraw: true });
    const caught = await post(connectionId, 'validate');
    expect([caught.status, caught.body.status]).toEqual([200, 'QUARANTINED']);
    expect(caught.body.reason.code).toBe('KEY_MAY_WITHDRAW');
    expect((await eventTypes()).at(-1)).toBe('ExchangeConnectionQuarantined');
    app.exchange.says(apiKey, {});
    const freed = await post(connectionId, 'validate');
    expect([freed.body.status, freed.body.reason]).toEqual(['ACTIVE', null]);
    expect((await eventTypes()).at(-1)).toBe('ExchangeConnectionRestored');
  });

  it('marks a key that the venue does not take any more', async () => {
    const { connectionId, apiKey } = await added();
    app.exchange.refuses(apiKey, 'CREDENTIAL_INVALID', 'revoked');
    const { body } = await post(connectionId, 'validate');
    expect([body.status, body.reason]).toEqual([
      'INVALID',
      { code: 'CREDENTIAL_INVALID', detail: 'revoked' },
    ]);
  });

  it('changes nothing while the venue is silent', async () => {
    const { connectionId, apiKey } = await added();
    app.exchange.isSilent(apiKey);
    const answer = await post(connectionId, 'validate');
    expect([answer.status, answer.body.code]).toEqual([503, 'VENUE_VERDICT_MISSING']);
    const read = await app.call('GET', `${PATH}/${connectionId}`, { as: app.adminKey });
    expect([read.body.status, read.body.version]).toEqual(['ACTIVE', 1]);
  });
});

describe('another key for a connection', () => {
  it('takes over once it is checked', async () => {
    const { connectionId } = await added();
    const apiKey = newKey();
    const { status, body } = await post(connectionId, 'rotate-credentials', {
      credential: { apiKey, secret: 'another secret' },
    });
    expect([status, body.keyHint, body.version]).toEqual([200, apiKey.slice(-4), 2]);
    await post(connectionId, 'validate');
    expect(app.exchange.asked.at(-1)).toMatchObject({ apiKey, secret: 'another secret' });
    expect(await eventTypes()).toContain('VenueCredentialRotated');
  });

  it('leaves the present one where it is when it is worse', async () => {
    const { connectionId, apiKey } = await added();
    const worse = newKey();
    app.exchange.says(worse, { withdraw: true });
    const refused = await post(connectionId, 'rotate-credentials', {
      credential: { apiKey: worse, secret: 'another secret' },
    });
    expect([refused.status, refused.body.code]).toEqual([422, 'KEY_MAY_WITHDRAW']);
    await post(connectionId, 'validate');
    expect(app.exchange.asked.at(-1)).toMatchObject({ apiKey });
  });

  it('heals a connection whose key was revoked', async () => {
    const { connectionId, apiKey } = await added();
    app.exchange.refuses(apiKey, 'CREDENTIAL_INVALID', 'revoked');
    await post(connectionId, 'validate');
    const { body } = await post(connectionId, 'rotate-credentials', {
      credential: { apiKey: newKey(), secret: 'another secret' },
    });
    expect([body.status, body.reason]).toEqual(['ACTIVE', null]);
  });

  it('of two that come at once is one, or one after the other', async () => {
    const { connectionId } = await added();
    const keys = [newKey(), newKey()];
    const answers = await Promise.all(
      keys.map((apiKey) =>
        post(connectionId, 'rotate-credentials', { credential: { apiKey, secret: 'another secret' } }),
      ),
    );
    const statuses = answers.map(({ status }) => status).toSorted();
    expect([
      [200, 200],
      [200, 412],
    ]).toContainEqual(statuses);
    const database = app.app.get(Database, { strict: false });
    const rows = await database.query(
      `SELECT FROM venue_credential WHERE connection_id = $1 AND status = 'CURRENT'`,
      [connectionId],
    );
    expect(rows).toHaveLength(1);
  });
});

describe('a connection is changed only as it was read', () => {
  it.each(['validate', 'connect', 'disconnect', 'rotate-credentials'])('by %s', async (action) => {
    const { connectionId } = await added();
    const body = action === 'rotate-credentials' ? { credential: { apiKey: newKey(), secret: 'x' } } : {};
    const stale = await post(connectionId, action, body, { 'If-Match': '"v7"' });
    expect([stale.status, stale.body.code]).toEqual([412, 'CONNECTION_CHANGED']);
    const fresh = await post(connectionId, action, body, { 'If-Match': '"v1"' });
    expect([fresh.status, fresh.headers.get('etag')]).toEqual([200, '"v2"']);
    const nonsense = await post(connectionId, action, body, { 'If-Match': 'yesterday' });
    expect([nonsense.status, nonsense.body.code]).toEqual([400, 'HEADER_INVALID']);
  });
});

it('is switched off and on again, and not checked in between', async () => {
  const { connectionId, apiKey } = await added();
  expect((await post(connectionId, 'disconnect')).body.status).toBe('DISCONNECTED');
  const check = await post(connectionId, 'validate');
  expect([check.status, check.body.code]).toEqual([409, 'CONNECTION_OFF']);
  app.exchange.says(apiKey, { transfer: true });
  const refused = await post(connectionId, 'connect');
  expect([refused.status, refused.body.code]).toEqual([422, 'KEY_MAY_WITHDRAW']);
  app.exchange.says(apiKey, {});
  expect((await post(connectionId, 'connect')).body.status).toBe('ACTIVE');
});

it.each([
  ['dead', 'CREDENTIAL_INVALID', (key: string) => app.exchange.refuses(key, 'CREDENTIAL_INVALID', 'revoked')],
  ['dangerous', 'KEY_MAY_WITHDRAW', (key: string) => app.exchange.says(key, { withdraw: true })],
])('is not connected with a %s key, whatever it was before', async (_what, code, spoil) => {
  const { connectionId, apiKey } = await added();
  spoil(apiKey);
  const once = { 'Idempotency-Key': `connect-${newKey()}` };
  const statusOf = async () =>
    (await app.call('GET', `${PATH}/${connectionId}`, { as: app.adminKey })).body.status;
  for (const headers of [once, once, {}]) {
    const answer = await post(connectionId, 'connect', {}, headers);
    expect([answer.status, answer.body.code]).toEqual([422, code]);
    expect(await statusOf()).toBe(code === 'KEY_MAY_WITHDRAW' ? 'QUARANTINED' : 'INVALID');
  }
  await post(connectionId, 'disconnect');
  const answer = await post(connectionId, 'connect');
  expect([answer.status, answer.body.code]).toEqual([422, code]);
  expect(await statusOf()).toBe('DISCONNECTED');
});

it.each(['validate', 'connect'])('takes no body for %s: nothing is ignored silently', async (action) => {
  const { connectionId } = await added();
  const answer = await post(connectionId, action, { x: 1 });
  expect([answer.status, answer.body.errors[0]]).toEqual([
    400,
    expect.objectContaining({ pointer: '/x', code: 'FIELD_UNKNOWN' }),
  ]);
});

it('gives its key up for good when it is told to, and takes another one later', async () => {
  const { connectionId } = await added();
  const off = await post(connectionId, 'disconnect', { destroyCredential: true });
  expect([off.status, off.body.status]).toEqual([200, 'DISCONNECTED']);
  const draining = await post(connectionId, 'connect');
  expect([draining.status, draining.body.code]).toEqual([409, 'CREDENTIAL_DESTROYED']);
  const database = app.app.get(Database, { strict: false });
  const retire = `UPDATE venue_credential SET retires_at = now() WHERE status = 'DRAINING'`;
  await database.query(retire);
  await app.app.get(ConnectionRound, { strict: false }).run();
  const left = await database.query(
    'SELECT ciphertext, wrapped_key FROM venue_credential WHERE connection_id = $1',
    [connectionId],
  );
  expect(left).toEqual([{ ciphertext: null, wrapped_key: null }]);
  const gone = await post(connectionId, 'connect');
  expect([gone.status, gone.body.code]).toEqual([409, 'CREDENTIAL_DESTROYED']);
  await post(connectionId, 'rotate-credentials', { credential: { apiKey: newKey(), secret: 'another' } });
  expect((await post(connectionId, 'connect')).body.status).toBe('ACTIVE');
});

it('shows a venue and what it can do without loading its adapter', async () => {
  const fresh = await TestApp.start();
  try {
    const list = await fresh.call('GET', '/api/exchanges', { as: fresh.adminKey });
    expect(list.body.data).toContainEqual({
      ...{ name: SCRIPTED_VENUE, adapter: 'NATIVE', verified: true, simulated: false, symbols: [] },
    });
    const { body } = await fresh.call('GET', '/api/exchanges/scripted/capabilities', { as: fresh.adminKey });
    expect(body).toMatchObject({
      name: SCRIPTED_VENUE,
      tellsPermissions: true,
      clientOrderIds: 'UNIQUE_WHILE_OPEN',
    });
    expect(fresh.exchange.loaded).toBe(0);
  } finally {
    await fresh.close();
  }
});

describe('an account at a venue', () => {
  const identified = (accountIdentity: string) => {
    const apiKey = newKey();
    app.exchange.says(apiKey, { accountIdentity });
    return apiKey;
  };
  const rotated = (connectionId: string, apiKey: string) =>
    post(connectionId, 'rotate-credentials', { credential: { apiKey, secret: 'another secret' } });

  it('stays the one of its connection: a key of another account is refused', async () => {
    const { connectionId } = await added(identified('ann'));
    const stranger = await rotated(connectionId, identified('visitor'));
    expect([stranger.status, stranger.body.code]).toEqual([422, 'CREDENTIAL_OF_ANOTHER_ACCOUNT']);
    const own = await rotated(connectionId, identified('ann'));
    expect([own.status, own.body.permissions.accountIdentity]).toEqual([200, undefined]);
  });

  it('is connected once: the same key, or another one of the account, opens no second one', async () => {
    const { connectionId, apiKey } = await added(identified('beth'));
    const before = await connectionsInStore();
    for (const key of [apiKey, identified('beth')]) {
      const again = await add(key);
      expect([again.status, again.body.code]).toEqual([409, 'VENUE_ACCOUNT_CONNECTED']);
      expect(again.body.connectionId).toBe(connectionId);
    }
    expect(await connectionsInStore()).toBe(before);
    const plain = await added();
    expect((await add(plain.apiKey)).body.code).toBe('VENUE_ACCOUNT_CONNECTED');
    const other = await added();
    expect((await rotated(other.connectionId, plain.apiKey)).body.code).toBe('VENUE_ACCOUNT_CONNECTED');
  });

  it('is free again when its connection is off, which then stays off', async () => {
    const { connectionId, apiKey } = await added();
    await post(connectionId, 'disconnect');
    await added(apiKey);
    const again = await post(connectionId, 'connect');
    expect([again.status, again.body.code]).toEqual([409, 'VENUE_ACCOUNT_CONNECTED']);
  });

  it('is connected once when two ask at the same time', async () => {
    const apiKey = newKey();
    const answers = await Promise.all([add(apiKey), add(apiKey), add(apiKey)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
  });
});

it('with an address of its own is out of use where such addresses are not allowed any more', async () => {
  const { connectionId } = await added();
  const database = app.app.get(Database, { strict: false });
  await database.query('UPDATE exchange_connection SET endpoint = $2 WHERE connection_id = $1', [
    connectionId,
    'http://127.0.0.1:9100',
  ]);
  const asked = app.exchange.asked.length;
  const body = { credential: { apiKey: newKey(), secret: 'another secret' } };
  for (const action of ['validate', 'connect', 'rotate-credentials']) {
    const answer = await post(connectionId, action, action.startsWith('rotate') ? body : {});
    expect([action, answer.status, answer.body.code]).toEqual([action, 422, 'CUSTOM_ENDPOINT_REFUSED']);
  }
  expect(app.exchange.asked).toHaveLength(asked);
  const read = await app.call('GET', `${PATH}/${connectionId}`, { as: app.adminKey });
  expect([read.body.status, read.body.reason.code]).toEqual(['INVALID', 'CUSTOM_ENDPOINT_REFUSED']);
  expect((await post(connectionId, 'disconnect')).body.status).toBe('DISCONNECTED');
});

it('has a foreign id answer as one that nobody has', async () => {
  const nobody = app.app.get(Ids, { strict: false }).next('con');
  for (const id of [nobody, world.foreignConnectionId]) {
    const { status, body } = await app.call('GET', `${PATH}/${id}`, {
      headers: world.neighbour.headers,
    });
    expect([status, body.code]).toEqual([404, 'CONNECTION_NOT_FOUND']);
  }
});
