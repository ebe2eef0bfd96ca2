import { fc } from '../../../../../test/support/property.js';
import { ClockEstimate } from './clock-estimate.js';

const EPOCH = 1_700_000_000_000;

interface Look {
  afterMs: number;
  outMs: number;
  backMs: number;
}

const looks = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 10, max: 60_000 }),
    outMs: fc.double({ min: 0, max: 400, noNaN: true }),
    backMs: fc.double({ min: 0, max: 400, noNaN: true }),
  }),
  { minLength: 1, maxLength: 40 },
);

/** A venue whose clock runs `ppm` faster than ours and tells whole milliseconds. */
function follow(estimate: ClockEstimate, list: readonly Look[], offsetMs: number, ppm: number): number {
  let nowMs = 0;
  for (const { afterMs, outMs, backMs } of list) {
    nowMs += afterMs;
    const sentMs = nowMs;
    const serverMs = Math.floor(venueTime(sentMs + outMs, offsetMs, ppm));
    nowMs += outMs + backMs;
    estimate.add({ serverMs, sentMs, receivedMs: nowMs, resolutionMs: 1 });
  }
  return nowMs;
}

function venueTime(monotonicMs: number, offsetMs: number, ppm: number): number {
  return EPOCH + offsetMs + monotonicMs * (1 + ppm / 1e6);
}

it('never claims to know better than it does, however lopsided the ways out and back are', () => {
  fc.assert(
    fc.property(
      looks,
      fc.integer({ min: -86_400_000, max: 86_400_000 }),
      fc.integer({ min: -150, max: 150 }),
      fc.integer({ min: 0, max: 120_000 }),
      (list, offsetMs, ppm, laterMs) => {
        const estimate = new ClockEstimate();
        const nowMs = follow(estimate, list, offsetMs, ppm) + laterMs;
        const known = estimate.at(nowMs);
        const truth = venueTime(nowMs, offsetMs, ppm);
        expect(known).not.toBeNull();
        expect(Math.abs(known!.venueNow - truth)).toBeLessThanOrEqual(known!.uncertaintyMs + 0.01);
      },
    ),
  );
});

it('trusts the look with the shortest round trip, until it has aged', () => {
  const estimate = new ClockEstimate();
  follow(estimate, [{ afterMs: 10, outMs: 1, backMs: 1 }], 0, 0);
  const nowMs = follow(estimate, [], 0, 0) + 100;
  estimate.add({ serverMs: EPOCH + nowMs, sentMs: nowMs - 300, receivedMs: nowMs, resolutionMs: 1 });
  expect(estimate.at(nowMs)?.uncertaintyMs).toBeLessThan(2);
  expect(estimate.at(nowMs + 600_000)?.uncertaintyMs).toBeGreaterThan(100);
});

it('knows nothing after a clock was set, until two looks agree again', () => {
  const estimate = new ClockEstimate();
  const soon = { afterMs: 1_000, outMs: 5, backMs: 5 };
  const nowMs = follow(estimate, [soon, soon, soon], 0, 0);
  const add = (atMs: number, offsetMs: number): void =>
    estimate.add({
      serverMs: EPOCH + atMs + offsetMs,
      sentMs: atMs - 5,
      receivedMs: atMs + 5,
      resolutionMs: 1,
    });
  add(nowMs + 1_000, 3_600_000);
  expect(estimate.at(nowMs + 1_000)).toBeNull();
  add(nowMs + 2_000, -7);
  expect(estimate.at(nowMs + 2_000)).toBeNull();
  add(nowMs + 3_000, -7);
  expect(Math.round(estimate.at(nowMs + 3_000)!.venueNow)).toBe(EPOCH + nowMs + 2_994);
});

it('is not believed any more once it is distrusted, until the venue confirms it', () => {
  const estimate = new ClockEstimate();
  const look = { afterMs: 1_000, outMs: 5, backMs: 5 };
  const nowMs = follow(estimate, [look, look], 0, 0);
  estimate.distrust(nowMs);
  expect(estimate.at(nowMs)).toBeNull();
  estimate.add({
    serverMs: EPOCH + nowMs + 100,
    sentMs: nowMs + 95,
    receivedMs: nowMs + 105,
    resolutionMs: 1,
  });
  expect(estimate.at(nowMs + 105)).not.toBeNull();
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -1, 1_700_000_000, 9e15])(
  'does not take %p for a time',
  (serverMs) => {
    const estimate = new ClockEstimate();
    estimate.add({ serverMs, sentMs: 0, receivedMs: 1, resolutionMs: 1 });
    expect(estimate.at(1)).toBeNull();
  },
);
