import type { AccountId, Approval } from '@sextant/kernel';
import { ManualClock } from '@sextant/platform';
import { ExchangeSession } from '../domain/exchange-session.js';
import { confirmed, refused } from '../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../domain/gateway-outcome.js';
import type { FillPage, PlaceOrderRequest, VenueEvent, VenueOrder } from '../domain/venue-order.js';
import { GuardedSession } from './guarded-session.js';
import type { KeyStanding, KeyWatch } from './guarded-session.js';
import { simulatedTraits } from './simulated-traits.js';

const ACCOUNT = 'acc_1' as AccountId;
const VENUE = 'BINANCE';
const evidence = { kind: 'VENUE_ANSWER', detail: {}, at: 0 } as const;
const order = {} as VenueOrder;

/** A session of the key that was current when it was opened. */
class KeyedSession extends ExchangeSession {
  readonly venue = VENUE;
  readonly traits = simulatedTraits;
  readonly listeners = new Set<(event: VenueEvent) => void>();
  calls = 0;
  closed = false;
  /** Calls wait for this. */
  gate: Promise<void> = Promise.resolve();
  answer: GatewayOutcome<never> | null = null;

  constructor(readonly key: string) {
    super();
  }

  private async call<T>(value: T): Promise<GatewayOutcome<T>> {
    this.calls += 1;
    await this.gate;
    if (this.closed) throw new Error('asked after its end');
    return this.answer ?? confirmed(value, { ...evidence, detail: { key: this.key } });
  }

  place = () => this.call(order);
  cancel = () => this.call(order);
  orderByClientId = () => this.call(order);
  openOrders = () => this.call([]);
  fillsSince = () => this.call({ fills: [], cursor: '' } as FillPage);
  balances = () => this.call([]);

  onEvent(listener: (event: VenueEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

let now: KeyStanding | null;
let complaints: string[];
let opened: KeyedSession[];
let session: ExchangeSession;

const watch: KeyWatch = {
  standing: async () => now,
  complained: async (accountId, venue) => void complaints.push(`${accountId} ${venue}`),
};

const standing = (credentialId: string, mayPlace = true, usable = true): KeyStanding => ({
  ...{ credentialId, mayPlace, usable, endpoint: null },
});

beforeEach(async () => {
  now = standing('crd_1');
  complaints = [];
  opened = [];
  const open = async () => {
    const next = new KeyedSession(now?.credentialId ?? 'none');
    opened.push(next);
    return next;
  };
  session = await GuardedSession.over(ACCOUNT, VENUE, open, watch, new ManualClock(0));
});

const place = () => session.place({} as PlaceOrderRequest, {} as Approval);
const calls: [string, () => Promise<GatewayOutcome<unknown>>][] = [
  ['place', place],
  ['cancel', () => session.cancel('id', 'BTC/USDT')],
  ['orderByClientId', () => session.orderByClientId('id', 'BTC/USDT')],
  ['openOrders', () => session.openOrders()],
  ['fillsSince', () => session.fillsSince(null)],
  ['balances', () => session.balances()],
];

it('lets everything through while its key is in order', async () => {
  for (const [, call] of calls) expect((await call()).outcome).toBe('CONFIRMED');
  expect([opened.length, opened[0]!.calls, session.venue, session.traits]).toEqual([
    1,
    6,
    VENUE,
    simulatedTraits,
  ]);
});

it('places nothing with a key in quarantine, and cancels and reads on', async () => {
  now = standing('crd_1', false);
  for (const [name, call] of calls) {
    const answer = await call();
    expect([name, answer.outcome]).toEqual([name, name === 'place' ? 'REFUSED' : 'CONFIRMED']);
    if (name === 'place') {
      expect(answer).toMatchObject({ reason: { code: 'PERMISSION_DENIED' }, evidence: { kind: 'NOT_SENT' } });
    }
  }
  expect(opened[0]!.calls).toBe(5);
});

it.each([
  ['is switched off', standing('crd_1', false, false)],
  ['is gone', null],
])('sends nothing at all when its connection %s', async (_what, then) => {
  now = then;
  for (const [, call] of calls) {
    expect(await call()).toMatchObject({
      ...{ outcome: 'REFUSED', reason: { code: 'CREDENTIAL_INVALID' }, evidence: { kind: 'NOT_SENT' } },
    });
  }
  expect(opened[0]!.calls).toBe(0);
});

it('goes over to another key when what is in flight has ended, and refuses nothing for it', async () => {
  let release: () => void = () => undefined;
  opened[0]!.gate = new Promise((resolve) => (release = resolve));
  const before = [place(), session.openOrders()];
  await settle();
  now = standing('crd_2');
  const after = [place(), place(), session.balances()];
  await settle();
  expect(opened).toHaveLength(1);
  release();
  const keys = async (answers: Promise<GatewayOutcome<unknown>>[]) =>
    (await Promise.all(answers)).map(({ outcome, evidence: { detail } }) => [outcome, detail['key']]);
  expect(await keys(before)).toEqual(Array(2).fill(['CONFIRMED', 'crd_1']));
  expect(await keys(after)).toEqual(Array(3).fill(['CONFIRMED', 'crd_2']));
  expect(opened.map(({ key, closed }) => [key, closed])).toEqual([
    ['crd_1', true],
    ['crd_2', false],
  ]);
});

it('lets a call that was looked at before a switch wait for it, and not end with the former session', async () => {
  let lookedAt: (standing: KeyStanding) => void = () => undefined;
  let openNow: () => void = () => undefined;
  const opening = new Promise<void>((resolve) => (openNow = resolve));
  const slow = new Promise<KeyStanding>((resolve) => (lookedAt = resolve));
  const asked = [Promise.resolve(standing('crd_1')), slow, Promise.resolve(standing('crd_2'))];
  const made: KeyedSession[] = [];
  const open = async () => {
    if (made.length > 0) await opening;
    made.push(new KeyedSession(`crd_${made.length + 1}`));
    return made.at(-1)!;
  };
  const known: KeyWatch = { ...watch, standing: () => asked.shift()! };
  session = await GuardedSession.over(ACCOUNT, VENUE, open, known, new ManualClock(0));
  const early = place();
  const late = place();
  await settle();
  lookedAt(standing('crd_1'));
  await settle();
  openNow();
  for (const answer of await Promise.all([early, late])) {
    expect(answer).toMatchObject({ outcome: 'CONFIRMED', evidence: { detail: { key: 'crd_2' } } });
  }
  expect(made.map(({ calls }) => calls)).toEqual([0, 2]);
});

it('takes its listeners along to the session of another key', async () => {
  const heard: VenueEvent[] = [];
  const end = session.onEvent((event) => heard.push(event));
  now = standing('crd_2');
  await place();
  const event = { kind: 'ORDER', order } as const;
  for (const { listeners } of opened) for (const listener of listeners) listener(event);
  expect(heard).toEqual([event]);
  end();
  expect(opened.map(({ listeners }) => listeners.size)).toEqual([0, 0]);
});

it('stays with the older key when the newer one cannot open a session, and tries again', async () => {
  const failing = [new Error('no route to the venue')];
  const open = async () => {
    const failure = opened.length > 0 ? failing.pop() : undefined;
    if (failure !== undefined) throw failure;
    const next = new KeyedSession(now!.credentialId);
    opened.push(next);
    return next;
  };
  opened = [];
  session = await GuardedSession.over(ACCOUNT, VENUE, open, watch, new ManualClock(0));
  now = standing('crd_2');
  expect(await place()).toMatchObject({
    outcome: 'REFUSED',
    reason: { code: 'VENUE_UNAVAILABLE', detail: expect.stringContaining('no route') },
    evidence: { kind: 'NOT_SENT' },
  });
  expect(await place()).toMatchObject({ outcome: 'CONFIRMED', evidence: { detail: { key: 'crd_2' } } });
});

it('sends nothing when nobody can say how its key stands', async () => {
  const away: KeyWatch = {
    ...watch,
    standing: async () => {
      throw new Error('the database is away');
    },
  };
  const open = async () => opened[0]!;
  await expect(GuardedSession.over(ACCOUNT, VENUE, open, away, new ManualClock(0))).rejects.toThrow('away');
  const { standing: known } = watch;
  watch.standing = away.standing;
  const answer = await place();
  watch.standing = known;
  expect(answer).toMatchObject({ outcome: 'REFUSED', evidence: { kind: 'NOT_SENT' } });
  expect(opened[0]!.calls).toBe(0);
});

it('has a key looked into that the venue does not take, and answers without waiting for that', async () => {
  opened[0]!.answer = refused({ code: 'CREDENTIAL_INVALID', detail: '-2015' }, evidence);
  expect(await session.balances()).toMatchObject({ reason: { detail: '-2015' } });
  opened[0]!.answer = refused({ code: 'INSUFFICIENT_BALANCE', detail: '-2010' }, evidence);
  await place();
  expect(complaints).toEqual([`${ACCOUNT} ${VENUE}`]);
});

it('amends only where the venue does', () => {
  expect(session.amend).toBeUndefined();
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

it('makes no newer session once it is closed, nor while it waits for one to end', async () => {
  const gate = Promise.withResolvers<void>();
  opened[0]!.gate = gate.promise;
  const reading = session.balances();
  await new Promise((resolve) => setImmediate(resolve));
  now = standing('crd_2');
  const waiting = session.balances().catch((error: Error) => error.message);
  await new Promise((resolve) => setImmediate(resolve));
  const closing = session.close();
  gate.resolve();
  await Promise.all([reading, closing]);
  expect(await waiting).toBe('asked after its end');
  expect(await session.balances().catch((error: Error) => error.message)).toBe('asked after its end');
  expect(opened.map(({ key, closed }) => [key, closed])).toEqual([['crd_1', true]]);
});
