import { Random } from '../engine/random.js';
import { FaultBook } from './fault-book.js';
import type { FaultRuleSpec, StreamAction, StreamMatch } from './fault-rule.js';

type Due = { readonly ms: number; readonly run: () => void };

/** A connection that keeps what is sent, and the fault book that everything passes. */
function connected(account: string | null = null) {
  const due: Due[] = [];
  const faults = new FaultBook(new Random(7), (ms, run) => due.push({ ms, run }));
  const sent: (string | Buffer)[] = [];
  const connection = { account, sendLater: (frame: string | Buffer) => void sent.push(frame) };
  let closed: number | null = null;
  const send = (frame: string, stream = 'btcusdt@trade'): void => {
    const verdict = faults.forFrame(connection, stream, frame);
    sent.push(...verdict.frames);
    closed = verdict.close ?? closed;
  };
  const set = (action: StreamAction, match: StreamMatch = {}, times: number | null = 1): void => {
    const spec: FaultRuleSpec = { target: 'STREAM', match, action, times };
    faults.set(spec);
  };
  return { faults, connection, sent, send, set, due, closed: () => closed };
}

const sendAll = (client: ReturnType<typeof connected>, ...frames: string[]) => {
  for (const frame of frames) client.send(frame);
  return client.sent;
};

describe('frames on their way', () => {
  it('pass as they are while nothing is set', () => {
    expect(sendAll(connected(), 'a', 'b')).toEqual(['a', 'b']);
  });

  it.each([
    [{ kind: 'DROP_FRAME' }, ['b', 'c', 'd']],
    [{ kind: 'DUPLICATE' }, ['a', 'a', 'b', 'c', 'd']],
    [{ kind: 'REORDER', frames: 1 }, ['b', 'a', 'c', 'd']],
    [{ kind: 'REORDER', frames: 2 }, ['b', 'c', 'a', 'd']],
    [{ kind: 'GAP', frames: 3 }, ['d']],
    [{ kind: 'FLOOD', frames: 3 }, ['a', 'a', 'a', 'b', 'c', 'd']],
    [{ kind: 'STALL', ms: null }, []],
  ] as const)('%j', (action, expected) => {
    const client = connected();
    client.set(action);
    expect(sendAll(client, 'a', 'b', 'c', 'd')).toEqual(expected);
  });

  it('are silent for the time of a stall, pings included, and then go on', () => {
    const client = connected();
    client.set({ kind: 'STALL', ms: 500 });
    sendAll(client, 'a', 'b');
    expect(client.faults.isSilent(client.connection)).toBe(true);
    expect(client.due.map(({ ms }) => ms)).toEqual([500]);
    client.due[0]?.run();
    expect(client.faults.isSilent(client.connection)).toBe(false);
    expect(sendAll(client, 'c')).toEqual(['c']);
  });

  it('come later than the frames behind them', () => {
    const client = connected();
    client.set({ kind: 'DELAY', ms: 80 });
    sendAll(client, 'a', 'b');
    client.due[0]?.run();
    expect(client.sent).toEqual(['b', 'a']);
  });

  it('end with the connection', () => {
    const client = connected();
    client.set({ kind: 'DISCONNECT', code: 1006 });
    expect(sendAll(client, 'a')).toEqual([]);
    expect(client.closed()).toBe(1006);
  });

  it('are bytes that are no text', () => {
    const client = connected();
    client.set({ kind: 'GARBAGE', what: 'BAD_UTF8' });
    const [frame] = sendAll(client, 'a');
    expect(() => new TextDecoder('utf8', { fatal: true }).decode(frame as Buffer)).toThrow('not valid');
  });

  it('are struck by stream, account and event alone', () => {
    const alice = connected('alice');
    alice.set({ kind: 'DROP_FRAME' }, { stream: 'user', account: 'alice', event: 'executionReport' });
    alice.send('{"e":"executionReport"}', 'btcusdt@trade');
    alice.send('{"e":"balanceUpdate"}', 'user');
    alice.send('{"e":"executionReport","i":1}', 'user');
    alice.send('{"e":"executionReport","i":2}', 'user');
    expect(alice.sent).toEqual([
      '{"e":"executionReport"}',
      '{"e":"balanceUpdate"}',
      '{"e":"executionReport","i":2}',
    ]);
    const bob = connected('bob');
    bob.set({ kind: 'DROP_FRAME' }, { account: 'alice' }, null);
    expect(sendAll(bob, 'a')).toEqual(['a']);
  });

  it('speak again once the venue is calm', () => {
    const client = connected();
    client.set({ kind: 'STALL', ms: null }, {}, null);
    sendAll(client, 'a');
    client.faults.clear();
    expect(sendAll(client, 'b')).toEqual(['b']);
  });
});
