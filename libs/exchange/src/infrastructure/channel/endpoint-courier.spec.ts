import { ManualClock } from '@sextant/platform';
import { fc } from '../../../../../test/support/property.js';
import { EndpointRing } from '../../domain/channel/endpoint-ring.js';
import type { NoAnswerCode, NotSentCode, VenueAnswer } from '../../domain/channel/venue-answer.js';
import { EndpointCourier } from './endpoint-courier.js';
import type { Errand } from './endpoint-courier.js';
import type { Wire, WireCall } from './wire.js';

const ROOTS = ['https://a.venue.example', 'https://b.venue.example', 'https://c.venue.example'];

const answer = (status: number): VenueAnswer => ({
  ...{ kind: 'ANSWER', headers: {}, body: '', at: 0, roundTripMs: 1 },
  status,
});
const unsent = (code: NotSentCode): VenueAnswer => ({
  kind: 'NOT_SENT',
  code,
  detail: '',
  retryAfterMs: null,
});
const lost = (code: NoAnswerCode): VenueAnswer => ({ kind: 'NO_ANSWER', code, detail: '' });

/** A wire that does what it is told, and a caller who counts. */
class World {
  readonly clock = new ManualClock(1_000_000);
  readonly ring = new EndpointRing({ api: ROOTS }, { failuresToLeave: 3, tryAgainAfterMs: 1_000 });
  readonly calls: WireCall[] = [];
  readonly signedAt: number[] = [];
  readonly changed: string[] = [];
  private readonly time = new AbortController();
  private readonly courier: EndpointCourier;

  constructor(script: readonly VenueAnswer[]) {
    const send = async (call: WireCall) => {
      this.calls.push(call);
      this.clock.advance(400);
      const told = script[Math.min(this.calls.length, script.length) - 1] as VenueAnswer;
      return { answer: told, sentMs: null, receivedMs: null };
    };
    this.courier = new EndpointCourier({
      ...{ clock: this.clock, ring: this.ring, wire: { send } as unknown as Wire },
      lastWord: () => null,
      onEndpointChange: (endpoint) => this.changed.push(endpoint),
    });
  }

  expire(): void {
    this.time.abort();
  }

  async deliver(over: Partial<Errand> = {}): Promise<VenueAnswer> {
    const prepare: Errand['prepare'] = (venueNow) => {
      this.signedAt.push(venueNow);
      return { method: 'POST', url: `${ROOTS[0]}/order?t=${venueNow}`, headers: {}, body: null };
    };
    const venueNow = (): number => this.clock.now();
    const terms = { isRead: false, freshMs: 300, canPrepareAgain: true, signal: this.time.signal };
    return (await this.courier.deliver({ prepare, venueNow, ...terms, ...over })).answer;
  }
}

it('signs anew, with the time of then, what took too long to connect, and says when that does not help', async () => {
  const world = new World([unsent('STALE_REQUEST'), answer(200)]);
  expect(await world.deliver()).toMatchObject({ status: 200 });
  expect(world.signedAt).toEqual([1_000_000, 1_000_400]);
  expect(world.calls.map(({ goodUntilMs }) => goodUntilMs)).toEqual([300, 700]);
  const never = new World([unsent('STALE_REQUEST')]);
  expect(await never.deliver()).toMatchObject({ code: 'STALE_REQUEST' });
  expect(never.signedAt).toHaveLength(3);
});

it('does not sign anew what was built once', async () => {
  const world = new World([unsent('STALE_REQUEST'), answer(200)]);
  expect(await world.deliver({ canPrepareAgain: false })).toMatchObject({ code: 'STALE_REQUEST' });
  expect(world.calls).toHaveLength(1);
});

it('tries each endpoint once while none can be connected to', async () => {
  const world = new World([unsent('CONNECT_FAILED')]);
  expect(await world.deliver()).toMatchObject({ code: 'CONNECT_FAILED' });
  expect(world.calls.map(({ endpoint }) => endpoint).sort()).toEqual(ROOTS);
  expect(world.ring.state().map(({ consecutiveFailures }) => consecutiveFailures)).toEqual([1, 1, 1]);
});

it('stops looking when the time is up', async () => {
  const world = new World([unsent('CONNECT_TIMEOUT')]);
  world.expire();
  await world.deliver();
  expect(world.calls).toHaveLength(1);
});

it('asks the caller again before each endpoint, who may have changed his mind', async () => {
  const world = new World([unsent('CONNECT_FAILED'), answer(200)]);
  let asked = 0;
  const told = await world.deliver({
    prepare: () => {
      asked += 1;
      return asked === 1
        ? { method: 'POST', url: `${ROOTS[1]}/order`, headers: {}, body: null }
        : { withhold: 'the lease was lost' };
    },
  });
  expect(told).toMatchObject({ code: 'WITHHELD' });
  expect(world.calls).toHaveLength(1);
});

it('never goes on once something may have left, whatever comes in whatever order', async () => {
  const outcomes = [
    ...[answer(200), answer(503), answer(429)],
    ...(['TIMEOUT', 'RESET', 'TRUNCATED', 'TOO_LARGE', 'GARBLED', 'ABORTED'] as const).map(lost),
    ...(
      ['CONNECT_FAILED', 'DNS_FAILED', 'TLS_FAILED', 'STALE_REQUEST', 'HALTED', 'BAD_REQUEST'] as const
    ).map(unsent),
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...outcomes), { minLength: 1 }), async (script) => {
      const world = new World(script);
      await world.deliver();
      const left = world.calls.filter(
        (_, index) => script[Math.min(index, script.length - 1)]?.kind !== 'NOT_SENT',
      );
      expect(left.length).toBeLessThanOrEqual(1);
      if (left.length === 1) expect(world.calls.at(-1)).toBe(left[0]);
      expect(world.ring.state().every(({ inFlight }) => inFlight === 0)).toBe(true);
    }),
  );
});
