import { openConformanceWorld, standaloneChannels } from '@sextant/exchange';
import type { ConformanceWorld, GatewayOutcome, VenueEvent } from '@sextant/exchange';
import { Config, ManualClock, ManualTimers, SystemClock } from '@sextant/platform';
import type { FaultPoint, RequestAction, StreamAction } from '../../apps/venue/src/faults/fault-rule.js';
import type { RunningVenue } from '../../apps/venue/src/venue.js';
import { BID, stillVenue, targetAt } from './chaos-target.js';

const NO_CONDITIONS = {
  stopTicks: null,
  trailingBps: null,
  triggerBy: 'LAST',
  displayLots: null,
  expiresAt: null,
  reduceOnly: false,
} as const;

let venue: RunningVenue;
let world: ConformanceWorld;
let channels: Awaited<ReturnType<typeof standaloneChannels>>;
let timers: ManualTimers;

/** Real sockets, and a clock that a stalled stream is waited for with. */
class SteppedClock extends ManualClock {
  private readonly system = new SystemClock();

  override now(): number {
    return this.system.now();
  }
}

beforeEach(async () => {
  venue = await stillVenue();
  channels = await standaloneChannels({ config: Config.fromValues({ 'exchange.timeoutMs': 400 }) });
  const clock = new SteppedClock();
  timers = new ManualTimers(clock);
  world = await openConformanceWorld(targetAt(venue, { channels, clock, timers }));
});

afterEach(async () => {
  await world.session.close();
  await channels.stop();
  await venue.close();
});

function valueOf<T>(outcome: GatewayOutcome<T>): T {
  if (outcome.outcome !== 'CONFIRMED') throw new Error(JSON.stringify(outcome.reason));
  return outcome.value;
}

function clientIdOf(event: VenueEvent): string {
  return event.kind === 'FILL' ? event.fill.clientOrderId : event.order.clientOrderId;
}

function onPlacement(point: FaultPoint, action: RequestAction): void {
  venue.admin.setFault({
    target: 'REQUEST',
    match: { method: 'POST', path: '/api/v3/order' },
    point,
    action,
  });
}

function onStream(match: { stream: string; event?: string }, action: StreamAction): void {
  venue.admin.setFault({ target: 'STREAM', match, action });
}

/** How many placements arrived at the venue. */
function placements(): number {
  const requests = venue.admin.journal({ kind: 'request', limit: 1_000 });
  return requests.filter(({ method, path }) => method === 'POST' && path === '/api/v3/order').length;
}

/** Lets the streams' own time pass, with room for what real sockets do meanwhile. */
async function pass(ms: number): Promise<void> {
  for (let gone = 0; gone < ms; gone += 500) {
    await timers.advance(500);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('a placement whose answer suffers', () => {
  const actions: readonly (readonly [name: string, action: RequestAction])[] = [
    ['is dropped', { kind: 'DROP' }],
    ['is a reset', { kind: 'RESET' }],
    ['never comes', { kind: 'HANG' }],
    ['is a 500', { kind: 'STATUS', status: 500, code: -1000, message: 'An unknown error occurred.' }],
    ['is a 502 of a gateway', { kind: 'STATUS', status: 502, body: '<html>Bad Gateway</html>' }],
    ['is a 503', { kind: 'STATUS', status: 503, code: -1008, message: 'Server is overloaded.' }],
    [
      'is a timeout inside',
      { kind: 'STATUS', status: 504, code: -1007, message: 'Timeout waiting for response.' },
    ],
    ['is cut', { kind: 'TRUNCATE', share: 0.5 }],
    ['hangs in the middle', { kind: 'TRUNCATE', share: 0.5, ending: 'HANG' }],
    ['is HTML', { kind: 'GARBAGE', what: 'HTML' }],
    ['is empty', { kind: 'GARBAGE', what: 'EMPTY' }],
    ['is nested without end', { kind: 'GARBAGE', what: 'DEEP_JSON' }],
    ['is no UTF-8', { kind: 'GARBAGE', what: 'BAD_UTF8' }],
    ['is no JSON', { kind: 'GARBAGE', what: 'NOT_JSON' }],
    ['has an exponent', { kind: 'REWRITE', fields: { executedQty: '1e-7' } }],
    ['has a null', { kind: 'REWRITE', fields: { origQty: 'null' } }],
    ['has a negative quantity', { kind: 'REWRITE', fields: { executedQty: '"-0.00100000"' } }],
  ];

  it.each(actions)('%s: unknown, sent once, and found by asking', async (_name, action) => {
    onPlacement('AFTER_ACCEPT', action);
    const wanted = world.request();
    const answer = await world.send(wanted);
    expect(answer.outcome).toBe('UNKNOWN');
    expect(placements()).toBe(1);
    const found = valueOf(await world.session.orderByClientId(wanted.clientOrderId, wanted.symbol));
    expect(found).toMatchObject({ clientOrderId: wanted.clientOrderId, status: 'NEW', lots: wanted.lots });
  });

  it.each(actions.slice(0, 7))(
    '%s before it took effect: as unknown, and not to be found',
    async (_name, action) => {
      onPlacement('BEFORE_ACCEPT', action);
      const wanted = world.request();
      expect((await world.send(wanted)).outcome).toBe('UNKNOWN');
      expect(placements()).toBe(1);
      expect(valueOf(await world.session.orderByClientId(wanted.clientOrderId, wanted.symbol))).toBeNull();
    },
  );

  it('filled while its answer was lost: found with its fills, not among the open ones', async () => {
    onPlacement('AFTER_ACCEPT', { kind: 'DROP' });
    const wanted = world.request({ type: 'MARKET', priceTicks: null });
    expect((await world.send(wanted)).outcome).toBe('UNKNOWN');
    const found = valueOf(await world.session.orderByClientId(wanted.clientOrderId, wanted.symbol));
    expect(found).toMatchObject({ status: 'FILLED', filledLots: wanted.lots });
    expect(valueOf(await world.session.openOrders())).toEqual([]);
    const { fills } = valueOf(await world.session.fillsSince(null));
    expect(fills.map(({ clientOrderId }) => clientOrderId)).toEqual([wanted.clientOrderId]);
  });

  it('delivered twice by the network: the duplicate is refused while the first is open', async () => {
    onPlacement('BEFORE_ACCEPT', { kind: 'DUPLICATE', what: 'REQUEST' });
    const wanted = world.request();
    expect(await world.send(wanted)).toMatchObject({
      outcome: 'UNKNOWN',
      reason: { code: 'DUPLICATE_CLIENT_ORDER_ID' },
    });
    expect(valueOf(await world.session.openOrders())).toHaveLength(1);
  });

  it('delayed past its window: refused by the clock of the venue', async () => {
    venue.admin.setClock({ offsetMs: 60_000 });
    const wanted = world.request();
    const answer = await world.send(wanted);
    expect(answer).toMatchObject({ outcome: 'REFUSED', reason: { code: 'TIMESTAMP_OUTSIDE_WINDOW' } });
  });
});

describe('rules that the venue changes while we trade', () => {
  it.each([
    ['NOTIONAL', 'NOTIONAL_FILTER', { minNotional: '700' }],
    ['LOT_SIZE', 'QUANTITY_FILTER', { minQuantity: '0.02' }],
    ['PRICE_FILTER', 'PRICE_FILTER', { priceStep: '0.07' }],
    ['MAX_POSITION', 'FILTER_FAILURE', { maxPosition: '1' }],
  ])('%s: the refusal names it, and the rules are read again', async (filter, code, changes) => {
    const asked = () => {
      const requests = venue.admin.journal({ kind: 'request', limit: 1_000 });
      return requests.filter(({ path }) => path === '/api/v3/exchangeInfo').length;
    };
    venue.admin.changeRules('BTCUSDT', changes);
    expect(await world.send(world.request())).toMatchObject({
      outcome: 'REFUSED',
      reason: { code, detail: `-1013: Filter failure: ${filter}` },
    });
    const before = asked();
    await world.gateway.instruments();
    expect(asked()).toBe(before);
    await pass(10_000);
    const now = await world.gateway.instruments();
    expect(asked()).toBe(before + 1);
    const btc = now.find(({ symbol }) => symbol.toString() === 'BTC/USDT')!;
    if (filter === 'NOTIONAL') expect(btc.minNotionalUnits).toBe(700n * 10n ** 18n);
    if (filter === 'LOT_SIZE') expect(btc.minLots).toBe(2_000);
  });
});

describe('cancels', () => {
  it('a fill before the cancel is in the canceled order', async () => {
    const wanted = world.request();
    valueOf(await world.send(wanted));
    const match = { method: 'DELETE', path: '/api/v3/order' };
    const action = { kind: 'FILL_BEFORE_CANCEL', share: 0.4 } as const;
    venue.admin.setFault({ target: 'REQUEST', match, point: 'BEFORE_ACCEPT', action });
    const canceled = valueOf(await world.session.cancel(wanted.clientOrderId, wanted.symbol));
    expect(canceled).toMatchObject({ status: 'CANCELED', filledLots: (wanted.lots! * 4) / 10 });
    const { fills } = valueOf(await world.session.fillsSince(null));
    expect(fills.reduce((sum, { lots }) => sum + lots, 0)).toBe(canceled.filledLots);
  });

  it('a cancel without an answer is unknown, never assumed', async () => {
    const wanted = world.request();
    valueOf(await world.send(wanted));
    const match = { method: 'DELETE', path: '/api/v3/order' };
    venue.admin.setFault({ target: 'REQUEST', match, point: 'AFTER_ACCEPT', action: { kind: 'DROP' } });
    expect((await world.session.cancel(wanted.clientOrderId, wanted.symbol)).outcome).toBe('UNKNOWN');
    const now = valueOf(await world.session.orderByClientId(wanted.clientOrderId, wanted.symbol));
    expect(now?.status).toBe('CANCELED');
  });
});

describe('the stream of the account', () => {
  /** The subscription is there once a change of the account is told. */
  async function listening(): Promise<void> {
    await pass(6_000);
    const first = world.request({ priceTicks: BID - 100 });
    valueOf(await world.send(first));
    valueOf(await world.session.cancel(first.clientOrderId, first.symbol));
    await world.eventually('the cancel is told', async () =>
      world.events.some((event) => event.kind === 'ORDER' && event.order.status === 'CANCELED'),
    );
  }

  const told = (clientOrderId: string) => world.events.filter((event) => clientIdOf(event) === clientOrderId);
  const isFilled = (clientOrderId: string) =>
    told(clientOrderId).some((event) => event.kind === 'ORDER' && event.order.status === 'FILLED');

  async function fillResting(whileDown: () => void | Promise<void>): Promise<string> {
    const wanted = world.request({ priceTicks: BID });
    valueOf(await world.send(wanted));
    await whileDown();
    await world.tradeThrough!('BUY', BID, wanted.lots!);
    return wanted.clientOrderId;
  }

  async function expectToldInOrder(clientOrderId: string): Promise<void> {
    for (let round = 0; round < 60 && !isFilled(clientOrderId); round += 1) await pass(1_000);
    expect(told(clientOrderId).map(({ kind }) => kind)).toEqual(['ORDER', 'FILL', 'ORDER']);
  }

  it('a frame lost on a stream that lives is made up for within a minute', async () => {
    await listening();
    const id = await fillResting(() =>
      onStream({ stream: 'user', event: 'executionReport' }, { kind: 'DROP_FRAME' }),
    );
    await expectToldInOrder(id);
  });

  it('what happened while the connection was broken is told after it', async () => {
    await listening();
    const id = await fillResting(() => onStream({ stream: 'user' }, { kind: 'DISCONNECT', code: 1006 }));
    await expectToldInOrder(id);
  });

  it('a stalled socket is torn down within 45 s, and nothing is lost', async () => {
    await listening();
    const id = await fillResting(() => onStream({ stream: 'user' }, { kind: 'STALL', ms: null }));
    await pass(45_000);
    await expectToldInOrder(id);
  });

  const stop = { ...NO_CONDITIONS, stopTicks: BID + 1_000 };

  it.each([
    ['lost', { stream: 'user', event: 'executionReport' }, { kind: 'GAP', frames: 3 }],
    ['pushed to a connection that breaks', { stream: 'user' }, { kind: 'DISCONNECT', code: 1006 }],
  ] as const)(
    'a stop that is triggered and fills while its frames are %s is told',
    async (_, match, action) => {
      await listening();
      const wanted = world.request({ type: 'STOP_MARKET', priceTicks: null, conditions: stop });
      valueOf(await world.send(wanted));
      await pass(500);
      onStream(match, action);
      await world.moveTo!(BID + 1_000);
      for (let round = 0; round < 60 && !isFilled(wanted.clientOrderId); round += 1) await pass(1_000);
      const events = told(wanted.clientOrderId);
      expect(events[0]).toMatchObject({ kind: 'ORDER', order: { status: 'NEW', triggered: false } });
      expect(events.at(-2)!.kind).toBe('FILL');
      expect(events.at(-1)).toMatchObject({ kind: 'ORDER', order: { status: 'FILLED', triggered: true } });
    },
  );

  it('a stop-limit that is triggered and rests is told as triggered, once', async () => {
    await listening();
    const wanted = world.request({ type: 'STOP_LIMIT', priceTicks: BID - 500, conditions: stop });
    valueOf(await world.send(wanted));
    onStream({ stream: 'user', event: 'executionReport' }, { kind: 'DUPLICATE' });
    await world.moveTo!(BID + 1_000);
    await world.eventually('it is told as triggered', async () =>
      told(wanted.clientOrderId).some((event) => event.kind === 'ORDER' && event.order.triggered === true),
    );
    await pass(2_000);
    const states = told(wanted.clientOrderId).flatMap((event) =>
      event.kind === 'ORDER' ? [[event.order.status, event.order.triggered]] : [],
    );
    expect(states).toEqual([
      ['NEW', false],
      ['NEW', true],
    ]);
  });

  it('frames that come twice are told once', async () => {
    await listening();
    const id = await fillResting(() => {
      onStream({ stream: 'user', event: 'executionReport' }, { kind: 'DUPLICATE' });
    });
    await expectToldInOrder(id);
    await pass(2_000);
    expect(told(id)).toHaveLength(3);
  });
});

describe('the stream of a market', () => {
  it('a silent one goes DOWN and comes UP again with a fresh book', async () => {
    const states: string[] = [];
    let books = 0;
    const end = world.gateway.marketData!.subscribe(
      { channel: 'BOOK', symbol: 'BTC/USDT', depth: 5 },
      (event) => {
        if (event.kind === 'STREAM') states.push(event.state);
        if (event.kind === 'BOOK') books += 1;
      },
    );
    await world.eventually('the first book', async () => books > 0);
    const before = books;
    onStream({ stream: 'btcusdt@depth*' }, { kind: 'STALL', ms: null });
    venue.admin.houseLevel('BTCUSDT', 'BUY', BID - 1, 10);
    await pass(40_000);
    await world.eventually('it is up again', async () => states.join() === 'UP,DOWN,UP');
    expect(books).toBeGreaterThan(before);
    end();
  });
});
