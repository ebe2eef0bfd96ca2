import { ManualClock, ManualTimers } from '@sextant/platform';
import { fc } from '../../../../../test/support/property.js';
import { CallBudget } from '../../domain/channel/call-budget.js';
import { CALL_CLASSES, priorityOf } from '../../domain/channel/call-intent.js';
import type { CallClass, CallIntent } from '../../domain/channel/call-intent.js';
import type { BudgetRule } from '../../domain/channel/channel-profile.js';
import { Pauses } from '../../domain/channel/pauses.js';
import type { NotSent } from '../../domain/channel/venue-answer.js';
import { Admission, notSent } from './admission.js';
import type { Ticket } from './admission.js';
import { InFlightLimit } from './in-flight-limit.js';
import { Lanes } from './lanes.js';

const WINDOW_MS = 1_000;
const LIMIT = 40;
const RULE: BudgetRule = {
  name: 'weight',
  limit: LIMIT,
  windowMs: WINDOW_MS,
  scope: 'ADDRESS',
  buckets: ['trading', 'account', 'marketData'],
  counts: 'WEIGHT',
};
const FOR_EVER_MS = 1e9;

function intent(callClass: CallClass, over: Partial<CallIntent> = {}): CallIntent {
  const terms = { bucket: 'trading', weight: 1, credentialId: 'key_1', idempotentRead: false } as const;
  return { class: callClass, waitMs: FOR_EVER_MS, ...terms, ...over };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class World {
  readonly clock = new ManualClock();
  readonly timers = new ManualTimers(this.clock);
  readonly budget: CallBudget;
  readonly pauses = new Pauses(2);
  readonly inFlight: InFlightLimit;
  readonly admission: Admission;
  refusal: (asked: CallIntent) => NotSent | null = () => null;

  constructor({ rules = [RULE], connections = 1_000, total = 1_000, queueLength = 10_000 } = {}) {
    this.budget = new CallBudget(rules, 0.2);
    this.inFlight = new InFlightLimit(total);
    this.admission = new Admission({
      clock: this.clock,
      timers: this.timers,
      budget: this.budget,
      pauses: this.pauses,
      lanes: new Lanes(connections, this.inFlight),
      queueLength,
      queueWaitMs: 1_000,
      refusal: (asked) => this.refusal(asked),
    });
  }

  async enter(asked: CallIntent): Promise<Ticket | NotSent> {
    return this.admission.enter(asked);
  }

  async ticket(asked: CallIntent): Promise<Ticket> {
    const result = await this.enter(asked);
    if (result.kind !== 'TICKET') throw new Error(result.code);
    return result;
  }

  /** Time passes in small steps, so that whoever wakes is let go in between. */
  async advance(ms: number, stepMs = 20): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      await this.timers.advance(Math.min(stepMs, left));
      await turn();
    }
  }
}

interface Call {
  intent: CallIntent;
  arrivedMs: number;
  number: number;
  admittedMs: number | null;
}

const arrivals = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 60 }),
    class: fc.constantFrom(...CALL_CLASSES),
    weight: fc.integer({ min: 1, max: 10 }),
    roundTripMs: fc.integer({ min: 1, max: 200 }),
  }),
  { minLength: 1, maxLength: 80 },
);

interface Arrival {
  afterMs: number;
  class: CallClass;
  weight: number;
  roundTripMs: number;
}

/** Everybody who comes is sent when admitted and answered a round trip later. */
async function play(world: World, list: readonly Arrival[], onAdmitted: (call: Call, all: Call[]) => void) {
  const calls: Call[] = [];
  for (const [number, { afterMs, weight, roundTripMs, class: callClass }] of list.entries()) {
    await world.advance(afterMs);
    const call: Call = {
      intent: intent(callClass, { weight }),
      arrivedMs: world.clock.monotonicMs(),
      number,
      admittedMs: null,
    };
    calls.push(call);
    void world.ticket(call.intent).then((ticket) => {
      call.admittedMs = world.clock.monotonicMs();
      onAdmitted(call, calls);
      world.timers.setTimer(roundTripMs, () => ticket.settle());
    });
    await turn();
  }
  return calls;
}

it('never sends the venue more than its limit in any window, and lets everybody go in the end', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, async (list) => {
      const world = new World();
      const calls = await play(world, list, () => undefined);
      await world.advance(60_000, 250);
      for (const { admittedMs } of calls) expect(admittedMs).not.toBeNull();
      for (const { admittedMs: startMs } of calls) {
        const sum = calls
          .filter(({ admittedMs }) => admittedMs! >= startMs! && admittedMs! < startMs! + WINDOW_MS)
          .reduce((total, call) => total + call.intent.weight, 0);
        expect(sum).toBeLessThanOrEqual(LIMIT);
      }
    }),
    { numRuns: 25 },
  );
});

it('lets nobody pass who came later or matters less', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, async (list) => {
      const world = new World();
      await play(
        world,
        list.map((arrival) => ({ ...arrival, weight: 4 })),
        (call, all) => {
          const passed = all.filter(
            (other) => other.admittedMs === null && isBefore(other, call) && other.arrivedMs < call.arrivedMs,
          );
          expect(passed).toEqual([]);
        },
      );
      await world.advance(30_000, 250);
    }),
    { numRuns: 25 },
  );
});

function isBefore(one: Call, other: Call): boolean {
  const [a, b] = [priorityOf(one.intent.class), priorityOf(other.intent.class)];
  return a < b || (a === b && one.number < other.number);
}

it('never lets a cancel wait while entries, queries and data flood', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, async (list) => {
      const world = new World();
      const flood = list.map((arrival, index) => ({
        ...arrival,
        weight: 1 + (arrival.weight % 2),
        class:
          index % 3 === 0 ? ('ENTRY' as const) : index % 3 === 1 ? ('DATA' as const) : ('RECONCILE' as const),
      }));
      await play(world, [...flood, ...flood], () => undefined);
      const first = await Promise.race([world.enter(intent('CANCEL')), turn().then(() => 'waits')]);
      expect(first).toMatchObject({ kind: 'TICKET' });
    }),
    { numRuns: 25 },
  );
});

it('lets a heavy call go in its turn although light ones never stop coming', async () => {
  const world = new World();
  for (let spent = 0; spent < 24; spent += 1) {
    (await world.ticket(intent('DATA'))).settle();
    await world.advance(40); // so that tokens come back one by one
  }
  const heavy = world.ticket(intent('DATA', { weight: 20 }));
  let isHeavyGone = false;
  void heavy.then(() => {
    isHeavyGone = true;
  });
  for (let count = 0; count < 80; count += 1) {
    void world.ticket(intent('DATA')).then((ticket) => ticket.settle());
    await world.advance(20);
  }
  expect(isHeavyGone).toBe(true);
});

it('lets a call pass that needs none of the limits that others wait for', async () => {
  const perKey: BudgetRule = { ...RULE, name: 'key', scope: 'CREDENTIAL' };
  const world = new World({ rules: [perKey] });
  (await world.ticket(intent('ENTRY', { weight: 32 }))).settle();
  const waits = world.ticket(intent('ENTRY'));
  await turn();
  expect(world.admission.queued).toBe(1);
  expect(await world.ticket(intent('DATA', { credentialId: 'key_2' }))).toMatchObject({ kind: 'TICKET' });
  await world.advance(1_100);
  await waits;
});

it('keeps places for urgent calls when connections are full', async () => {
  const world = new World({ connections: 5 });
  const tickets = await Promise.all([1, 2, 3, 4].map(() => world.ticket(intent('DATA'))));
  const waits = world.ticket(intent('ENTRY'));
  const cancel = await world.ticket(intent('CANCEL'));
  const second = world.ticket(intent('CANCEL'));
  expect(world.admission.queued).toBe(2);
  cancel.refund();
  await second;
  expect(world.admission.queued).toBe(1);
  tickets[0]?.settle();
  await waits;
  expect(world.admission.queued).toBe(0);
});

it('keeps to the limit of the whole process, a tenth of it for urgent calls', async () => {
  const world = new World({ total: 10 });
  const tickets = await Promise.all(Array.from({ length: 9 }, () => world.ticket(intent('DATA'))));
  const waits = world.ticket(intent('DATA'));
  await world.ticket(intent('CANCEL'));
  expect(world.admission.queued).toBe(1);
  for (const ticket of tickets.slice(0, 2)) ticket.settle();
  await waits;
});

it('has a bound, and a patience', async () => {
  const world = new World({ queueLength: 1 });
  (await world.ticket(intent('ENTRY', { weight: 32 }))).settle();
  const first = world.enter(intent('ENTRY', { waitMs: 400 }));
  expect(await world.enter(intent('ENTRY'))).toMatchObject({ code: 'QUEUE_FULL' });
  await world.advance(400);
  const late = await first;
  expect(late).toMatchObject({ code: 'QUEUE_TIMEOUT' });
  expect((late as NotSent).retryAfterMs).toBeGreaterThan(500);
  expect((late as NotSent).retryAfterMs).toBeLessThan(700);
});

it('says at once what waiting does not help', async () => {
  const world = new World();
  expect(await world.enter(intent('DATA', { weight: 41 }))).toMatchObject({ code: 'WEIGHT_TOO_LARGE' });
  world.pauses.begin(null, 5_000, 0);
  const refused = await world.enter(intent('ENTRY', { waitMs: 4_000 }));
  expect(refused).toMatchObject({ code: 'PAUSED', retryAfterMs: 5_000 });
});

it('waits for the end of a pause, and lets a few cancels through before', async () => {
  const world = new World();
  world.pauses.begin(null, 3_000, 0);
  const entry = world.ticket(intent('ENTRY'));
  await world.ticket(intent('CANCEL'));
  await world.ticket(intent('PROTECTIVE'));
  const third = world.ticket(intent('CANCEL'));
  await world.advance(2_900);
  expect(world.admission.queued).toBe(2);
  await world.advance(200);
  await Promise.all([entry, third]);
});

it('tells those who wait when nobody may go any more', async () => {
  const world = new World();
  (await world.ticket(intent('ENTRY', { weight: 32 }))).settle();
  const waits = world.enter(intent('ENTRY'));
  await turn();
  world.refusal = () => notSent('HALTED', 'banned', 7);
  world.admission.recheck();
  expect(await waits).toMatchObject({ code: 'HALTED', retryAfterMs: 7 });
  expect(world.timers.armed).toBe(0);
});

it('charges a ticket once, whatever is called on it', async () => {
  const world = new World();
  const ticket = await world.ticket(intent('ENTRY', { weight: 5 }));
  ticket.settle();
  ticket.refund();
  ticket.settle();
  expect(world.budget.state(0)).toMatchObject([{ used: 5 }]);
});
