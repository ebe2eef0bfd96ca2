import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { ManualClock, SystemClock } from '@sextant/platform';
import type { NotSent, PreparedRequest } from '../../domain/channel/venue-answer.js';
import { reply, response, ScriptedVenue } from './scripted-venue.contract.js';
import type { Script } from './scripted-venue.contract.js';
import { SELF_SIGNED } from './self-signed.contract.js';
import { Wire } from './wire.js';
import type { WireOptions } from './wire.js';
import type { WireOutcome } from './wire-exchange.js';

const OPTIONS: WireOptions = {
  connectionsPerHost: 2,
  keepAliveMs: 30_000,
  connectTimeoutMs: 2_000,
  headersTimeoutMs: 5_000,
  dnsCacheMs: 300_000,
  largestBody: 100_000,
  proxyUrl: null,
};

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function venueThat(script: Script): Promise<ScriptedVenue> {
  const venue = await ScriptedVenue.start(script);
  open.push(() => venue.close());
  return venue;
}

function wire(options: Partial<WireOptions> = {}, clock = new SystemClock()): Wire {
  const made = new Wire(clock, { ...OPTIONS, ...options });
  open.push(() => made.close());
  return made;
}

interface Asked {
  request?: Partial<PreparedRequest>;
  timeoutMs?: number;
  goodUntilMs?: number;
  lastWord?: () => NotSent | null;
}

function ask(via: Wire, root: string, asked: Asked = {}): Promise<WireOutcome> {
  const request = {
    method: 'POST',
    url: `${root}/order?a=1`,
    headers: {},
    body: 'x=1',
    ...asked.request,
  } as const;
  return via.send({
    request,
    root,
    endpoint: root,
    goodUntilMs: asked.goodUntilMs ?? Number.POSITIVE_INFINITY,
    signal: AbortSignal.timeout(asked.timeoutMs ?? 3_000),
    lastWord: asked.lastWord ?? (() => null),
  });
}

async function outcomeOf(
  script: Script,
  asked: Asked = {},
  options: Partial<WireOptions> = {},
): Promise<unknown> {
  const venue = await venueThat(script);
  const { answer } = await ask(wire(options), venue.url, asked);
  expect(venue.heard).toHaveLength(1);
  return answer;
}

const says =
  (bytes: string | Buffer): Script =>
  (_, socket) =>
    void socket.end(bytes);

describe('an answer', () => {
  it('comes with status, headers in lower case, text and times', async () => {
    const venue = await venueThat(
      reply(418, '{"code":-1003}', { 'Retry-After': '7', 'X-Twice': 'a\r\nx-twice: b' }),
    );
    const { answer, sentMs, receivedMs } = await ask(wire(), venue.url, {
      request: { headers: { 'X-Key': 'k' } },
    });
    expect(answer).toMatchObject({ kind: 'ANSWER', status: 418, body: '{"code":-1003}' });
    expect(answer).toMatchObject({ headers: { 'retry-after': '7', 'x-twice': 'a, b' } });
    expect(receivedMs! - sentMs!).toBeGreaterThanOrEqual(0);
    expect(venue.heard).toMatchObject([
      {
        method: 'POST',
        path: '/order?a=1',
        body: 'x=1',
        headers: { 'x-key': 'k', 'accept-encoding': 'gzip, deflate, br' },
      },
    ]);
  });

  it('is decompressed', async () => {
    const text = 'candles '.repeat(1_000);
    expect(await outcomeOf(reply(200, gzipSync(text), { 'content-encoding': 'gzip' }))).toMatchObject({
      body: text,
    });
    expect(await outcomeOf(reply(200, brotliCompressSync(text), { 'content-encoding': 'br' }))).toMatchObject(
      {
        body: text,
      },
    );
  });

  it('that redirects is an answer, and is not followed', async () => {
    const elsewhere = await venueThat(reply(200, 'secret'));
    const answer = await outcomeOf(reply(302, '', { location: elsewhere.url }));
    expect(answer).toMatchObject({ kind: 'ANSWER', status: 302 });
    expect(elsewhere.heard).toEqual([]);
  });

  it('in HTML, empty, or after an interim one, is an answer for the adapter to judge', async () => {
    expect(await outcomeOf(reply(200, '<html>'))).toMatchObject({ status: 200, body: '<html>' });
    expect(await outcomeOf(reply(200, ''))).toMatchObject({ status: 200, body: '' });
    const interim = Buffer.concat([
      Buffer.from('HTTP/1.1 103 Early\r\nlink: x\r\n\r\n'),
      response(200, 'ok'),
    ]);
    expect(await outcomeOf(says(interim))).toMatchObject({ status: 200, body: 'ok' });
  });
});

describe('bytes may have left when the venue', () => {
  const half = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc';
  const drip = (socket: Socket): void => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n');
    const timer = setInterval(() => socket.write('a'), 20);
    socket.on('close', () => clearInterval(timer));
  };
  const cases: [string, Script, string, Asked?][] = [
    ['resets after the request', (_, socket) => void socket.resetAndDestroy(), 'RESET'],
    ['closes without a word', (_, socket) => void socket.end(), 'RESET'],
    ['says nothing', () => undefined, 'TIMEOUT', { timeoutMs: 100 }],
    ['stops in the middle of the body', (_, s) => void s.write(half), 'TIMEOUT', { timeoutMs: 100 }],
    ['sends its body one byte at a time', (_, socket) => drip(socket), 'TIMEOUT', { timeoutMs: 200 }],
    [
      'resets in the middle of the body',
      (_, s) => void s.write(half, () => s.resetAndDestroy()),
      'TRUNCATED',
    ],
    ['closes before the length it promised', says(half), 'TRUNCATED'],
    ['cuts off chunks', says('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'), 'TRUNCATED'],
    ['does not speak HTTP', says('SSH-2.0-OpenSSH_9.2\r\n'), 'GARBLED'],
    [
      'states two lengths',
      says('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'),
      'GARBLED',
    ],
    ['sends no gzip under that name', reply(200, 'abc', { 'content-encoding': 'gzip' }), 'GARBLED'],
    [
      'cuts off its gzip',
      reply(200, gzipSync('abc'.repeat(99)).subarray(0, 20), { 'content-encoding': 'gzip' }),
      'GARBLED',
    ],
    ['wraps its body many times', reply(200, 'abc', { 'content-encoding': 'gzip,gzip,gzip' }), 'GARBLED'],
    ['upgrades', says('HTTP/1.1 101 X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'), 'RESET'],
    ['floods with headers', says(`HTTP/1.1 200 OK\r\n${'x: yyyyyyyy\r\n'.repeat(4_000)}\r\n`), 'TOO_LARGE'],
    ['sends one endless header', says(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`), 'TOO_LARGE'],
    ['promises 100 MB', says('HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\nab'), 'TOO_LARGE'],
  ];
  it.each(cases)('%s', async (_, script, code, asked = {}) => {
    expect(await outcomeOf(script, asked)).toMatchObject({ kind: 'NO_ANSWER', code });
  });

  it('sends 100 MB, of which no more than the limit is kept', async () => {
    const block = Buffer.alloc(65_536, 97);
    let written = 0;
    const flood: Script = (_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n');
      const pour = (): void => {
        while (written < 100_000_000 && !socket.destroyed) {
          written += block.length;
          if (!socket.write(block)) return void socket.once('drain', pour);
        }
        socket.end();
      };
      pour();
    };
    expect(await outcomeOf(flood)).toMatchObject({ kind: 'NO_ANSWER', code: 'TOO_LARGE' });
    expect(written).toBeLessThan(20_000_000);
  });

  it('sends a bomb: small on the wire, huge in memory', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    const answer = await outcomeOf(reply(200, bomb, { 'content-encoding': 'gzip' }));
    expect(answer).toMatchObject({ kind: 'NO_ANSWER', code: 'TOO_LARGE' });
  });

  it('is silent past the deadline for headers', async () => {
    const answer = await outcomeOf(() => undefined, {}, { headersTimeoutMs: 150 });
    expect(answer).toMatchObject({ kind: 'NO_ANSWER', code: 'TIMEOUT' });
  });
});

describe('nothing left, for certain, when', () => {
  it('nobody listens', async () => {
    const venue = await venueThat(reply(200, ''));
    const { url } = venue;
    await venue.close();
    const { answer } = await ask(wire(), url);
    expect(answer).toMatchObject({ kind: 'NOT_SENT', code: 'CONNECT_FAILED', detail: 'ECONNREFUSED' });
  });

  it('the name does not exist', async () => {
    const { answer } = await ask(wire(), 'http://venue.invalid');
    expect(answer).toMatchObject({ kind: 'NOT_SENT', code: 'DNS_FAILED' });
  });

  it('the certificate is not to be trusted, whatever the environment says', async () => {
    const server = createSecureServer(SELF_SIGNED, (_, answer) => answer.end('{}'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.push(async () => void server.close());
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const { answer } = await ask(wire(), `https://localhost:${(server.address() as AddressInfo).port}`);
      expect(answer).toMatchObject({ kind: 'NOT_SENT', code: 'TLS_FAILED' });
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });

  it('the request cannot be written', async () => {
    const venue = await venueThat(reply(200, ''));
    const { answer } = await ask(wire(), venue.url, { request: { headers: { 'x-a': 'b\r\nx-c: d' } } });
    expect(answer).toMatchObject({ kind: 'NOT_SENT', code: 'BAD_REQUEST' });
    expect(venue.heard).toEqual([]);
  });

  it('no connection comes in time; and it is not sent later either', async () => {
    const venue = await venueThat(() => undefined);
    const via = wire({ connectionsPerHost: 1 });
    const first = ask(via, venue.url, { timeoutMs: 300 });
    const second = ask(via, venue.url, { timeoutMs: 100 });
    expect((await second).answer).toMatchObject({ kind: 'NOT_SENT', code: 'CONNECT_TIMEOUT' });
    expect((await first).answer).toMatchObject({ kind: 'NO_ANSWER', code: 'TIMEOUT' });
    venue.script = reply(200, 'third');
    expect((await ask(via, venue.url)).answer).toMatchObject({ body: 'third' });
    expect(venue.heard).toHaveLength(2);
  });

  it('the request was signed too long ago; the connection is kept for the next one', async () => {
    const venue = await venueThat(reply(200, 'ok'));
    const clock = new ManualClock();
    clock.advance(1_000);
    const via = new Wire(clock, OPTIONS);
    open.push(() => via.close());
    const { answer } = await ask(via, venue.url, { goodUntilMs: 999 });
    expect(answer).toMatchObject({ kind: 'NOT_SENT', code: 'STALE_REQUEST', retryAfterMs: 0 });
    expect((await ask(via, venue.url)).answer).toMatchObject({ body: 'ok' });
    expect(venue).toMatchObject({ connections: 1, heard: [{ body: 'x=1' }] });
  });

  it('the last word is no', async () => {
    const venue = await venueThat(reply(200, 'ok'));
    const no: NotSent = { kind: 'NOT_SENT', code: 'HALTED', detail: 'banned', retryAfterMs: 5 };
    expect((await ask(wire(), venue.url, { lastWord: () => no })).answer).toEqual(no);
    expect(venue.heard).toEqual([]);
  });

  it('the proxy cannot be reached, or refuses', async () => {
    const venue = await venueThat(reply(200, 'ok'));
    const proxy = await venueThat(reply(407, ''));
    const refused = await ask(wire({ proxyUrl: proxy.url }), venue.url);
    expect(refused.answer).toMatchObject({ kind: 'NOT_SENT', code: 'PROXY_FAILED' });
    expect(proxy.heard).toMatchObject([{ method: 'CONNECT' }]);
    const gone = await ask(wire({ proxyUrl: 'http://127.0.0.1:1' }), venue.url);
    expect(gone.answer).toMatchObject({ kind: 'NOT_SENT', code: 'CONNECT_FAILED' });
    expect(venue.heard).toEqual([]);
  });
});

it('keeps connections and opens no more of them than it may', async () => {
  const venue = await venueThat((_, socket) => void setTimeout(() => socket.write(response(200, 'ok')), 20));
  const via = wire({ connectionsPerHost: 2 });
  expect(via.connections()).toEqual({ busy: 0, idle: 0 });
  const asked = Promise.all(Array.from({ length: 8 }, () => ask(via, venue.url)));
  while (venue.heard.length < 2) await new Promise((resolve) => setTimeout(resolve, 2));
  expect(via.connections()).toEqual({ busy: 2, idle: 0 });
  const answers = await asked;
  expect(via.connections()).toEqual({ busy: 0, idle: 2 });
  expect(answers.map(({ answer }) => answer.kind)).toEqual(Array(8).fill('ANSWER'));
  expect(venue.connections).toBe(2);
});

it('calls a host by the name it was given, over one address and one pool', async () => {
  const venue = await venueThat(reply(200, 'ok'));
  const root = venue.url.replace('127.0.0.1', 'localhost');
  const via = wire({ connectionsPerHost: 1 });
  for (let count = 0; count < 4; count += 1)
    expect((await ask(via, root)).answer).toMatchObject({ body: 'ok' });
  expect(venue.heard.map(({ headers }) => headers['host'])).toEqual(Array(4).fill(new URL(root).host));
  expect(venue.connections).toBe(1);
  await venue.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await ask(via, root)).answer).toMatchObject({ kind: 'NOT_SENT', code: 'CONNECT_FAILED' });
});

it('sends a request once although its connection was closed while idle', async () => {
  const venue = await venueThat(reply(200, 'ok'));
  const via = wire();
  await ask(via, venue.url);
  venue.script = (_, socket) => void socket.resetAndDestroy();
  expect((await ask(via, venue.url)).answer).toMatchObject({ kind: 'NO_ANSWER', code: 'RESET' });
  expect(venue.heard).toHaveLength(2);
});

it('ends what is under way when it is closed', async () => {
  const venue = await venueThat(() => undefined);
  const via = wire();
  const pending = ask(via, venue.url);
  while (venue.heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await via.close();
  expect((await pending).answer).toMatchObject({ kind: 'NO_ANSWER', code: 'ABORTED' });
});
