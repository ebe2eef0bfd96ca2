import { currentContext, ManualClock, ManualTimers, SystemTimers, withContext } from '@sextant/platform';
import { TrackedClock } from './tracked-clock.js';

const WINDOW_MS = 5_000;

/** A venue whose clock is `offsetMs` ahead and a round trip of 20 ms away. */
function make({ source = 'ASKED' as 'ASKED' | 'HEARD' | null } = {}) {
  const clock = new ManualClock();
  const timers = new ManualTimers(clock);
  const venue = { offsetMs: 250, isDown: false, asked: 0, startWall: clock.now() };
  const changes: boolean[] = [];
  const tracked: TrackedClock = new TrackedClock({
    ...{ clock, timers, source, intervalMs: 30_000, windowMs: WINDOW_MS },
    ask: async () => {
      venue.asked += 1;
      if (venue.isDown) return;
      const sentMs = clock.monotonicMs();
      clock.advance(20);
      const serverMs = venue.startWall + sentMs + 10 + venue.offsetMs;
      tracked.hear({ serverMs, sentMs, receivedMs: clock.monotonicMs(), resolutionMs: 1 });
    },
    onSafety: (safe) => changes.push(safe),
  });
  return { clock, timers, venue, changes, tracked };
}

it('is not safe until the venue was asked, then every interval', async () => {
  const { timers, venue, tracked, changes } = make();
  expect([tracked.isSafe(WINDOW_MS), tracked.offsetMs]).toEqual([false, null]);
  tracked.start();
  await timers.advance(0);
  expect(tracked.isSafe(WINDOW_MS)).toBe(true);
  expect(Math.round(tracked.offsetMs!)).toBe(251);
  expect(tracked.uncertaintyMs).toBeCloseTo(10.5, 1);
  await timers.advance(90_100);
  expect(venue.asked).toBe(4);
  expect(changes).toEqual([]);
});

it('asks ever less often, down to every second, while the venue does not answer', async () => {
  const { timers, venue, tracked, changes } = make();
  venue.isDown = true;
  tracked.start();
  await timers.advance(1_600); // at 0, 100, 300, 700, 1,500
  expect([venue.asked, changes]).toEqual([5, [false]]);
  await timers.advance(5_000);
  expect(venue.asked).toBe(10);
  venue.isDown = false;
  await timers.advance(1_000);
  expect(changes).toEqual([false, true]);
});

it('halts after a step of our wall clock until the venue was asked again (profit-trailer 504, gekko 1855)', async () => {
  const { clock, timers, tracked, changes, venue } = make();
  tracked.start();
  await timers.advance(1_000);
  const before = tracked.venueNow();
  clock.jumpTo(clock.now() + 86_400_000);
  expect(tracked.venueNow()).toBe(before);
  expect(tracked.isSafe(WINDOW_MS)).toBe(false);
  tracked.hurry();
  await timers.advance(1_100);
  expect(tracked.isSafe(WINDOW_MS)).toBe(true);
  expect(Math.round(tracked.offsetMs!)).toBe(251 - 86_400_000);
  expect(venue.asked).toBe(2);
  expect(changes).toEqual([]);
});

it('halts when the venue set its clock, and goes on when it is known again', async () => {
  const { timers, venue, tracked, changes } = make();
  tracked.start();
  await timers.advance(1_000);
  venue.offsetMs = -9_000;
  await timers.advance(40_000);
  expect(changes).toEqual([false, true]);
  expect(Math.round(tracked.offsetMs!)).toBe(-8_999);
});

it('is asked at once for its time again when the venue complains', async () => {
  const { timers, tracked, venue, changes } = make();
  tracked.start();
  await timers.advance(1_000);
  tracked.distrust();
  expect(tracked.isSafe(WINDOW_MS)).toBe(false);
  await timers.advance(1_100);
  expect([tracked.isSafe(WINDOW_MS), venue.asked]).toEqual([true, 2]);
  expect(changes).toEqual([false, true]);
});

it('is not put off by those who need it and keep asking', async () => {
  const { timers, tracked, venue } = make();
  venue.isDown = true;
  tracked.start();
  await timers.advance(3_000);
  venue.isDown = false;
  for (let count = 0; count < 30; count += 1) {
    tracked.hurry();
    await timers.advance(50);
  }
  expect(tracked.isSafe(WINDOW_MS)).toBe(true);
});

it('is too uncertain for a short window long before it is for a long one', async () => {
  const { timers, tracked, venue } = make();
  tracked.start();
  await timers.advance(0);
  venue.isDown = true;
  await timers.advance(400_000);
  expect([tracked.isSafe(300), tracked.isSafe(WINDOW_MS)]).toEqual([false, true]);
});

it('trusts our clock where the venue has none that can be read', () => {
  const { tracked, clock, timers } = make({ source: null });
  tracked.start();
  expect([tracked.isSafe(1), tracked.offsetMs, tracked.venueNow(), timers.armed]).toEqual([
    true,
    null,
    clock.now(),
    0,
  ]);
});

it('asks nothing any more once it is stopped', async () => {
  const { timers, tracked, venue } = make();
  tracked.start();
  await timers.advance(0);
  tracked.stop();
  tracked.hurry();
  await timers.advance(100_000);
  expect([venue.asked, timers.armed]).toEqual([1, 0]);
});

it('looks on its own account, not on that of the request which happened to begin it', async () => {
  let asked: (context: object) => void = () => undefined;
  const context = new Promise<object>((resolve) => (asked = resolve));
  const tracked = new TrackedClock({
    ...{ clock: new ManualClock(), timers: new SystemTimers(), source: 'ASKED' },
    ...{ intervalMs: 30_000, windowMs: WINDOW_MS, onSafety: () => undefined },
    ask: async () => asked(currentContext()),
  });
  withContext({ traceId: 'of a request' }, () => tracked.start());
  expect(await context).toEqual({});
  tracked.stop();
});
