import { createHmac } from 'node:crypto';
import { CommandBus } from '@nestjs/cqrs';
import { ChangeUser, RevokeApiKey } from '@sextant/identity';
import { Database } from '@sextant/platform';
import type { World } from './callers.js';
import { PASSWORD, populate } from './callers.js';
import { TestApp } from './test-app.js';

let app: TestApp;
let world: World;
let email: string;

beforeAll(async () => {
  app = await TestApp.start();
  world = await populate(app);
  email = (await app.call('GET', '/api/users/me', { headers: world.callers['trader']!.headers })).body.email;
});
afterAll(() => app.close());

const login = (name = email, password = PASSWORD) =>
  app.call('POST', '/api/auth/login', { body: { email: name, password } });
const refresh = (refreshToken: string) => app.call('POST', '/api/auth/refresh', { body: { refreshToken } });
const me = (accessToken: string) =>
  app.call('GET', '/api/users/me', { headers: { Authorization: `Bearer ${accessToken}` } });
const database = () => app.app.get(Database, { strict: false });
const aMinutePasses = () =>
  database().query(
    `UPDATE refresh_token SET used_at = now() - interval '1 minute' WHERE used_at IS NOT NULL`,
  );

describe('a session', () => {
  it('begins with the password, whatever the case of the e-mail', async () => {
    const { status, body } = await login(` ${email.toUpperCase()} `);
    expect(status).toBe(200);
    expect(body).toMatchObject({ tokenType: 'Bearer', expiresIn: 600 });
    expect((await me(body.accessToken)).body).toMatchObject({ email, role: 'trader' });
  });

  it('goes on with its refresh token, each time another one', async () => {
    const first = (await login()).body;
    const second = (await refresh(first.refreshToken)).body;
    const third = (await refresh(second.refreshToken)).body;
    expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
    expect((await me(third.accessToken)).status).toBe(200);
  });

  it('gives the same successor to twenty twins of one renewal', async () => {
    const { refreshToken } = (await login()).body;
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1);
    expect((await refresh(answers[0]!.body.refreshToken)).status).toBe(200);
  });

  it('ends for everybody when a used token comes back later', async () => {
    const first = (await login()).body;
    const second = (await refresh(first.refreshToken)).body;
    await aMinutePasses();
    const stolen = await refresh(first.refreshToken);
    expect([stolen.status, stolen.body.code]).toEqual([401, 'REFRESH_TOKEN_INVALID']);
    expect((await refresh(second.refreshToken)).status).toBe(401);
    expect((await me(second.accessToken)).status).toBe(401);
    const types = (await app.events()).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['RefreshTokenReused', 'SessionRevoked']);
  });

  it('ends with its logout, said twice or with a token of nobody', async () => {
    const { accessToken, refreshToken } = (await login()).body;
    const bodies = [{ refreshToken }, { refreshToken }, { refreshToken: 'rt_nobody' }];
    for (const body of bodies)
      expect((await app.call('POST', '/api/auth/logout', { body })).status).toBe(204);
    expect((await me(accessToken)).status).toBe(401);
    expect((await refresh(refreshToken)).status).toBe(401);
  });

  it('ends when the password is changed, and the old password with it', async () => {
    const { principal } = world.callers['viewer']!;
    const mine = (await app.call('GET', '/api/users/me', { headers: world.callers['viewer']!.headers })).body;
    const session = (await login(mine.email)).body;
    const changed = await app.call('PATCH', `/api/users/${principal.userId}`, {
      headers: { Authorization: `Bearer ${session.accessToken}` },
      body: { password: 'another honest phrase' },
    });
    expect(changed.status).toBe(200);
    expect((await me(session.accessToken)).status).toBe(401);
    expect((await refresh(session.refreshToken)).status).toBe(401);
    expect((await login(mine.email)).status).toBe(401);
    expect((await login(mine.email, 'another honest phrase')).status).toBe(200);
  });
});

describe('a failed sign-in', () => {
  it('says the same of nobody, of a wrong password, and of a user without one', async () => {
    const answers = [
      await login('nobody@example.com'),
      await login(email, 'wrong'),
      await login('admin@sextant.local'),
    ];
    const said = answers.map(({ status, body: { traceId: _, ...rest } }) => ({ status, ...rest }));
    expect(said[0]).toMatchObject({ status: 401, code: 'LOGIN_FAILED' });
    expect([said[1], said[2]]).toEqual([said[0], said[0]]);
  });

  it('is heard later and later, and does not touch what is signed in', async () => {
    const open = (await login()).body;
    const answers = [];
    for (let guess = 0; guess < 7; guess++) answers.push(await login(email, 'a guess'));
    const last = answers.at(-1)!;
    expect([last.status, last.body.code]).toEqual([429, 'LOGIN_THROTTLED']);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await me(open.accessToken)).status).toBe(200);
    expect((await refresh(open.refreshToken)).status).toBe(200);
  });
});

describe('a key', () => {
  const create = (body: object, headers: Record<string, string>, idempotencyKey?: string) =>
    app.call('POST', '/api/api-keys', {
      body,
      headers: { ...headers, ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }) },
    });

  it('is shown once, stored as a hash, and not shown when the request is repeated', async () => {
    const { headers } = world.callers['trader']!;
    const body = { name: 'once', scopes: ['read'] };
    const first = await create(body, headers, 'k1');
    const again = await create(body, headers, '"k1"');
    const other = await create({ ...body, name: 'other' }, headers, 'k1');
    expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([
      201,
      201,
      'true',
    ]);
    expect(again.body).toEqual({ ...first.body, key: null, signingSecret: null });
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    const dump = JSON.stringify([
      await database().query('SELECT * FROM api_key'),
      await database().query('SELECT * FROM idempotency_key'),
      await database().query('SELECT * FROM event_log'),
    ]);
    expect(dump).not.toContain((first.body.key as string).split('_')[2]);
  });

  it('is made once by fifty requests with one idempotency key at the same time', async () => {
    const { headers } = world.callers['trader']!;
    const body = { name: 'fifty', scopes: ['read'] };
    const answers = await Promise.all(Array.from({ length: 50 }, () => create(body, headers, 'fifty')));
    expect(new Set(answers.map(({ body: { keyId } }) => keyId)).size).toBe(1);
    expect(answers.filter(({ body: { key } }) => key !== null)).toHaveLength(1);
  });

  it('has no scope that its maker has not', async () => {
    const answer = await create({ name: 'more', scopes: ['admin'] }, world.callers['trader']!.headers);
    expect([answer.status, answer.body.code]).toEqual([422, 'SCOPE_NOT_GRANTED']);
  });

  it('works beside its successor for the overlap, and not after', async () => {
    const { headers } = world.callers['trader']!;
    const old = (await create({ name: 'old', scopes: ['read'] }, headers)).body;
    const rotate = (keyId: string, overlapSeconds: number) =>
      app.call('POST', `/api/api-keys/${keyId}/rotate`, { headers, body: { overlapSeconds } });
    const next = (await rotate(old.keyId, 3600)).body;
    const statuses = async () =>
      Promise.all(
        [old.key, next.key].map(async (as) => (await app.call('GET', '/api/users/me', { as })).status),
      );
    expect(await statuses()).toEqual([200, 200]);
    const now = (await rotate(next.keyId, 0)).body;
    expect((await app.call('GET', '/api/users/me', { as: next.key })).status).toBe(401);
    expect((await app.call('GET', '/api/users/me', { as: now.key })).status).toBe(200);
  });

  it('stops within five seconds when another process revokes it, although it is in use', async () => {
    const { headers, principal } = world.callers['trader']!;
    const key = (await create({ name: 'elsewhere', scopes: ['read'] }, headers)).body;
    const use = async () => (await app.call('GET', '/api/users/me', { as: key.key })).status;
    expect(await use()).toBe(200);
    await database().query('UPDATE api_key SET revoked_at = now() WHERE key_id = $1', [key.keyId]);
    const started = performance.now();
    while ((await use()) === 200) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(performance.now() - started).toBeLessThan(5000);
    expect(principal.role).toBe('trader');
  });

  it('stops at once in this process when it is revoked', async () => {
    const admin = world.callers['admin']!.principal;
    const bus = app.app.get(CommandBus, { strict: false });
    const key = (await create({ name: 'gone', scopes: ['read'] }, world.callers['trader']!.headers)).body;
    expect((await app.call('GET', '/api/users/me', { as: key.key })).status).toBe(200);
    await bus.execute(new RevokeApiKey(admin, key.keyId));
    expect((await app.call('GET', '/api/users/me', { as: key.key })).status).toBe(401);
    expect(admin.role).toBe('admin');
  });

  it('stops at once in this process, sessions too, when its user is suspended or may do less', async () => {
    const { headers } = world.callers['admin']!;
    const body = { email: 'leaving@example.com', role: 'trader', password: PASSWORD };
    const { userId } = (await app.call('POST', '/api/users', { headers, body })).body;
    const session = { Authorization: `Bearer ${(await login(body.email)).body.accessToken}` };
    const key = (await create({ name: 'theirs', scopes: ['read', 'trade'] }, session)).body.key;
    const change = (change: object) => app.call('PATCH', `/api/users/${userId}`, { headers, body: change });
    const cancelAll = async (as: object) =>
      (await app.call('POST', '/api/orders/cancel-all', { ...as, body: { nothing: 'valid' } })).status;
    const both = async () => [await cancelAll({ headers: session }), await cancelAll({ as: key })];
    expect(await both()).toEqual([400, 400]);
    expect((await change({ role: 'viewer' })).status).toBe(200);
    expect(await both()).toEqual([403, 403]);
    expect((await change({ status: 'SUSPENDED' })).status).toBe(200);
    expect(await both()).toEqual([401, 401]);
  });
});

describe('a signed request', () => {
  let key: { key: string; signingSecret: string };

  beforeAll(async () => {
    const { headers } = world.callers['admin']!;
    const body = { name: 'signed', scopes: ['read', 'trade', 'admin'], signed: true };
    key = (await app.call('POST', '/api/api-keys', { headers, body })).body;
  });

  function signed(
    method: string,
    url: string,
    body = '',
    timestamp = String(Date.now()),
  ): Record<string, string> {
    const signature = createHmac('sha256', key.signingSecret)
      .update(method + url + timestamp + body)
      .digest('hex');
    return { 'X-API-Key': key.key, 'X-Timestamp': timestamp, 'X-Signature': signature };
  }

  it('is taken once, and never again', async () => {
    const headers = signed('GET', '/api/users?limit=3');
    const first = await app.call('GET', '/api/users?limit=3', { headers });
    const again = await app.call('GET', '/api/users?limit=3', { headers });
    expect([first.status, again.status, again.body.code]).toEqual([200, 401, 'SIGNATURE_REPLAYED']);
  });

  it('covers its body to the letter', async () => {
    const body = '{ "email": "signed@example.com", "role": "viewer" }';
    const headers = signed('POST', '/api/users', body);
    const changed = await app.call('POST', '/api/users', { headers, body: body.replace('viewer', 'admin') });
    expect([changed.status, changed.body.code]).toEqual([401, 'SIGNATURE_INVALID']);
    expect((await app.call('POST', '/api/users', { headers, body })).status).toBe(201);
  });

  it.each([
    ['no signature', () => ({ 'X-API-Key': key.key }), 'SIGNATURE_INVALID'],
    [
      'the key as its own secret',
      () => ({ ...signed('GET', '/api/users'), 'X-Signature': '0'.repeat(64) }),
      'SIGNATURE_INVALID',
    ],
    ['another path', () => signed('GET', '/api/users/me'), 'SIGNATURE_INVALID'],
    ['another method', () => signed('DELETE', '/api/users'), 'SIGNATURE_INVALID'],
    [
      'a clock 31 s behind',
      () => signed('GET', '/api/users', '', String(Date.now() - 31_000)),
      'SIGNATURE_EXPIRED',
    ],
    [
      'a clock 31 s ahead',
      () => signed('GET', '/api/users', '', String(Date.now() + 31_000)),
      'SIGNATURE_EXPIRED',
    ],
    [
      'seconds for milliseconds',
      () => signed('GET', '/api/users', '', String(Math.floor(Date.now() / 1000))),
      'SIGNATURE_EXPIRED',
    ],
  ])('with %s is refused', async (_name, headers, code) => {
    const answer = await app.call('GET', '/api/users', { headers: headers() });
    expect([answer.status, answer.body.code]).toEqual([401, code]);
  });
});

describe('users', () => {
  const admin = () => world.callers['admin']!.headers;

  it('are changed as they were read, or not at all', async () => {
    const { principal } = world.callers['viewer']!;
    const path = `/api/users/${principal.userId}`;
    const read = await app.call('GET', path, { headers: admin() });
    const etag = read.headers.get('etag')!;
    const change = (body: object) =>
      app.call('PATCH', path, { headers: { ...admin(), 'If-Match': etag }, body });
    const first = await change({ role: 'trader' });
    const second = await change({ role: 'admin' });
    expect([first.status, second.status, second.body.code]).toEqual([200, 412, 'USER_CHANGED']);
    expect(first.headers.get('etag')).not.toBe(etag);
  });

  it('keep an administrator, however many try to leave at once', async () => {
    const bus = app.app.get(CommandBus, { strict: false });
    const { principal } = world.neighbour;
    const attempts = [{ role: 'viewer' as const }, { status: 'SUSPENDED' as const }];
    const outcomes = await Promise.allSettled(
      attempts.map((changes) => bus.execute(new ChangeUser(principal, principal.userId, changes, null))),
    );
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual([
      'LAST_ADMIN',
      'LAST_ADMIN',
    ]);
  });

  it('share no e-mail', async () => {
    const body = { email, role: 'viewer' };
    const answer = await app.call('POST', '/api/users', { headers: admin(), body });
    expect([answer.status, answer.body.code]).toEqual([409, 'USER_EMAIL_TAKEN']);
  });

  it('come in pages that miss nobody and repeat nobody while others arrive', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page = (await app.call('GET', `/api/users?limit=2${query}`, { headers: admin() })).body;
      seen.push(...page.data.map(({ userId }: { userId: string }) => userId));
      const late = { email: `late${seen.length}@example.com`, role: 'viewer' };
      if (seen.length < 6) await app.call('POST', '/api/users', { headers: admin(), body: late });
      cursor = page.page.nextCursor;
      expect(page.page.hasMore).toBe(cursor !== null);
    } while (cursor !== null);
    const all = await app.call('GET', '/api/users?limit=500', { headers: admin() });
    expect(seen).toEqual(all.body.data.map(({ userId }: { userId: string }) => userId));
    expect(new Set(seen).size).toBe(seen.length);
  });
});

it('writes down who did what, in one unbroken stream', async () => {
  const events = await app.events();
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  const created = events.find(({ type }) => type === 'ApiKeyCreated')!;
  expect(created.actor).toBe('system');
  expect(
    events.filter(({ type }) => type === 'LoginSucceeded').every(({ actor }) => actor?.startsWith('usr_')),
  ).toBe(true);
});
