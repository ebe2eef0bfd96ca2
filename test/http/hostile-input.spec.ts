import { connect } from 'node:net';
import { TestApp } from './test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.close());

/** Sends text as the body of a request that would otherwise be accepted. */
async function post(text: string, contentType = 'application/json') {
  const started = performance.now();
  const answer = await app.call('POST', '/api/users', {
    as: app.adminKey,
    body: text,
    headers: { 'Content-Type': contentType },
  });
  return { ...answer, tookMs: performance.now() - started };
}

const deep = (levels: number) => `{"email":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const keys = (count: number) => `{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join(',')}}`;

describe('a body nobody honest sends', () => {
  it.each([
    ['nothing', '', 400, 'REQUEST_INVALID'],
    ['half a JSON', '{"email":"a@b.co"', 400, 'JSON_MALFORMED'],
    ['not JSON', 'email=a@b.co', 400, 'JSON_MALFORMED'],
    ['NaN', '{"email":NaN}', 400, 'JSON_MALFORMED'],
    ['Infinity', '{"email":-Infinity}', 400, 'JSON_MALFORMED'],
    ['a byte order mark', '\u{feff}{"email":"a@b.co","role":"viewer"}', 400, 'JSON_MALFORMED'],
    ['a number out of range', '{"email":1e400000000,"role":"viewer"}', 400, 'TEXT_INVALID'],
    ['a list', '[]', 400, 'OBJECT_INVALID'],
    ['text', '"x"', 400, 'OBJECT_INVALID'],
    ['null', 'null', 400, 'REQUEST_INVALID'],
    [
      '__proto__',
      '{"email":"a@b.co","role":"viewer","__proto__":{"role":"admin"}}',
      400,
      'JSON_FORBIDDEN_KEY',
    ],
    [
      '__proto__ in escapes',
      '{"email":"a@b.co","role":"viewer","\\u005f_proto__":{}}',
      400,
      'JSON_FORBIDDEN_KEY',
    ],
    ['constructor', '{"email":"a@b.co","role":"viewer","constructor":{}}', 400, 'JSON_FORBIDDEN_KEY'],
    ['prototype, deep down', '{"email":{"a":[{"prototype":1}]}}', 400, 'JSON_FORBIDDEN_KEY'],
    ['a member twice', '{"email":"a@b.co","role":"viewer","role":"admin"}', 400, 'JSON_DUPLICATE_KEY'],
    [
      'a member twice in escapes',
      '{"email":"a@b.co","role":"viewer","\\u0072ole":"admin"}',
      400,
      'JSON_DUPLICATE_KEY',
    ],
    ['21 levels', deep(20), 400, 'JSON_TOO_DEEP'],
    ['10,000 levels', deep(10_000), 400, 'JSON_TOO_DEEP'],
    ['30,000 levels never closed', '['.repeat(30_000), 400, 'JSON_TOO_DEEP'],
    ['201 members', keys(201), 400, 'JSON_TOO_MANY_KEYS'],
    ['100,000 members', keys(100_000), 413, 'BODY_TOO_LARGE'],
    ['50 MB', `{"email":"${'x'.repeat(50_000_000)}"}`, 413, 'BODY_TOO_LARGE'],
    ['a field for admins', '{"email":"a@b.co","role":"viewer","tenantId":"ten_x"}', 400, 'FIELD_UNKNOWN'],
    ['a number for text', '{"email":7,"role":"viewer"}', 400, 'TEXT_INVALID'],
    ['an object for a choice', '{"email":"a@b.co","role":{"toString":"admin"}}', 400, 'VALUE_NOT_ALLOWED'],
    ['a NUL in an address', '{"email":"a\\u0000@b.co","role":"viewer"}', 400, 'JSON_TEXT_INVALID'],
    ['a NUL as it is', '{"email":"a\u0000@b.co","role":"viewer"}', 400, 'JSON_MALFORMED'],
    ['a lone surrogate', '{"email":"\\ud800@b.co","role":"viewer"}', 400, 'JSON_TEXT_INVALID'],
  ])('%s', async (_name, text, status, code) => {
    const answer = await post(text).catch((error: Error) => error);
    // A server that stops reading may close the socket before the client has sent 50 MB.
    if (answer instanceof Error) expect(text.length).toBeGreaterThan(1_000_000);
    else expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('is refused fast', async () => {
    const hostile = [
      deep(10_000),
      keys(8000),
      `{"email":"${'\\u0041'.repeat(10_000)}"}`,
      '{"a":'.repeat(12_000),
    ];
    for (const text of hostile) {
      const times = [];
      for (let round = 0; round < 5; round++) times.push((await post(text)).tookMs);
      expect(Math.min(...times)).toBeLessThan(50);
    }
  });

  it('does not make the memory grow', async () => {
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < 300; round++) await post(keys(4000));
    const grown = process.memoryUsage().heapUsed - before;
    expect(grown).toBeLessThan(150_000_000);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
  ])('sent as %s, as a page of another site could', async (contentType) => {
    const answer = await post('{"email":"a@b.co","role":"viewer"}', contentType);
    expect([answer.status, answer.body.code]).toEqual([415, 'CONTENT_TYPE_UNSUPPORTED']);
  });
});

it('names every wrong field by its pointer', async () => {
  const { body } = await post('{"email":5,"role":"king","extra~/":1}');
  expect(body).toMatchObject({
    code: 'REQUEST_INVALID',
    status: 400,
    outcome: 'NOT_EXECUTED',
    errors: [
      { pointer: '/email', code: 'TEXT_INVALID' },
      { pointer: '/role', code: 'VALUE_NOT_ALLOWED' },
      { pointer: '/extra~0~1', code: 'FIELD_UNKNOWN' },
    ],
  });
  expect(body.traceId).toMatch(/^[0-9a-f]{32}$/);
});

describe('a query nobody honest sends', () => {
  it.each([
    ['limit=0', 'INTEGER_INVALID'],
    ['limit=501', 'INTEGER_INVALID'],
    ['limit=1e2', 'INTEGER_INVALID'],
    ['limit=%D9%A1%D9%A2', 'INTEGER_INVALID'],
    ['limit=1&limit=2', 'INTEGER_INVALID'],
    ['cursor=%00', 'REQUEST_MALFORMED'],
    ['cursor=a%20b', 'TEXT_INVALID'],
    ['cursor=bm90IGpzb24', 'CURSOR_INVALID'],
    ['cursor=WzFd', 'CURSOR_INVALID'],
    ['cursor=WyJcdTAwMDAiXQ', 'CURSOR_INVALID'],
    ['order=desc', 'FIELD_UNKNOWN'],
    ['__proto__=1', 'FIELD_UNKNOWN'],
  ])('%s', async (query, code) => {
    const answer = await app.call('GET', `/api/users?${query}`, { as: app.adminKey });
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });
});

describe('headers and URLs nobody honest sends', () => {
  it('a URL of 5 KB', async () => {
    const answer = await app.call('GET', `/api/users?cursor=${'x'.repeat(5000)}`, { as: app.adminKey });
    expect([answer.status, answer.body.code]).toEqual([414, 'URL_TOO_LONG']);
  });

  it('a URL that cannot be decoded', async () => {
    const answer = await app.call('GET', '/api/users/%ff%zz', { as: app.adminKey });
    expect([answer.status, answer.body.code]).toEqual([400, 'REQUEST_MALFORMED']);
  });

  it('9 KB of headers', async () => {
    const answer = await raw(`GET /health HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(9000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(answer).toContain('"code":"HEADERS_TOO_LARGE"');
  });

  it('bytes that are no HTTP', async () => {
    const answer = await raw('\u0000\u0001\u0002\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('"code":"REQUEST_MALFORMED"');
  });

  it.each(['', ' ', '"', 'a"b', 'x'.repeat(256), '\u00e9'])('an idempotency key %j', async (key) => {
    const answer = await app.call('POST', '/api/users', {
      as: app.adminKey,
      body: { email: 'k@example.com', role: 'viewer' },
      headers: { 'Idempotency-Key': key },
    });
    expect([answer.status, answer.body.code]).toEqual([400, 'IDEMPOTENCY_KEY_MALFORMED']);
  });
});

it('answers an unknown path with 404 and a wrong method with 405 and the right ones', async () => {
  const unknown = await app.call('GET', '/api/nothing', { as: app.adminKey });
  expect([unknown.status, unknown.body.code]).toEqual([404, 'ROUTE_UNKNOWN']);
  const wrong = await app.call('PUT', '/api/users/me', { as: app.adminKey });
  expect([wrong.status, wrong.body.code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
  expect(wrong.headers.get('allow')).toContain('GET');
});

it('shows no stack, statement or path in any error', async () => {
  const answers = await Promise.all([
    post('{'),
    post(keys(500)),
    app.call('GET', "/api/users/usr_'; DROP TABLE tenant; --", { as: app.adminKey }),
    app.call('GET', '/api/users?cursor=%27', { as: app.adminKey }),
    app.call('TRACE'.replace('TRACE', 'DELETE'), '/api/users', { as: app.adminKey }),
  ]);
  for (const { status, text, headers } of answers) {
    expect(status).toBeLessThan(500);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(text).not.toMatch(/node_modules|\.ts:|\.js:|at [A-Z]\w+\.|SELECT |INSERT |postgres/i);
  }
});

function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(app.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
