import type { RequestAction, FaultPoint } from '../faults/fault-rule.js';
import type { Operator } from './operator.js';
import type { Incident, IncidentOptions } from './incident.js';

const PLACE = { method: 'POST', path: '/api/v3/order' };
const CANCEL = { method: 'DELETE', path: '/api/v3/order' };

interface Target {
  readonly method?: string;
  readonly path: string;
}

/** An incident that is one fault of one endpoint. */
export function faultIncident(
  name: string,
  title: string,
  sources: readonly string[],
  target: Target,
  point: FaultPoint,
  make: (options: IncidentOptions) => RequestAction,
): Incident {
  const start = (operator: Operator, options: IncidentOptions): string[] => {
    const { account, symbol, times = 1, product = 'spot' } = options;
    const action = make(options);
    if (product === 'futures' && action.kind.startsWith('FILL_')) throw new RangeError(`${name} is for spot`);
    const path = product === 'spot' ? target.path : target.path.replace('/api/v3/', '/fapi/v1/');
    const params = symbol === undefined ? undefined : { symbol };
    const match = { method: target.method, path, account, params };
    const rule = operator.setFault({ target: 'REQUEST', match, point, action, times });
    return [`${rule.id}: ${point} ${JSON.stringify(rule.action)} on ${target.method ?? 'all of'} ${path}`];
  };
  return { name, title, sources, start };
}

const place = (
  name: string,
  title: string,
  sources: readonly string[],
  point: FaultPoint,
  make: (options: IncidentOptions) => RequestAction,
): Incident => faultIncident(name, title, sources, PLACE, point, make);

const cancel: typeof place = (name, title, sources, point, make) =>
  faultIncident(name, title, sources, CANCEL, point, make);

const BAD_GATEWAY = {
  kind: 'STATUS',
  status: 502,
  body: '<html><head><title>502 Bad Gateway</title></head></html>',
} as const;

const fillNew = place('fill-new', 'The house fills a new order at once.', [], 'AFTER_ACCEPT', () => ({
  kind: 'FILL_NEW',
  share: 1,
}));

const lost = place(
  'answer-lost-order-live',
  'The order is accepted and its answer never comes; sent again under another id it executes twice.',
  [
    'hummingbot#493',
    'catalyst#317',
    'catalyst#315',
    'blue_collar_gdax#1',
    'ccxt#2599',
    'ccxt#527',
    'hummingbot#3374',
    'freqtrade#8913',
  ],
  'AFTER_ACCEPT',
  () => ({ kind: 'DROP' }),
);

/** Orders whose answers lie, are late, or never come. */
export const ORDER_INCIDENTS: readonly Incident[] = [
  lost,
  {
    name: 'answer-lost-order-filled',
    title: 'The order is accepted and filled, then its answer is lost: it is in no list of open orders.',
    sources: ['ccxt#1880', 'nautilus_trader#3870', 'hummingbot#905', 'freqtrade#3647'],
    start: (operator, options) => [...fillNew.start(operator, options), ...lost.start(operator, options)],
  },
  place(
    'answer-hangs-order-live',
    'The order is accepted and the connection stays open without a word.',
    ['ccxt#23261', 'hummingbot#1357', 'nautilus_trader#3879'],
    'AFTER_ACCEPT',
    () => ({ kind: 'HANG' }),
  ),
  place(
    'request-lost',
    'The request never takes effect and nothing tells: only a query and the validity window prove it.',
    ['nautilus_trader#4152', 'nautilus_trader#4958'],
    'BEFORE_ACCEPT',
    () => ({ kind: 'DROP' }),
  ),
  place(
    'request-late-inside-window',
    'The network holds the order back for longer than the client waits, then the venue takes it.',
    ['ccxt#2599', 'freqtrade#3647'],
    'IN_TRANSIT',
    ({ ms = 3_000 }) => ({ kind: 'DELAY', ms }),
  ),
  place(
    'request-late-past-window',
    'The order waits before the engine until its window is over: −1021, and it may be sent again.',
    ['gekko#1855', 'ccxt#2281'],
    'BEFORE_ACCEPT',
    ({ ms = 11_000 }) => ({ kind: 'DELAY', ms }),
  ),
  place(
    'request-delivered-twice',
    'A proxy or a library repeats the request; ids protect only while the first order is open.',
    ['python-poloniex#109', 'trading-signals#1178', 'zenbot#879', 'SymBot#40', 'nautilus_trader#3176'],
    'BEFORE_ACCEPT',
    () => ({ kind: 'DUPLICATE', what: 'REQUEST' }),
  ),
  place(
    'answer-twice',
    'The answer comes twice on one connection; the second is taken for the next request’s.',
    ['hummingbot#1663'],
    'AFTER_ACCEPT',
    () => ({ kind: 'DUPLICATE', what: 'ANSWER' }),
  ),
  place(
    'bad-gateway-order-live',
    '502 in HTML, and the order lives.',
    ['ccxt#527', 'hummingbot#3374'],
    'AFTER_ACCEPT',
    () => BAD_GATEWAY,
  ),
  place(
    'bad-gateway-not-accepted',
    '502 in HTML, and there is no order.',
    ['nautilus_trader#4152'],
    'BEFORE_ACCEPT',
    () => BAD_GATEWAY,
  ),
  place(
    'engine-timeout-order-live',
    '−1007: the venue itself does not know; the order lives.',
    ['nautilus_trader#4152'],
    'AFTER_ACCEPT',
    () => ({
      kind: 'STATUS',
      status: 504,
      code: -1007,
      message:
        'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
    }),
  ),
  place(
    'answer-truncated',
    'The answer ends in the middle of its JSON.',
    ['freqtrade#8913', 'ccxt#2599'],
    'AFTER_ACCEPT',
    () => ({ kind: 'TRUNCATE', share: 0.4 }),
  ),
  place(
    'answer-stops-mid-body',
    'Headers and half a body come, then nothing: a deadline for headers alone waits for ever.',
    ['ccxt#26766'],
    'AFTER_ACCEPT',
    () => ({ kind: 'TRUNCATE', share: 0.5, ending: 'HANG' }),
  ),
  place('answer-in-html', '200 with a page instead of JSON.', ['ccxt#527'], 'AFTER_ACCEPT', () => ({
    kind: 'GARBAGE',
    what: 'HTML',
  })),
  place(
    'answer-in-odd-numbers',
    'Quantities come in scientific notation, as bare floats, or as nothing.',
    ['ccxt#25357', 'ccxt#816'],
    'AFTER_ACCEPT',
    () => ({ kind: 'REWRITE', fields: { executedQty: '9e-05', price: 'null', cummulativeQuoteQty: '-1' } }),
  ),
  place(
    'answer-trickles',
    'The answer comes byte by byte, slower than any body deadline.',
    ['ccxt#26766'],
    'AFTER_ACCEPT',
    () => ({ kind: 'SLOW', bytesPerSecond: 20 }),
  ),
  cancel(
    'cancel-answer-lost',
    'The cancel takes effect, its answer is lost.',
    ['BitBot#27', 'freqtrade#3647', 'nautilus_trader#3879'],
    'AFTER_ACCEPT',
    () => ({ kind: 'DROP' }),
  ),
  cancel(
    'cancel-lost',
    'The cancel never arrives: the order is live, whatever the client assumes.',
    ['BitBot#27', 'nautilus_trader#3879'],
    'BEFORE_ACCEPT',
    () => ({ kind: 'DROP' }),
  ),
  cancel(
    'cancel-of-filled',
    'The order fills just before its cancel: “unknown order”, and the fill is the truth.',
    ['hummingbot#4738', 'freqtrade#3647'],
    'BEFORE_ACCEPT',
    () => ({ kind: 'FILL_BEFORE_CANCEL', share: 1 }),
  ),
  cancel(
    'partial-fill-before-cancel',
    'A part fills just before the cancel: CANCELED with an executed quantity.',
    ['hummingbot#4738', 'freqtrade#9128'],
    'BEFORE_ACCEPT',
    () => ({ kind: 'FILL_BEFORE_CANCEL', share: 0.5 }),
  ),
  cancel(
    'fill-after-cancel',
    'The cancel is acknowledged with nothing executed, and then a fill turns up.',
    ['hummingbot#4738', 'freqtrade#3647', 'freqtrade#13399'],
    'AFTER_ACCEPT',
    ({ ms = 500 }) => ({ kind: 'FILL_AFTER_CANCEL', share: 0.5, delayMs: ms }),
  ),
];
