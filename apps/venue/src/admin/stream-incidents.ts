import type { StreamAction, StreamMatch } from '../faults/fault-rule.js';
import type { Operator } from './operator.js';
import type { Incident, IncidentOptions } from './incident.js';
import { accountsOf, symbolsOf } from './venue-incidents.js';

const USER: StreamMatch = { stream: 'user' };
const FILLS: StreamMatch = { stream: 'user', event: 'executionReport' };
const BOOK: StreamMatch = { event: 'depthUpdate' };

function stream(
  name: string,
  title: string,
  sources: readonly string[],
  match: StreamMatch,
  make: (options: IncidentOptions) => StreamAction,
): Incident {
  const start = (operator: Operator, options: IncidentOptions): string[] => {
    const { account, times = 1 } = options;
    const own = account === undefined ? match : { ...match, account };
    const rule = operator.setFault({ target: 'STREAM', match: own, action: make(options), times });
    return [`${rule.id}: ${JSON.stringify(rule.action)} on ${JSON.stringify(own)}`];
  };
  return { name, title, sources, start };
}

const SILENT = [
  'ccxt#22662',
  'ccxt#23214',
  'ccxt#25092',
  'ccxt#21731',
  'ccxt#27532',
  'ccxt#22334',
  'ccxt#20412',
];

/** Streams that stop, skip, repeat, and lie. */
export const STREAM_INCIDENTS: readonly Incident[] = [
  stream(
    'silent-stall',
    'The socket stays open and says nothing more, pings included.',
    SILENT,
    {},
    ({ ms }) => ({ kind: 'STALL', ms: ms ?? null }),
  ),
  stream('user-stream-stall', 'Only the user stream falls silent.', SILENT, USER, ({ ms }) => ({
    kind: 'STALL',
    ms: ms ?? null,
  })),
  stream(
    'fill-frame-lost',
    'One execution report is missing; everything else goes on.',
    [
      'TradeStation#101',
      'InteractiveBrokers#249',
      'nautilus_trader#3869',
      'ccxt#21931',
      'ccxt#22450',
      'ccxt#23879',
    ],
    FILLS,
    () => ({ kind: 'DROP_FRAME' }),
  ),
  stream(
    'frames-repeated',
    'Reports come twice.',
    ['hummingbot#1663', 'nautilus_trader#3046', 'hummingbot#4990', 'hummingbot#2945'],
    FILLS,
    () => ({ kind: 'DUPLICATE' }),
  ),
  stream(
    'fill-before-ack',
    'Reports change places: the fill comes before the order is known.',
    ['hummingbot#905', 'nautilus_trader#3870'],
    FILLS,
    () => ({ kind: 'REORDER', frames: 1 }),
  ),
  stream('sequence-gap', 'The book misses updates.', ['ccxt#22450'], BOOK, () => ({
    kind: 'GAP',
    frames: 3,
  })),
  stream(
    'connection-reset',
    'The connection is gone without a close frame.',
    ['ccxt#26766', 'InteractiveBrokers#249'],
    {},
    () => ({ kind: 'DISCONNECT', code: 1006 }),
  ),
  stream('frame-flood', 'Thousands of frames at once.', ['ws GHSA-3h5v-q93c-6h6q'], {}, () => ({
    kind: 'FLOOD',
    frames: 5_000,
  })),
  stream('frame-huge', 'A frame of 16 MB.', ['undici CVE-2026-1526'], {}, () => ({
    kind: 'GARBAGE',
    what: 'HUGE',
  })),
  stream('frame-deep', 'A frame nested 20,000 deep.', ['ws GHSA-3h5v-q93c-6h6q'], {}, () => ({
    kind: 'GARBAGE',
    what: 'DEEP_JSON',
  })),
  {
    name: 'price-spike',
    title: 'One trade prints at ten times the price, and the next at the old one.',
    sources: ['hummingbot#4737'],
    start: (operator, { symbol }) =>
      symbolsOf(operator, symbol).flatMap((name) => {
        const last = operator.core.engine.market(name)?.lastTicks ?? null;
        if (last === null) return [];
        const lots = 1;
        operator.houseTrade(name, 'BUY', last * 10, lots);
        operator.houseTrade(name, 'SELL', last, lots);
        return [`${name}: ${last} → ${last * 10} → ${last} ticks`];
      }),
  },
  {
    name: 'foreign-order',
    title: 'The account trades from elsewhere: an order and a fill that the client never sent.',
    sources: ['nautilus_trader#4958', 'nautilus_trader#5000', 'Krypto-trading-bot#325', 'freqtrade#9128'],
    start: (operator, { account, symbol }) =>
      accountsOf(operator, account).flatMap((id) =>
        placeForeign(operator, id, symbolsOf(operator, symbol)[0] as string),
      ),
  },
];

function placeForeign(operator: Operator, accountId: string, symbol: string): string[] {
  const { engine, symbols, clock } = operator.core;
  const best = engine.state(symbol).book.best('SELL');
  const listed = symbols.find(symbol);
  if (best === null || listed === null) return [];
  const { min } = listed.filters.notional;
  const lots = Math.max(1, listed.market.affordableLots(best.ticks, min * 2n));
  const order = engine.place({
    accountId,
    symbol,
    clientOrderId: `web_${clock.now()}`,
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    postOnly: false,
    ticks: best.ticks,
    lots,
    quoteBudget: null,
    trigger: null,
    stp: 'EXPIRE_MAKER',
    orderListId: -1,
    attributes: {},
  });
  return [`${accountId}: order ${order.orderId} (${order.clientOrderId}), ${order.status}`];
}
