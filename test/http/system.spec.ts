import { jest } from '@jest/globals';
import { Database, Lifecycle } from '@sextant/platform';
import { TestApp } from './test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start({ SEXTANT__TELEMETRY__TRACERATIO: '0.5' });
});
afterAll(() => app.close());

const valueOf = (body: { values: { key: string }[] }, key: string): Record<string, unknown> =>
  body.values.find((each) => each.key === key)! as Record<string, unknown>;

describe('health', () => {
  it('tells everybody whether the process lives and is ready, and nothing else', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      const { status, body } = await app.call('GET', path);
      expect([path, status, body]).toEqual([path, 200, { status: 'UP' }]);
    }
  });

  it('tells those who may read how each component is', async () => {
    expect((await app.call('GET', '/api/system/health')).status).toBe(401);
    const { status, body } = await app.call('GET', '/api/system/health', { as: app.adminKey });
    expect(status).toBe(200);
    expect(body).toMatchObject({ running: true, ready: true, asOf: expect.stringMatching(/Z$/) });
    const database = body.components.find(({ name }: { name: string }) => name === 'database');
    expect(database).toMatchObject({
      state: 'RUNNING',
      health: { status: 'UP' },
      since: expect.stringMatching(/Z$/),
    });
  });
});

describe('configuration', () => {
  it('shows every value with its source, and no secret', async () => {
    const { status, body, text } = await app.call('GET', '/api/system/config', { as: app.adminKey });
    expect(status).toBe(200);
    expect(body.environment).toBe('test');
    expect(valueOf(body, 'http.port')).toMatchObject({ value: 0, source: 'PORT', dynamic: false });
    expect(valueOf(body, 'app.logFormat')).toMatchObject({ value: 'AUTO', source: 'default' });
    expect(valueOf(body, 'auth.jwtKey')).toMatchObject({
      value: '***',
      source: expect.stringContaining('generated'),
    });
    expect(valueOf(body, 'database.url').value).toMatch(/^postgres(ql)?:\/\/\*\*\*@[\w.]+:\d+\/\w+$/);
    expect(text).not.toContain('sextant_test@');
  });

  it('changes dynamic keys with If-Match, tells who did it in the audit log, and takes the change back', async () => {
    const as = app.adminKey;
    const before = await app.call('GET', '/api/system/config', { as });
    const etag = before.headers.get('etag')!;
    const change = { as, body: { values: { 'marketData.maxAgeMs': 800 } }, headers: { 'If-Match': etag } };
    const changed = await app.call('PATCH', '/api/system/config', change);
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect(valueOf(changed.body, 'marketData.maxAgeMs')).toMatchObject({ value: 800, source: 'override' });
    const stale = await app.call('PATCH', '/api/system/config', change);
    expect([stale.status, stale.body.code]).toEqual([412, 'CONFIG_CHANGED_MEANWHILE']);
    const events = await app.call('GET', '/api/events?type=ConfigChanged', { as });
    expect(events.body.data).toMatchObject([
      {
        streamId: 'system',
        actor: expect.stringMatching(/^key_/),
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        payload: { key: 'marketData.maxAgeMs', from: 5000, to: 800, overridden: true },
      },
    ]);
    const back = await app.call('PATCH', '/api/system/config', {
      as,
      body: { values: { 'marketData.maxAgeMs': null } },
    });
    expect(valueOf(back.body, 'marketData.maxAgeMs')).toMatchObject({ value: 5000 });
  });

  it.each([
    ['app.logLvl', 'INFO', 400, 'CONFIG_KEY_UNKNOWN'],
    ['marketData.maxAgeMs', '800', 400, 'CONFIG_VALUE_INVALID'],
    ['http.port', 1, 422, 'CONFIG_KEY_NOT_DYNAMIC'],
    ['telemetry.traceRatio', '0.1', 409, 'CONFIG_KEY_PINNED'],
  ])('refuses %s = %p', async (key, value, status, code) => {
    const answer = await app.call('PATCH', '/api/system/config', {
      as: app.adminKey,
      body: { values: { [key]: value } },
    });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.errors).toMatchObject([{ pointer: `/values/${key}`, code }]);
  });

  it('names each of several refusals', async () => {
    const body = { values: { 'http.port': 1, 'app.logLevel': 7 } };
    const answer = await app.call('PATCH', '/api/system/config', { as: app.adminKey, body });
    expect([answer.status, answer.body.code, answer.body.errors.length]).toEqual([
      400,
      'CONFIG_CHANGE_REFUSED',
      2,
    ]);
  });
});

it('serves metrics to administrators, with the request counted by its route', async () => {
  expect((await app.call('GET', '/metrics')).status).toBe(401);
  const { status, headers, text } = await app.call('GET', '/metrics', { as: app.adminKey });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^text\/plain; version=/);
  expect(text).toMatch(/^api_requests_total\{endpoint="\/health\/live",method="GET",status="200"\} \d+$/m);
  expect(text).toMatch(/^api_request_duration_seconds_count \d+$/m);
  expect(text).toMatch(/^component_up\{component="http-server"\} 1$/m);
});

it('says what the installation can do', async () => {
  const { body } = await app.call('GET', '/api/system/capabilities', { as: app.adminKey });
  expect(body).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    environment: 'test',
    topology: 'STANDARD',
    redis: false,
    sections: { api: { maxPageLimit: 500 } },
  });
});

it('takes over the trace of the caller', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const { body } = await app.call('GET', '/api/system/config', { headers: { traceparent } });
  expect(body.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
});

it('is not ready when a component is down, and alive all the same', async () => {
  const lifecycle = app.app.get(Lifecycle);
  const database = app.app.get(Database);
  const health = jest.spyOn(database, 'health').mockResolvedValue({ status: 'DOWN', detail: 'gone' });
  await lifecycle.check();
  const { status, body } = await app.call('GET', '/health/ready');
  expect([status, body.code, body.retryable]).toEqual([503, 'SYSTEM_NOT_READY', true]);
  expect((await app.call('GET', '/health/live')).status).toBe(200);
  health.mockRestore();
  await lifecycle.check();
  expect((await app.call('GET', '/health/ready')).status).toBe(200);
});
