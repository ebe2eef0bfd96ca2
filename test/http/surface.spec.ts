import helmet from '@fastify/helmet';
import { fastify } from 'fastify';
import { connect } from 'node:net';
import { populate } from './callers.js';
import type { World } from './callers.js';
import { TestApp } from './test-app.js';

describe('headers', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it('are those that helmet would set, or stricter ones, on every kind of answer', async () => {
    const bare = fastify();
    await bare.register(helmet);
    bare.get('/', () => 'x');
    const expected = Object.keys((await bare.inject('/')).headers).filter(
      (name) => !['content-type', 'content-length', 'date', 'connection'].includes(name),
    );
    await bare.close();
    expect(expected.length).toBeGreaterThan(8);
    for (const path of ['/api/users/me', '/api/nothing', '/openapi.json', '/docs', '/health/live']) {
      const { headers } = await app.call('GET', path);
      expect([path, expected.filter((name) => !headers.has(name))]).toEqual([path, []]);
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    }
  });

  it('let nobody keep an answer, and no page of another site read one', async () => {
    const { headers } = await app.call('GET', '/api/users/me', {
      as: app.adminKey,
      headers: { Origin: 'https://evil.example' },
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('take over the trace of a caller, and no trace that is none', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traceOf = async (traceparent: string) =>
      (await app.call('GET', '/api/nothing', { headers: { traceparent } })).body.traceId as string;
    expect(await traceOf(`00-${traceId}-00f067aa0ba902b7-01`)).toBe(traceId);
    expect(await traceOf(`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`)).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
    expect(await traceOf("';--")).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('paths', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it('name something malformed, not a wrong method, when an id in them is long', async () => {
    for (const length of [33, 101, 3000]) {
      const { status, body } = await app.call('GET', `/api/orders/${'a'.repeat(length)}`, {
        as: app.adminKey,
      });
      expect([status, body.code, body.traceId]).toEqual([
        400,
        'ID_MALFORMED',
        expect.stringMatching(/^[0-9a-f]{32}$/),
      ]);
    }
  });
});

describe('budgets', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await TestApp.start({
      SEXTANT__API__RATELIMITPERMINUTE: '10',
      SEXTANT__HTTP__ORDERSPERMINUTE: '5',
      SEXTANT__HTTP__CANCELSPERMINUTE: '3',
      SEXTANT__HTTP__LOGINSPERMINUTE: '12',
    });
    world = await populate(app);
  });
  afterAll(() => app.close());

  it('of a principal are counted down in the headers, and end in 429 with Retry-After', async () => {
    const { headers } = world.callers['viewer key']!;
    const answers = [];
    for (let call = 0; call < 11; call++) answers.push(await app.call('GET', '/api/users/me', { headers }));
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
    expect(answers[0]!.headers.get('ratelimit-policy')).toBe('"requests";q=10;w=60');
    expect(answers[3]!.headers.get('ratelimit')).toMatch(/^"requests";r=6;t=\d+$/);
    const last = answers.at(-1)!;
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(last.body).toMatchObject({
      code: 'RATE_LIMIT_EXCEEDED',
      retryable: true,
      outcome: 'NOT_EXECUTED',
    });
  });

  it('of one principal are no other one’s', async () => {
    expect(
      (await app.call('GET', '/api/users/me', { headers: world.callers['trader key']!.headers })).status,
    ).toBe(200);
  });

  it('of cancels are left when those of orders are used up', async () => {
    const { headers } = world.callers['trader key']!;
    const order = () => app.call('POST', '/api/orders', { headers, body: {} });
    const statuses = [];
    for (let call = 0; call < 6; call++) statuses.push((await order()).status);
    expect(statuses.at(-1)).toBe(429);
    const cancel = await app.call('DELETE', `/api/orders/ord_${'0'.repeat(32)}`, { headers });
    expect([cancel.status, cancel.headers.get('ratelimit-policy')]).toEqual([404, '"cancels";q=3;w=60']);
  });

  it('of an address end guessing at keys and passwords', async () => {
    const guess = () => app.call('GET', '/api/users/me', { as: `sx_aaaaaaaaaa_${'0'.repeat(64)}` });
    const statuses = [];
    for (let call = 0; call < 14; call++) statuses.push((await guess()).status);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    const login = await app.call('POST', '/api/auth/login', { body: { email: 'a@b.co', password: 'x' } });
    expect([login.status, login.body.code]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
    expect((await app.call('GET', '/api/users', { as: app.adminKey })).status).toBe(200);
  });
});

it('opens to the pages of the origins that are configured, and closes the documents where they are off', async () => {
  const app = await TestApp.start({
    SEXTANT__HTTP__CORSORIGINS: 'https://desk.example',
    SEXTANT__HTTP__SWAGGER: 'false',
  });
  const allowed = async (Origin: string) =>
    (await app.call('GET', '/health/live', { headers: { Origin } })).headers.get(
      'access-control-allow-origin',
    );
  expect(await allowed('https://desk.example')).toBe('https://desk.example');
  expect(await allowed('https://desk.example.evil')).toBeNull();
  for (const path of ['/docs', '/openapi.json']) expect((await app.call('GET', path)).status).toBe(404);
  await app.close();
});

it('answers whoever watches the process although the budget of their address is used up', async () => {
  const app = await TestApp.start({ SEXTANT__HTTP__ADDRESSPERMINUTE: '3' });
  const statuses = [];
  for (let call = 0; call < 5; call++) statuses.push((await app.call('GET', '/api/nothing')).status);
  expect(statuses).toEqual([404, 404, 404, 429, 429]);
  expect((await app.call('GET', '/health/live')).status).toBe(200);
  await app.close();
});

describe('connections', () => {
  it('of one address have an end', async () => {
    const app = await TestApp.start({ SEXTANT__HTTP__MAXSOCKETSPERADDRESS: '4' });
    const { hostname, port } = new URL(app.url);
    const sockets = Array.from({ length: 8 }, () => connect(Number(port), hostname));
    const closed = sockets.map(
      (socket) =>
        new Promise<boolean>((resolve) => {
          socket.on('error', () => undefined);
          socket.on('close', () => resolve(true));
          setTimeout(() => resolve(false), 700);
        }),
    );
    expect((await Promise.all(closed)).filter(Boolean)).toHaveLength(4);
    for (const socket of sockets) socket.destroy();
    await app.close();
  });

  it('that were in use when the process began to stop hear that it stops', async () => {
    const app = await TestApp.start();
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    const said: string[] = [];
    const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('data', (bytes) => said.push(String(bytes)));
    await new Promise<void>((resolve) => {
      socket.write(
        'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET /api/users/me HTTP/1.1\r\nHost: x\r\n',
        () => socket.once('data', () => resolve()),
      );
    });
    const closed = app.app.getHttpAdapter().close();
    socket.write('\r\n');
    await Promise.all([closed, ended]);
    const answer = said.join('').slice(said.join('').lastIndexOf('HTTP/1.1 '));
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n');
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
      code: 'SERVICE_STOPPING',
      retryable: true,
      outcome: 'NOT_EXECUTED',
    });
    await app.close();
  });

  it('have deadlines for headers, requests and idle time', async () => {
    const app = await TestApp.start();
    const { headersTimeout, requestTimeout, keepAliveTimeout } = app.app.getHttpServer();
    expect([headersTimeout, requestTimeout, keepAliveTimeout]).toEqual([10_000, 30_000, 5_000]);
    await app.close();
  });
});

describe('secrets', () => {
  it('stand in no answer after the one that shows them, and in no row', async () => {
    const app = await TestApp.start();
    const answers: string[] = [];
    let dump = '';
    const secrets: string[] = [app.adminKey];
    try {
      const as = app.adminKey;
      const password = 'canary in a coal mine 77';
      secrets.push(password);
      const note = async (method: string, path: string, body?: unknown, headers = {}) => {
        const answer = await app.call(method, path, { as, body, headers });
        answers.push(answer.text, JSON.stringify([...answer.headers]));
        return answer;
      };
      await note('POST', '/api/users', { email: 'carla@example.com', role: 'trader', password });
      const key = await app.call('POST', '/api/api-keys', {
        as,
        body: { name: 'c', scopes: ['read'], signed: true },
      });
      const session = await app.call('POST', '/api/auth/login', {
        body: { email: 'carla@example.com', password },
      });
      secrets.push(key.body.key, key.body.signingSecret, session.body.refreshToken, session.body.accessToken);
      const { paths } = (await app.call('GET', '/openapi.json')).body as { paths: Record<string, object> };
      for (const [path, item] of Object.entries(paths)) {
        if ('get' in item && !path.includes('{')) await note('GET', path);
      }
      await note('POST', '/api/users', { email: 'carla@example.com', role: 'trader', password });
      await note('POST', '/api/auth/login', { email: 'carla@example.com', password: `${password}x` });
      await note('POST', '/api/auth/refresh', { refreshToken: `${session.body.refreshToken}x` });
      await note('GET', `/api/users/${encodeURIComponent(password)}`);
      await note('POST', '/api/users', `{"email":"carla@example.com","password":"${password}",}`);
      dump = await app.dump();
    } finally {
      await app.close();
    }
    const forms = secrets.flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ]);
    // What a client itself puts into a path comes back as the `instance` of the problem, and nowhere else.
    const said = answers.filter((answer) => !answer.includes('ID_MALFORMED'));
    expect(said.length).toBeGreaterThan(20);
    expect(dump.length).toBeGreaterThan(1000);
    for (const form of forms) {
      expect(said.filter((answer) => answer.includes(form))).toEqual([]);
      expect(dump.includes(form)).toBe(false);
    }
  });
});
