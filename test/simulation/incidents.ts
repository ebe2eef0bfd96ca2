import type { FaultMix } from './chaos.js';
import type { Action, Command, PlaceCommand, Schedule } from './schedule.js';
import type { VenueCharacter } from './simulated-venue.js';

/** A failure that cost others money, as a schedule, and how our orders have to end. */
export interface Incident {
  /** Where it happened: threads of other projects. */
  seen: string;
  title: string;
  schedule: Schedule;
  /** Statuses of the orders that were asked for, in that order. */
  ends: readonly string[];
}

type Step = Action & { faults?: FaultMix; afterMs?: number; salt?: number };

const exchange: VenueCharacter = {
  rules: {
    clientOrderIds: 'UNIQUE_WHILE_OPEN',
    windowMs: 1_000,
    lagMs: 150,
    orderIds: 'UNIQUE_PER_ACCOUNT',
    tradeIds: 'UNIQUE_PER_SYMBOL',
    fees: 'RECEIVED_ASSET',
  },
  absenceProof: 'AFTER_WINDOW',
  pushesOwnEvents: true,
};
const silent: VenueCharacter = { ...exchange, pushesOwnEvents: false };
const slowToShow: VenueCharacter = {
  ...silent,
  amend: 'REPLACE',
  endsByTime: true,
  rules: {
    ...silent.rules,
    windowMs: 2_000,
    lagMs: 2_000,
    orderIds: 'UNIQUE_PER_SYMBOL',
    tradeIds: 'UNIQUE_PER_ACCOUNT',
    fees: 'REBATE',
  },
};
const proofless: VenueCharacter = {
  ...exchange,
  rules: { ...exchange.rules, windowMs: null },
  absenceProof: 'NEVER',
};
const reusing: VenueCharacter = { ...exchange, rules: { ...exchange.rules, tradeIds: 'REUSED' } };

const limit: PlaceCommand = {
  kind: 'place',
  symbol: 'BTC/USDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  postOnly: false,
  lots: 100,
  byQuote: false,
  awayTicks: 1_000,
  stopTicks: 0,
  keyed: true,
  named: false,
  waitMs: 100,
};
const resting: PlaceCommand = {
  ...limit,
  symbol: 'ETH/USDT',
  side: 'SELL',
  timeInForce: null,
  lots: 1_029,
  awayTicks: 36_148,
};
const market: PlaceCommand = { ...limit, type: 'MARKET', timeInForce: null, awayTicks: 0 };
const retry: Step = { kind: 'retry', of: 0, changed: false, afterMs: 700 };
const wait = (ms: number): Step => ({ kind: 'wait', ms });
const fill = (part: number, of = 0): Step => ({ kind: 'fill', of, part });
const calm: FaultMix = {};

function incident(
  seen: string,
  title: string,
  steps: readonly Step[],
  ends: readonly string[],
  character = exchange,
  seed = 1,
): Incident {
  const commands = steps.map((step, index): Command => ({ afterMs: 20, salt: index + 1, ...step }));
  return { seen, title, schedule: { seed, character, faults: {}, commands, restarts: true }, ends };
}

const answerLost: FaultMix = { ANSWER_LOST: 1, MESSAGE_LOST: 1 };
const requestLost: FaultMix = { REQUEST_LOST: 1 };
const noMessages: FaultMix = { MESSAGE_LOST: 1 };

export const incidents: readonly Incident[] = [
  incident(
    'hummingbot#493, catalyst#317, catalyst#315, blue_collar_gdax#1, ccxt#2599, ccxt#527',
    'the answer to a placement is lost, and the client asks again',
    [{ ...limit, faults: answerLost }, retry, { ...retry, faults: calm }],
    ['NEW'],
  ),
  incident(
    'python-poloniex#109, trading-signals#1178',
    'nothing below sends a placement again: each loss costs one attempt, each attempt its proof',
    [{ ...limit, faults: requestLost }, wait(3_000), { ...wait(10), faults: calm }],
    ['NEW'],
  ),
  incident(
    'BitBot#27',
    'placement and cancellation both time out',
    [
      { ...limit, faults: answerLost },
      wait(700),
      { kind: 'cancel', of: 0 },
      wait(1_500),
      { ...wait(10), faults: calm },
    ],
    ['CANCELED'],
  ),
  incident(
    'zenbot#879',
    'a venue that cannot be reached is not tried for ever',
    [{ ...limit, faults: { NOT_SENT: 1 } }, wait(12_000), { ...wait(10), faults: calm }],
    ['REJECTED'],
  ),
  incident(
    'SymBot#40, nautilus_trader#3176',
    'a restart places nothing again',
    [limit, wait(300), { kind: 'kill', waitMs: 1_600 }, retry, { kind: 'kill', waitMs: 1_600 }, retry],
    ['NEW'],
  ),
  incident(
    'Krypto-trading-bot#325',
    'a second process starts while the first only sleeps, with an order between commit and venue',
    [{ ...limit, faults: { PAUSED_AT: 1 } }, { ...wait(900), faults: calm }, retry, wait(3_000), retry],
    ['NEW'],
  ),
  incident(
    'ccxt#1880, nautilus_trader#3870',
    'it had filled before anybody looked, and is in no list of open orders',
    [{ ...market, faults: answerLost }, wait(2_000), { ...wait(10), faults: calm }],
    ['FILLED'],
  ),
  incident(
    'nautilus_trader#4958, #4152, #5000',
    'a reconciliation finds nothing of an order that is still under way to the venue',
    [
      { ...limit, faults: { REQUEST_DELAYED: 1 } },
      { kind: 'kill', waitMs: 1_600 },
      { ...wait(10), faults: calm },
    ],
    ['NEW'],
  ),
  incident(
    'nautilus_trader#3879',
    'questions go unanswered too: unknown stays unknown until the venue speaks',
    [{ ...limit, faults: answerLost }, wait(9_000), { ...wait(10), faults: calm }],
    ['NEW'],
  ),
  incident(
    'hummingbot#1357, hummingbot#3374',
    'six orders in one network error, and all of them fill later',
    [
      { ...limit, faults: answerLost },
      ...Array.from({ length: 5 }, () => limit),
      wait(1_000),
      ...Array.from({ length: 6 }, (_, of) => fill(1, 5 - of)),
      { ...wait(10), faults: calm },
    ],
    Array.from({ length: 6 }, () => 'FILLED'),
  ),
  incident(
    'freqtrade#3647',
    'cancelled on a timeout, filled at the exchange',
    [
      limit,
      wait(300),
      { kind: 'cancel', of: 0, faults: requestLost },
      fill(1),
      wait(900),
      { ...wait(10), faults: calm },
    ],
    ['FILLED'],
  ),
  incident(
    'freqtrade#8913',
    'an acknowledgement without a readable id',
    [{ ...limit, faults: { ANSWER_GARBLED: 1, MESSAGE_LOST: 1 } }, wait(900), { ...wait(10), faults: calm }],
    ['NEW'],
  ),
  incident(
    'ccxt#23261',
    'a call that never ends',
    [{ ...limit, faults: { NEVER_SETTLED: 1, MESSAGE_LOST: 1 } }, wait(500), { ...wait(10), faults: calm }],
    ['NEW'],
  ),
  incident(
    'hummingbot#4738',
    'the venue knows of no open order, because it filled; the fill comes after',
    [
      limit,
      { ...wait(300), faults: noMessages },
      fill(1),
      { kind: 'cancel', of: 0 },
      { ...wait(10), faults: calm },
    ],
    ['FILLED'],
  ),
  incident(
    'hummingbot#905',
    'filled at once at a venue that pushes nothing',
    [market, wait(2_000)],
    ['FILLED'],
    silent,
  ),
  incident(
    'hummingbot#1663, ccxt#23879, nautilus_trader#3046',
    'every message comes twice, and the list of fills says it all again',
    [
      { ...limit, faults: { MESSAGE_TWICE: 1 } },
      wait(200),
      fill(0.5),
      fill(0.5),
      { kind: 'kill', waitMs: 1_600 },
    ],
    ['FILLED'],
  ),
  incident(
    'hummingbot#4990, #2945, nautilus_trader#4736',
    'killed right after a fill, before the cursor moved',
    [
      limit,
      wait(300),
      { ...fill(0.5), faults: { KILLED_AT: 1 } },
      wait(100),
      { kind: 'kill', waitMs: 1_600, faults: calm },
      fill(1),
    ],
    ['FILLED'],
  ),
  incident(
    'hummingbot#5633, #5037',
    'fills that share a trade id',
    [limit, limit, wait(300), fill(1, 0), fill(1, 0)],
    ['FILLED', 'FILLED'],
    reusing,
  ),
  incident(
    'nautilus_trader#3869, Lean InteractiveBrokers#249, TradeStation#101, ccxt#21931, #22450, #27606',
    'fill frames are dropped while the stream looks well',
    [
      limit,
      { ...wait(300), faults: noMessages },
      fill(0.3),
      fill(0.3),
      fill(1),
      { ...wait(10), faults: calm },
    ],
    ['FILLED'],
  ),
  incident(
    'ccxt#9409',
    'many fills of one millisecond, read page by page',
    [
      { ...market, faults: noMessages },
      { ...market, afterMs: 0 },
      { ...market, afterMs: 0 },
      wait(500),
      { ...wait(10), faults: calm },
    ],
    ['FILLED', 'FILLED', 'FILLED'],
  ),
  incident(
    'our own seed 510001422',
    'a restart misses an order that the lists do not show yet, and then its replacement, which is another one',
    [
      { ...resting, waitMs: 2_000, afterMs: 3, salt: 2 },
      { kind: 'amend', of: 2, part: 0.6, ticks: null, expects: false, waitMs: 100, afterMs: 56, salt: 3 },
      { ...fill(0.5), afterMs: 13, salt: 4 },
      { kind: 'handCancel', of: 5, afterMs: 57, salt: 6 },
      { kind: 'kill', waitMs: 300, afterMs: 3, salt: 7 },
    ],
    ['PARTIALLY_FILLED'],
    slowToShow,
    510_001_422,
  ),
  incident(
    'our own seed 930000436',
    'a leg is to make way while its venue cannot be reached at all, and nothing else stands still for that',
    [
      {
        ...{ ...limit, symbol: 'ETH/USDT', side: 'SELL', timeInForce: null, awayTicks: 900 },
        group: { type: 'OCO', stop: { type: 'STOP_MARKET', ticks: 500 }, target: null },
      },
      wait(600),
      { kind: 'move', symbol: 'ETH/USDT', ticks: -800, faults: { ANSWER_LOST: 1, MESSAGE_LOST: 1 } },
      wait(20),
      { kind: 'venueAway', ms: 3_000 },
      wait(700),
      { kind: 'takeOver', pauseMs: 450, waitMs: 900 },
      { ...wait(3_000), faults: calm },
    ],
    ['CANCELED'],
    exchange,
    2,
  ),
  incident(
    'our own seed 940010830',
    'money goes missing while an order waits for a person: that order does not explain it',
    [
      { ...market, side: 'SELL', faults: requestLost },
      wait(2_000),
      { kind: 'withdraw', asset: 'BTC', faults: calm },
    ],
    ['OUTCOME_UNKNOWN'],
    proofless,
  ),
  incident(
    'our own seed 940019317',
    'money goes missing beside an order that nobody can cancel: made by hand, without an id to ask for it',
    [
      limit,
      wait(600),
      { kind: 'handPlace', symbol: 'BTC/USDT', side: 'BUY', lots: 219, named: false, takes: false },
      wait(2_000),
      { kind: 'cancel', of: 0 },
      { kind: 'withdraw', asset: 'USDT' },
    ],
    ['NEW'],
  ),
];
