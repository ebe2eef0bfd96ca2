import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { FaultRuleSpec } from '../faults/fault-rule.js';
import type { RunningVenue } from '../venue.js';
import { startVenue } from '../venue.js';

type Frame = Record<string, any>;

const NOON = Date.UTC(2026, 5, 1, 12);

/** A client that keeps what it was told. */
class Listener {
  readonly frames: Frame[] = [];
  readonly texts: string[] = [];
  pings = 0;
  closed: number | null = null;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      this.texts.push(data.toString());
      try {
        this.frames.push(JSON.parse(data.toString()));
      } catch {
        this.frames.push({ unreadable: true });
      }
    });
    socket.on('ping', () => (this.pings += 1));
    socket.on('close', (code) => (this.closed = code));
    socket.on('error', () => undefined);
  }

  static async open(venue: RunningVenue, path: string, options: object = {}): Promise<Listener> {
    const listener = new Listener(new WebSocket(venue.wsUrl + path, options));
    await once(listener.socket, 'open');
    return listener;
  }

  events(name: string): Frame[] {
    return this.frames.map((frame) => frame['data'] ?? frame).filter((frame) => frame['e'] === name);
  }

  async ask(request: object): Promise<Frame> {
    const before = this.frames.length;
    this.socket.send(JSON.stringify(request));
    await eventually(() => this.frames.length > before);
    return this.frames[before]!;
  }
}

async function eventually(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 2000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('what was waited for did not happen');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Long enough for frames that are on their way. */
const moment = () => new Promise((resolve) => setTimeout(resolve, 30));

describe('stream connections', () => {
  let venue: RunningVenue;

  beforeEach(async () => {
    venue = await startVenue({
      clock: { frozenAt: NOON },
      market: { still: 'ALL', historyMinutes: 0 },
      futures: { historyMinutes: 0 },
    });
  });

  afterEach(() => venue.close());

  const pass = (ms: number) => {
    for (let left = ms; left > 0; left -= 25) venue.core.clock.advance(Math.min(25, left));
  };
  const level = (side: 'BUY' | 'SELL', ticks: number, lots: number) =>
    venue.core.engine.house.setLevels('BTCUSDT', [[side, ticks, lots]]);
  const trade = (lots = 10) => {
    level('SELL', 6_000_000, lots);
    venue.core.engine.house.trade('BTCUSDT', 'BUY', 6_000_000, lots);
  };
  const fault = (action: object, match: object = {}, times: number | null = 1) =>
    venue.core.faults.set({ target: 'STREAM', match, action, times } as FaultRuleSpec);

  it('acknowledges before the first delta, whose numbers go on where the snapshot is', async () => {
    const listener = await Listener.open(venue, '/ws');
    expect(await listener.ask({ method: 'SUBSCRIBE', params: ['btcusdt@depth@100ms'], id: 7 })).toEqual({
      result: null,
      id: 7,
    });
    level('BUY', 5_900_000, 5);
    const snapshot = venue.core.engine.depth('BTCUSDT');
    level('BUY', 5_900_100, 6);
    pass(100);
    level('BUY', 5_900_000, 0);
    level('SELL', 6_000_000, 1);
    pass(100);
    await eventually(() => listener.events('depthUpdate').length === 2);
    const [first, second] = listener.events('depthUpdate');
    expect(first!['U'] - 1).toBeLessThanOrEqual(snapshot.lastUpdateId);
    expect(first!['u']).toBeGreaterThan(snapshot.lastUpdateId);
    expect(second!['U']).toBe(first!['u'] + 1);
    expect(second).toMatchObject({
      b: [['59000.00000000', '0.00000000']],
      a: [['60000.00000000', '0.00001000']],
    });
    expect(second!['u']).toBe(venue.core.engine.depth('BTCUSDT').lastUpdateId);
  });

  it('wraps events with their stream’s name where that was asked for', async () => {
    const combined = await Listener.open(venue, '/stream?streams=btcusdt@trade/btcusdt@bookTicker');
    const raw = await Listener.open(venue, '/ws/btcusdt@trade');
    trade();
    await eventually(() => combined.frames.length === 3 && raw.frames.length === 1);
    expect(raw.frames[0]).toMatchObject({ e: 'trade', s: 'BTCUSDT', p: '60000.00000000', m: false });
    expect(combined.frames.map((frame) => frame['stream']).sort()).toEqual([
      'btcusdt@bookTicker',
      'btcusdt@bookTicker',
      'btcusdt@trade',
    ]);
    expect(await raw.ask({ method: 'GET_PROPERTY', params: ['combined'], id: 1 })).toEqual({
      result: false,
      id: 1,
    });
    await raw.ask({ method: 'SET_PROPERTY', params: ['combined', true], id: 2 });
    trade();
    await eventually(() => raw.frames.at(-1)!['stream'] === 'btcusdt@trade');
  });

  it('lists and ends subscriptions, and refuses what is no stream', async () => {
    const listener = await Listener.open(venue, '/ws');
    const streams = ['btcusdt@trade', 'ethusdt@kline_1m'];
    await listener.ask({ method: 'SUBSCRIBE', params: streams, id: 1 });
    expect((await listener.ask({ method: 'LIST_SUBSCRIPTIONS', id: 2 }))['result']).toEqual(streams);
    await listener.ask({ method: 'UNSUBSCRIBE', params: ['btcusdt@trade'], id: 3 });
    trade();
    expect(await listener.ask({ method: 'SUBSCRIBE', params: ['nonsense'], id: 4 })).toMatchObject({
      error: { code: 2 },
      id: 4,
    });
    expect(listener.events('trade')).toEqual([]);
  });

  it('tells a candle while it grows and once more when it has closed', async () => {
    const listener = await Listener.open(venue, '/ws/btcusdt@kline_1m');
    trade(10);
    pass(2000);
    trade(5);
    pass(58_000);
    await eventually(() => listener.events('kline').some((event) => event['k'].x === true));
    const closed = listener.events('kline').find((event) => event['k'].x === true)!;
    expect(closed['k']).toMatchObject({
      t: NOON,
      T: NOON + 59_999,
      n: 2,
      v: '0.00015000',
      c: '60000.00000000',
    });
    expect(listener.events('kline').at(-1)!['k']).toMatchObject({ t: NOON + 60_000, n: 0, x: false });
  });

  it('pings every 20 seconds, and lets go of who does not answer for a minute', async () => {
    const polite = await Listener.open(venue, '/ws');
    const mute = await Listener.open(venue, '/ws', { autoPong: false });
    for (let round = 0; round < 6; round++) {
      pass(20_000);
      await moment();
    }
    expect(polite.pings).toBe(6);
    expect([polite.closed, mute.closed]).toEqual([null, 1008]);
  });

  it('announces the end of a day-old connection ten minutes ahead', async () => {
    const listener = await Listener.open(venue, '/ws', { autoPong: true });
    const hour = 3_600_000;
    venue.core.clock.advance(24 * hour - 11 * 60_000);
    await moment();
    expect(listener.events('serverShutdown')).toEqual([]);
    venue.core.clock.advance(2 * 60_000);
    await eventually(() => listener.events('serverShutdown').length === 1);
    venue.core.clock.advance(10 * 60_000);
    await eventually(() => listener.closed === 1001);
  });

  it('survives a clock that is set forward', async () => {
    venue.core.clock.set({ frozenAt: null });
    const listener = await Listener.open(venue, '/ws/btcusdt@depth@100ms');
    await moment();
    venue.core.clock.set({ offsetMs: 3_600_000 });
    level('BUY', 5_900_000, 5);
    await eventually(() => listener.events('depthUpdate').length === 1);
    expect(listener.closed).toBeNull();
  });

  it('closes a connection that sends more than five messages in a second', async () => {
    const listener = await Listener.open(venue, '/ws');
    for (let id = 0; id < 6; id++) listener.socket.send(JSON.stringify({ method: 'LIST_SUBSCRIPTIONS', id }));
    await eventually(() => listener.closed === 1008);
    expect(listener.frames).toHaveLength(5);
  });

  it('refuses the stream beyond the most that one connection may have', async () => {
    const small = await startVenue({
      market: { still: 'ALL', historyMinutes: 0 },
      futures: { historyMinutes: 0 },
      streams: { connection: { streamsPerConnection: 2 } },
    });
    const listener = await Listener.open(small, '/ws');
    const params = ['a@trade', 'b@trade', 'c@trade'];
    expect(await listener.ask({ method: 'SUBSCRIBE', params, id: 1 })).toMatchObject({ error: { code: 2 } });
    expect((await listener.ask({ method: 'LIST_SUBSCRIPTIONS', id: 2 }))['result']).toEqual([]);
    await small.close();
  });

  describe('under faults', () => {
    const trades = (listener: Listener) => listener.events('trade').map((event) => event['t']);
    const tradeTimes = (times: number) => {
      for (let i = 0; i < times; i++) trade();
    };

    it.each([
      ['a dropped frame', { kind: 'DROP_FRAME' }, [1, 3, 4]],
      ['a duplicate', { kind: 'DUPLICATE' }, [1, 2, 2, 3, 4]],
      ['a frame out of order', { kind: 'REORDER', frames: 1 }, [1, 3, 2, 4]],
      ['a gap', { kind: 'GAP', frames: 2 }, [1, 4]],
      ['a flood', { kind: 'FLOOD', frames: 3 }, [1, 2, 2, 2, 3, 4]],
    ])('%s', async (_, action, expected) => {
      const listener = await Listener.open(venue, '/ws/btcusdt@trade');
      fault(action, { stream: 'btcusdt@trade', nth: 2 });
      tradeTimes(4);
      await eventually(() => trades(listener).length === expected.length);
      await moment();
      expect(trades(listener)).toEqual(expected);
    });

    it('a silent stall: the socket stays open, nothing comes, no ping either, until it is over', async () => {
      const listener = await Listener.open(venue, '/ws/btcusdt@trade');
      fault({ kind: 'STALL', ms: 45_000 }, { stream: 'btcusdt@*' });
      tradeTimes(3);
      pass(40_000);
      await moment();
      expect([listener.frames.length, listener.pings, listener.closed]).toEqual([0, 0, null]);
      pass(5_000);
      tradeTimes(1);
      await eventually(() => trades(listener).length === 1);
      expect(trades(listener)).toEqual([4]);
    });

    it('a disconnect, with a code or without a word', async () => {
      const first = await Listener.open(venue, '/ws/btcusdt@trade');
      fault({ kind: 'DISCONNECT', code: 1011 });
      tradeTimes(1);
      await eventually(() => first.closed !== null);
      const second = await Listener.open(venue, '/ws/btcusdt@trade');
      fault({ kind: 'DISCONNECT', code: 1006 });
      tradeTimes(1);
      await eventually(() => second.closed !== null);
      expect([first.closed, second.closed]).toEqual([1011, 1006]);
    });

    it('garbage instead of an event, and others hear it undisturbed', async () => {
      const hurt = await Listener.open(venue, '/ws/btcusdt@trade');
      const whole = await Listener.open(venue, '/ws/btcusdt@trade');
      fault({ kind: 'GARBAGE', what: 'NOT_JSON' });
      tradeTimes(1);
      await eventually(() => hurt.frames.length === 1 && whole.frames.length === 1);
      expect(hurt.frames[0]).toEqual({ unreadable: true });
      expect(trades(whole)).toEqual([1]);
    });
  });
});
