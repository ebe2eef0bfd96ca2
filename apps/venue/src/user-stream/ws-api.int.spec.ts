import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { FaultRuleSpec } from '../faults/fault-rule.js';
import { API_KEY, Rehearsal, SECRET } from '../venue-client.contract.js';

type Frame = Record<string, any>;

/** A client of the WebSocket API that signs as the venue's documentation says. */
class ApiSocket {
  readonly frames: Frame[] = [];
  readonly texts: string[] = [];
  closed: number | null = null;
  private lastId = 0;

  private constructor(
    private readonly socket: WebSocket,
    private readonly now: () => number,
  ) {
    socket.on('message', (data) => {
      this.texts.push(data.toString());
      try {
        this.frames.push(JSON.parse(data.toString()));
      } catch {
        this.frames.push({});
      }
    });
    socket.on('close', (code) => (this.closed = code));
  }

  static async open(rehearsal: Rehearsal, path = '/ws-api/v3'): Promise<ApiSocket> {
    const { clock } = rehearsal.venue.core;
    const opened = new ApiSocket(new WebSocket(rehearsal.venue.wsUrl + path), () => clock.now());
    await once(opened.socket, 'open');
    return opened;
  }

  send(text: string): void {
    this.socket.send(text);
  }

  async ask(method: string, params: Record<string, unknown> = {}): Promise<Frame> {
    const id = `request-${(this.lastId += 1)}`;
    this.send(JSON.stringify({ id, method, params }));
    await eventually(() => this.frames.some((frame) => frame['id'] === id));
    return this.frames.find((frame) => frame['id'] === id)!;
  }

  signed(method: string, params: Record<string, unknown> = {}): Promise<Frame> {
    const all: Record<string, unknown> = { ...params, apiKey: API_KEY, timestamp: this.now() };
    const names = Object.keys(all).sort();
    const payload = names.map((name) => `${name}=${all[name]}`).join('&');
    const signature = createHmac('sha256', SECRET).update(payload).digest('hex');
    return this.ask(method, { ...all, signature });
  }

  events(subscriptionId: number): Frame[] {
    return this.frames
      .filter((frame) => frame['subscriptionId'] === subscriptionId)
      .map((frame) => frame['event']);
  }
}

async function eventually(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 2000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('what was waited for did not happen');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const ORDER = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.01',
  price: '50000',
};

describe('the WebSocket API', () => {
  let rehearsal: Rehearsal;
  let socket: ApiSocket;

  beforeEach(async () => {
    rehearsal = await Rehearsal.start();
    socket = await ApiSocket.open(rehearsal);
  });

  afterEach(() => rehearsal.close());

  it('answers what REST answers, with status and limits beside it', async () => {
    expect(await socket.ask('ping')).toMatchObject({ status: 200, result: {} });
    const depth = await socket.ask('depth', { symbol: 'BTCUSDT', limit: 5 });
    expect(depth['result']).toMatchObject({ bids: [], asks: [] });
    expect(depth['rateLimits'][0]).toMatchObject({
      rateLimitType: 'REQUEST_WEIGHT',
      limit: 6000,
      interval: 'MINUTE',
    });
    expect(await socket.ask('time', { returnRateLimits: false })).not.toHaveProperty('rateLimits');
    expect(await socket.ask('depth', { symbol: 'NOSUCH' })).toMatchObject({
      status: 400,
      error: { code: -1121 },
    });
  });

  it('places, finds and cancels orders under a signature of each request', async () => {
    const placed = await socket.signed('order.place', ORDER);
    expect(placed).toMatchObject({ status: 200, result: { symbol: 'BTCUSDT', status: 'NEW' } });
    const { orderId } = placed['result'];
    expect((await socket.signed('order.status', { symbol: 'BTCUSDT', orderId }))['result'].orderId).toBe(
      orderId,
    );
    expect((await socket.signed('order.cancel', { symbol: 'BTCUSDT', orderId }))['result'].status).toBe(
      'CANCELED',
    );
    const forged = await socket.ask('order.place', {
      ...ORDER,
      apiKey: API_KEY,
      timestamp: Date.now(),
      signature: 'f',
    });
    expect(forged).toMatchObject({ status: 400, error: { code: -1022 } });
  });

  it.each([
    ['no JSON', '{', -1135],
    ['a list', '[]', -1135],
    ['no method', '{"id":1}', -1135],
    ['parameters that are none', '{"id":1,"method":"ping","params":[]}', -1135],
    ['a nested parameter', '{"id":1,"method":"ping","params":{"a":{}}}', -1135],
    ['an unknown method', '{"id":1,"method":"constructor"}', -1139],
    ['a subscription without a session', '{"id":1,"method":"userDataStream.subscribe"}', -2014],
    ['an end of no subscription', '{"id":1,"method":"userDataStream.unsubscribe"}', -2036],
  ])('refuses %s', async (_, text, code) => {
    socket.send(text);
    await eventually(() => socket.frames.length === 1);
    expect(socket.frames[0]!['error'].code).toBe(code);
  });

  it('tells a subscriber of orders, fills and balances until it has had enough', async () => {
    expect((await socket.signed('userDataStream.subscribe.signature'))['result']).toEqual({
      subscriptionId: 0,
    });
    rehearsal.house('SELL', 5_000_000, 400);
    await socket.signed('order.place', { ...ORDER, newClientOrderId: 'told' });
    await eventually(() => socket.events(0).length >= 3);
    const reports = socket.events(0).filter((event) => event['e'] === 'executionReport');
    expect(reports.map((each) => [each['x'], each['X'], each['c'], each['z']])).toEqual([
      ['NEW', 'NEW', 'told', '0.00000000'],
      ['TRADE', 'PARTIALLY_FILLED', 'told', '0.00400000'],
    ]);
    expect(reports[1]).toMatchObject({
      l: '0.00400000',
      L: '50000.00000000',
      n: '0.00000400',
      N: 'BTC',
      m: false,
      w: true,
    });
    const position = socket.events(0).find((event) => event['e'] === 'outboundAccountPosition')!;
    expect(position['B']).toContainEqual({ a: 'BTC', f: '2.00399600', l: '0.00000000' });

    await socket.signed('order.cancel', {
      symbol: 'BTCUSDT',
      origClientOrderId: 'told',
      newClientOrderId: 'the-cancel',
    });
    await eventually(() => socket.events(0).some((event) => event['x'] === 'CANCELED'));
    expect(socket.events(0).find((event) => event['x'] === 'CANCELED')).toMatchObject({
      c: 'the-cancel',
      C: 'told',
    });

    await socket.ask('userDataStream.unsubscribe', { subscriptionId: 0 });
    const heard = socket.events(0).length;
    await socket.signed('order.place', ORDER);
    expect(socket.events(0)).toHaveLength(heard);
  });

  it('says when a stream is over because its key was taken away', async () => {
    await socket.signed('userDataStream.subscribe.signature');
    rehearsal.admin.revokeKey(API_KEY);
    await eventually(() => socket.events(0).length === 1);
    expect(socket.events(0)[0]).toMatchObject({ e: 'eventStreamTerminated' });
    expect(await socket.signed('order.place', ORDER)).toMatchObject({ status: 401, error: { code: -2015 } });
  });

  it('has no sessions for shared secrets', async () => {
    expect(await socket.signed('session.logon')).toMatchObject({ error: { code: -4056 } });
    expect((await socket.ask('session.status'))['result']).toMatchObject({
      apiKey: null,
      userDataStream: false,
    });
  });

  it('suffers the same faults as REST: a lost answer, a cut one, a lost report', async () => {
    const fault = (spec: object) => rehearsal.venue.core.faults.set(spec as FaultRuleSpec);
    const match = { path: '/api/v3/order', method: 'POST' };
    fault({ target: 'REQUEST', match, point: 'AFTER_ACCEPT', action: { kind: 'DROP' } });
    void socket.signed('order.place', { ...ORDER, newClientOrderId: 'dropped' }).catch(() => undefined);
    await eventually(() => socket.closed === 1001);
    socket = await ApiSocket.open(rehearsal);
    const found = await socket.signed('order.status', { symbol: 'BTCUSDT', origClientOrderId: 'dropped' });
    expect(found['result'].status).toBe('NEW');

    fault({
      target: 'REQUEST',
      match,
      point: 'AFTER_ACCEPT',
      action: { kind: 'TRUNCATE', share: 0.5, ending: 'HANG' },
    });
    void socket.signed('order.place', { ...ORDER, newClientOrderId: 'cut' }).catch(() => undefined);
    await eventually(() => socket.texts.some((text) => text.includes('"cut"') && !text.endsWith('}')));

    await socket.signed('userDataStream.subscribe.signature');
    fault({
      target: 'STREAM',
      match: { stream: 'user', event: 'executionReport' },
      action: { kind: 'DROP_FRAME' },
    });
    await socket.signed('order.place', ORDER);
    await eventually(() => socket.events(0).length === 1);
    expect(socket.events(0)[0]).toMatchObject({ e: 'outboundAccountPosition' });
  });

  it('announces a restart and then lets everybody go', async () => {
    const body = JSON.stringify({ noticeMs: 50 });
    const answer = await fetch(`${rehearsal.venue.url}/admin/streams/restart`, { method: 'POST', body });
    expect(await answer.json()).toEqual({ connections: 1 });
    await eventually(() => socket.closed === 1001);
    expect(socket.frames.at(-1)).toMatchObject({ e: 'serverShutdown' });
  });

  it('serves futures under their own address', async () => {
    const futures = await ApiSocket.open(rehearsal, '/ws-fapi/v1');
    expect((await futures.signed('v2/account.balance'))['result']).toMatchObject([{ asset: 'USDT' }]);
    expect(await futures.ask('depth', { symbol: 'BTCUSDT' })).toMatchObject({ status: 200 });
  });
});
