import { Random } from '../engine/random.js';
import { parseControl } from './control-messages.js';
import { DepthCollector } from './depth-collector.js';
import { parseSocketPath } from './socket-path.js';
import { parseStreamName } from './stream-names.js';

describe('the name of a stream', () => {
  it.each([
    ['btcusdt@trade', { kind: 'trade', symbol: 'BTCUSDT', everyMs: 0 }],
    ['btcusdt@kline_1m', { kind: 'kline', interval: '1m', everyMs: 2000 }],
    ['btcusdt@kline_1d@+08:00', { kind: 'kline', interval: '1d', offsetMs: 28_800_000 }],
    ['btcusdt@depth', { kind: 'depth', everyMs: 1000 }],
    ['btcusdt@depth@100ms', { kind: 'depth', everyMs: 100 }],
    ['btcusdt@depth20@100ms', { kind: 'partialDepth', levels: 20, everyMs: 100 }],
    ['!miniTicker@arr', { kind: 'miniTicker', symbol: null }],
  ])('%s says what it carries', (name, expected) => {
    expect(parseStreamName('SPOT', name)).toMatchObject({ name, ...expected });
  });

  it.each([
    '!ticker@arr',
    'btcusdt@kline_7m',
    'btcusdt@depth7',
    'btcusdt@depth@50ms',
    'BTCUSDT@trade',
    'x',
    '@',
    '',
  ])('"%s" is none on spot', (name) => expect(parseStreamName('SPOT', name)).toBeNull());

  it('is another set on futures', () => {
    expect(parseStreamName('FUTURES', 'btcusdt@markPrice@1s')).toMatchObject({
      kind: 'markPrice',
      everyMs: 1000,
    });
    expect(parseStreamName('FUTURES', '!markPrice@arr')).toMatchObject({ symbol: null, everyMs: 3000 });
    expect(parseStreamName('SPOT', 'btcusdt@markPrice')).toBeNull();
  });
});

describe('the address of a connection', () => {
  it.each([
    [
      '/ws/btcusdt@trade/btcusdt@depth',
      { product: 'SPOT', isCombined: false, streams: ['btcusdt@trade', 'btcusdt@depth'] },
    ],
    [
      '/stream?streams=a@trade/b@trade',
      { product: 'SPOT', isCombined: true, streams: ['a@trade', 'b@trade'] },
    ],
    ['/stream/ws/7', { product: 'SPOT', isCombined: false, streams: [] }],
    ['/fstream/public/ws/0', { product: 'FUTURES', isCombined: false, streams: [] }],
    ['/fstream/private/ws?listenKey=abc', { kind: 'USER', listenKey: 'abc' }],
    ['/ws-api/v3', { kind: 'API', product: 'SPOT' }],
    ['/ws-fapi/v1', { kind: 'API', product: 'FUTURES' }],
  ])('%s', (url, expected) => expect(parseSocketPath(url)).toMatchObject(expected));

  it.each(['/', '/api/v3/ping', '/ws/%E0%A4%A', '//'])('%s is none', (url) =>
    expect(parseSocketPath(url)).toBeNull(),
  );
});

describe('a control message', () => {
  it('is understood', () => {
    expect(parseControl('{"method":"SUBSCRIBE","params":["a@trade"],"id":1}')).toEqual({
      method: 'SUBSCRIBE',
      streams: ['a@trade'],
      id: 1,
    });
    expect(parseControl('{"method":"LIST_SUBSCRIPTIONS","id":"x"}')).toEqual({
      method: 'LIST_SUBSCRIPTIONS',
      id: 'x',
    });
  });

  it.each([
    ['{', 3],
    ['[]', 2],
    ['{"method":"NONSENSE","id":1}', 2],
    ['{"method":"SUBSCRIBE","id":1}', 2],
    ['{"method":"SUBSCRIBE","params":[1],"id":1}', 2],
    ['{"method":"SUBSCRIBE","params":[],"id":{}}', 2],
    ['{"method":"GET_PROPERTY","params":[1],"id":1}', 2],
  ])('%s is refused', (text, code) => expect(parseControl(text)).toMatchObject({ method: 'INVALID', code }));
});

describe('deltas of the book', () => {
  it('joined at any pace give the same book, with numbers that follow one another', () => {
    const random = new Random(11);
    const truth = new Map<number, number>();
    const joined = new Map<number, number>();
    const collector = new DepthCollector(100);
    let last = 100;
    let told = 100;
    for (let step = 0; step < 2000; step++) {
      const [ticks, lots] = [random.below(50), random.below(3)];
      truth.set(ticks, lots);
      collector.add({
        kind: 'BookChanged',
        symbol: 'A',
        U: last + 1,
        u: (last += 1),
        bids: [[ticks, lots]],
        asks: [],
        at: 0,
      });
      const delta = random.next() < 0.2 ? collector.take() : null;
      if (delta === null) continue;
      expect(delta).toMatchObject({ U: told + 1, previous: told });
      told = delta.u;
      for (const [price, size] of delta.bids) joined.set(price, size);
    }
    for (const [price, size] of collector.take()?.bids ?? []) joined.set(price, size);
    expect(new Map([...joined].sort())).toEqual(new Map([...truth].sort()));
    expect(collector.take()).toBeNull();
  });
});
