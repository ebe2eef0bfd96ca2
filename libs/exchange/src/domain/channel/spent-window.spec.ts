import { fc } from '../../../../../test/support/property.js';
import { SpentWindow } from './spent-window.js';

const step = fc.record({
  afterMs: fc.integer({ min: 0, max: 400 }),
  weight: fc.integer({ min: 1, max: 12 }),
  toVenueMs: fc.integer({ min: 0, max: 300 }),
  backMs: fc.integer({ min: 0, max: 300 }),
});

/** Sends whatever fits and answers when the venue counted each call. */
function run(
  window: SpentWindow,
  steps: { afterMs: number; weight: number; toVenueMs: number; backMs: number }[],
) {
  const counted: { atMs: number; weight: number }[] = [];
  const answers: { atMs: number; weight: number }[] = [];
  let nowMs = 0;
  for (const { afterMs, weight, toVenueMs, backMs } of steps) {
    nowMs += afterMs;
    answers.sort((a, b) => a.atMs - b.atMs);
    while (answers[0] !== undefined && answers[0].atMs <= nowMs) {
      const answer = answers.shift()!;
      window.settle(answer.weight, answer.atMs);
    }
    if (!window.fits(weight, window.limit, nowMs)) continue;
    window.take(weight);
    counted.push({ atMs: nowMs + toVenueMs, weight });
    answers.push({ atMs: nowMs + toVenueMs + backMs, weight });
  }
  return counted;
}

it('lets no more than the limit arrive in any window, however long calls are under way', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), fc.integer({ min: 5, max: 60 }), (steps, limit) => {
      const windowMs = 1_000;
      const counted = run(new SpentWindow(limit, windowMs), steps);
      for (const { atMs: startMs } of counted) {
        const inWindow = counted.filter(({ atMs }) => atMs >= startMs && atMs < startMs + windowMs);
        expect(inWindow.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThanOrEqual(limit);
      }
    }),
  );
});

it('gives everything back one window later, and a sixtieth of it at most', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 1, max: 120_000 }),
      (startMs, windowMs) => {
        const window = new SpentWindow(10, windowMs);
        window.take(10);
        window.settle(10, startMs);
        expect(window.fits(1, 10, startMs + windowMs - 0.001)).toBe(false);
        expect(window.fits(10, 10, startMs + windowMs + windowMs / 60 + 0.001)).toBe(true);
      },
    ),
  );
});

it('says how long to wait, to the moment', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      (steps, weight) => {
        const window = new SpentWindow(20, 1_000);
        let nowMs = 0;
        for (const { afterMs, weight: spent } of steps) {
          nowMs += afterMs;
          if (!window.fits(spent, 20, nowMs)) continue;
          window.take(spent);
          window.settle(spent, nowMs);
        }
        const waitMs = window.waitMs(weight, 20, nowMs);
        if (waitMs > 0.01) expect(window.fits(weight, 20, nowMs + waitMs - 0.01)).toBe(false);
        expect(window.fits(weight, 20, nowMs + waitMs + 0.01)).toBe(true);
      },
    ),
  );
});

it('does not know when calls under way will end', () => {
  const window = new SpentWindow(10, 1_000);
  window.take(10);
  expect(window.waitMs(1, 10, 0)).toBe(Number.POSITIVE_INFINITY);
  window.refund(10);
  expect(window.waitMs(1, 10, 0)).toBe(0);
});

it('believes the venue that others spent more, never that we spent less', () => {
  const window = new SpentWindow(10, 1_000);
  window.take(3);
  window.settle(3, 0);
  window.observe(8, 10);
  expect(window.used(10)).toBe(8);
  window.observe(2, 20);
  expect(window.used(20)).toBe(8);
});

it('stays closed for as long as it was told to', () => {
  const window = new SpentWindow(10, 1_000);
  window.closeUntil(500);
  window.closeUntil(300);
  expect([window.fits(1, 10, 499), window.waitMs(1, 10, 400), window.fits(1, 10, 500)]).toEqual([
    false,
    100,
    true,
  ]);
});
