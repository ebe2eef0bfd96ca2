import { connect } from 'node:net';
import { API_KEY, Rehearsal } from '../venue-client.contract.js';
import type { FaultPoint, RequestAction, RequestMatch } from './fault-rule.js';

let alice: Rehearsal;

beforeEach(async () => {
  alice = await Rehearsal.start();
});
afterEach(() => alice.close());

const PLACE: RequestMatch = { method: 'POST', path: '/api/v3/order' };

function fault(
  point: FaultPoint,
  action: RequestAction,
  match: RequestMatch = PLACE,
  times: number | null = 1,
): void {
  alice.admin.setFault({ target: 'REQUEST', match, point, action, times });
}

const place = (id: string) => alice.limit('BUY', '0.1', '40000', { newClientOrderId: id });

/** What the venue itself holds, whatever it told. */
const orders = () =>
  alice.venue.core.engine.orders
    .of('alice', 'BTCUSDT')
    .map(({ clientOrderId, status }) => `${clientOrderId} ${status}`);

/** The bytes of an answer, as far as they come within the time. */
function bytesOf(query: string, forMs: number): Promise<{ text: string; end: 'closed' | 'open' | 'reset' }> {
  const { port } = new URL(alice.venue.url);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), '127.0.0.1');
    socket.setEncoding('latin1');
    socket.write(
      `POST /api/v3/order?${query} HTTP/1.1\r\nhost: venue\r\nx-mbx-apikey: ${API_KEY}\r\ncontent-length: 0\r\n\r\n`,
    );
    const end = (how: 'closed' | 'open' | 'reset') => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, end: how });
    };
    const timer = setTimeout(() => end('open'), forMs);
    socket.on('data', (chunk: string) => (text += chunk));
    socket.on('error', () => end('reset'));
    socket.on('close', () => end('closed'));
  });
}

const signedOrder = (id: string) =>
  alice.sign({
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '0.1',
    price: '40000',
    newClientOrderId: id,
  });

describe('a request that meets a fault', () => {
  it.each([
    ['DROP', 'IN_TRANSIT', [], 'closed'],
    ['DROP', 'BEFORE_ACCEPT', [], 'closed'],
    ['DROP', 'AFTER_ACCEPT', ['one NEW'], 'closed'],
    ['RESET', 'BEFORE_ACCEPT', [], 'reset'],
    ['RESET', 'AFTER_ACCEPT', ['one NEW'], 'reset'],
    ['HANG', 'BEFORE_ACCEPT', [], 'open'],
    ['HANG', 'AFTER_ACCEPT', ['one NEW'], 'open'],
  ] as const)(
    '%s %s: nothing is told, and the order is as the point says',
    async (kind, point, held, end) => {
      fault(point, { kind });
      expect(await bytesOf(signedOrder('one'), 150)).toEqual({ text: '', end });
      expect(orders()).toEqual(held);
      expect((await place('two')).status).toBe(200);
    },
  );

  it('is answered with another status, before or after its effect', async () => {
    fault('BEFORE_ACCEPT', { kind: 'STATUS', status: 502, body: '<html>502</html>' });
    const before = await place('one');
    expect([before.status, before.body, before.headers.get('content-type')]).toEqual([
      502,
      '<html>502</html>',
      'text/html',
    ]);
    fault('AFTER_ACCEPT', {
      kind: 'STATUS',
      status: 504,
      code: -1007,
      message: 'Timeout',
      headers: { 'retry-after': '7' },
    });
    const after = await place('two');
    expect([after.status, after.body, after.headers.get('retry-after')]).toEqual([
      504,
      { code: -1007, msg: 'Timeout' },
      '7',
    ]);
    expect(orders()).toEqual(['two NEW']);
  });

  it('is answered in part: the length promises more than comes', async () => {
    fault('AFTER_ACCEPT', { kind: 'TRUNCATE', share: 0.5 });
    const { text, end } = await bytesOf(signedOrder('one'), 500);
    const [head, body] = text.split('\r\n\r\n') as [string, string];
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    expect(end).toBe('closed');
    expect(body.length).toBe(Math.floor(length / 2));
    expect(orders()).toEqual(['one NEW']);
  });

  it('is answered in part, and then nothing comes for ever', async () => {
    fault('AFTER_ACCEPT', { kind: 'TRUNCATE', share: 0.5, ending: 'HANG' });
    const { text, end } = await bytesOf(signedOrder('one'), 200);
    expect(end).toBe('open');
    expect(text).toContain('{"symbol":"BTCUSDT"');
  });

  it('is answered slowly', async () => {
    fault('AFTER_ACCEPT', { kind: 'SLOW', bytesPerSecond: 400 });
    const { text, end } = await bytesOf(signedOrder('one'), 300);
    expect(end).toBe('open');
    const body = text.slice(text.indexOf('\r\n\r\n') + 4);
    expect(body.length).toBeGreaterThan(20);
    expect(body.length).toBeLessThan(200);
  });

  it.each([
    ['HTML', /^<html>/],
    ['EMPTY', /^$/],
    ['NOT_JSON', /"status": $/],
    ['DEEP_JSON', /^(\{"a":){20000}/],
  ] as const)('is answered with %s', async (what, expected) => {
    fault('AFTER_ACCEPT', { kind: 'GARBAGE', what });
    const response = await fetch(`${alice.venue.url}/api/v3/order?${signedOrder('one')}`, {
      method: 'POST',
      headers: { 'X-MBX-APIKEY': API_KEY },
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(expected);
    expect(orders()).toEqual(['one NEW']);
  });

  it('is answered with numbers that no client should take', async () => {
    fault('AFTER_ACCEPT', {
      kind: 'REWRITE',
      fields: { executedQty: '1e-7', price: 'null', origQty: '"NaN"' },
    });
    const { body } = await place('one');
    expect(body).toMatchObject({ executedQty: 1e-7, price: null, origQty: 'NaN', status: 'NEW' });
  });

  it('is delivered twice: refused as a duplicate while the first rests, executed twice when it fills', async () => {
    fault('BEFORE_ACCEPT', { kind: 'DUPLICATE', what: 'REQUEST' });
    expect((await place('resting')).body).toMatchObject({ code: -2010, msg: 'Duplicate order sent.' });
    await alice.call('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' });
    alice.house('SELL', 4_000_000, 1_000_000);
    fault('BEFORE_ACCEPT', { kind: 'DUPLICATE', what: 'REQUEST' });
    expect((await place('filling')).body).toMatchObject({ status: 'FILLED' });
    expect(orders()).toEqual(['resting CANCELED', 'filling FILLED', 'filling FILLED']);
  });

  it('is answered twice on one connection', async () => {
    fault('AFTER_ACCEPT', { kind: 'DUPLICATE', what: 'ANSWER' });
    const { text } = await bytesOf(signedOrder('one'), 150);
    expect(text.split('HTTP/1.1 200 OK')).toHaveLength(3);
    expect(text.split('"clientOrderId":"one"')).toHaveLength(3);
  });

  it('is late, and meets the next fault after its delay', async () => {
    fault('BEFORE_ACCEPT', { kind: 'DELAY', ms: 60 });
    fault('BEFORE_ACCEPT', { kind: 'STATUS', status: 503 });
    const started = performance.now();
    expect((await place('one')).status).toBe(503);
    expect(performance.now() - started).toBeGreaterThan(55);
  });
});

describe('which requests a rule strikes', () => {
  it('the nth, every so many, so many times', async () => {
    fault('BEFORE_ACCEPT', { kind: 'STATUS', status: 503 }, { ...PLACE, nth: 2 });
    const statuses = [];
    for (const id of ['a', 'b', 'c']) statuses.push((await place(id)).status);
    expect(statuses).toEqual([200, 503, 200]);
    fault('BEFORE_ACCEPT', { kind: 'STATUS', status: 500 }, { ...PLACE, every: 2 }, 2);
    const more = [];
    for (const id of ['d', 'e', 'f', 'g', 'h', 'i']) more.push((await place(id)).status);
    expect(more).toEqual([200, 500, 200, 500, 200, 200]);
  });

  it('those of one account, path or parameter', async () => {
    fault('BEFORE_ACCEPT', { kind: 'STATUS', status: 503 }, { ...PLACE, account: 'bob' });
    fault(
      'BEFORE_ACCEPT',
      { kind: 'STATUS', status: 500 },
      { path: '/api/v3/*', params: { symbol: 'ETHUSDT' } },
    );
    expect((await place('one')).status).toBe(200);
    expect((await alice.call('GET', '/api/v3/openOrders', { symbol: 'ETHUSDT' })).status).toBe(500);
  });

  it('the same ones for the same seed', async () => {
    const draw = async (seed: number) => {
      const bob = await Rehearsal.start({ seed });
      bob.admin.setFault({
        target: 'REQUEST',
        match: { path: '/api/v3/ping', probability: 0.5 },
        point: 'IN_TRANSIT',
        action: { kind: 'STATUS', status: 503 },
        times: null,
      });
      const statuses = [];
      for (let count = 0; count < 24; count += 1)
        statuses.push((await bob.send('GET', '/api/v3/ping')).status);
      await bob.close();
      return statuses.join(' ');
    };
    const [once, again, other] = [await draw(7), await draw(7), await draw(8)];
    expect(again).toBe(once);
    expect(other).not.toBe(once);
    expect(once).toMatch(/200.*503|503.*200/);
  });
});

describe('the journal of a fault', () => {
  it('says what came in, what struck it, and that nothing went back', async () => {
    fault('AFTER_ACCEPT', { kind: 'HANG' });
    await bytesOf(signedOrder('one'), 50);
    const [request] = alice.admin.journal({ kind: 'request' });
    expect(request).toMatchObject({
      method: 'POST',
      path: '/api/v3/order',
      query: expect.stringContaining('newClientOrderId=one'),
    });
    expect(alice.admin.journal({ kind: 'answer' })).toMatchObject([
      { request: request?.seq, status: null, body: null, faults: ['fault-1'], abandoned: 'HANG' },
    ]);
    expect(alice.admin.journal({ kind: 'fault' })).toMatchObject([
      { rule: 'fault-1', on: 'POST /api/v3/order' },
    ]);
    expect(
      alice.admin.journal({ kind: 'event' }).map(({ event }) => (event as { kind: string }).kind),
    ).toContain('OrderChanged');
  });
});
