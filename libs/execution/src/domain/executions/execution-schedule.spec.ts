import { fc } from '../../../../../test/support/property.js';
import { icebergSlices, timedSlices, timesOnly, visibleLots } from './execution-schedule.js';
import { profileWeights } from './volume-profile.js';

const HOUR_MS = 3_600_000;
const START = 1_700_000_000_000;

const timed = fc
  .record({
    minLots: fc.integer({ min: 1, max: 5_000 }),
    factor: fc.integer({ min: 1, max: 1_000 }),
    rest: fc.integer({ min: 0, max: 4_999 }),
    weights: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }),
    durationMs: fc.integer({ min: 6_000, max: 24 * HOUR_MS }),
    sizeJitterBps: fc.integer({ min: 0, max: 5_000 }),
    timeJitterBps: fc.integer({ min: 0, max: 9_000 }),
    seed: fc.nat(),
  })
  .filter(({ weights }) => weights.some((weight) => weight > 0.001))
  .map(({ minLots, factor, rest, weights, durationMs, ...terms }) => ({
    terms: { ...terms, lots: minLots * factor + rest, startAt: START, endAt: START + durationMs },
    weights,
    bounds: { minLots, maxLots: Number.MAX_SAFE_INTEGER },
  }));

describe('slices by time', () => {
  it('add up to the quantity, are never smaller than the venue takes, and follow each other in their time', () => {
    fc.assert(
      fc.property(timed, ({ terms, weights, bounds }) => {
        const slices = timedSlices(terms, weights, bounds);
        expect(slices.reduce((sum, { lots }) => sum + (lots ?? 0), 0)).toBe(terms.lots);
        expect(slices.every(({ lots }) => (lots ?? 0) >= bounds.minLots)).toBe(true);
        expect(slices.map(({ slice }) => slice)).toEqual(slices.map((_, index) => index));
        expect(slices.length).toBeLessThanOrEqual(weights.length);
        let before = terms.startAt - 1;
        for (const { at } of slices) {
          expect(at).toBeGreaterThan(before);
          expect(at).toBeLessThan(terms.endAt);
          before = at ?? 0;
        }
      }),
    );
  });

  it('are the same for the same seed', () => {
    fc.assert(
      fc.property(timed, ({ terms, weights, bounds }) => {
        expect(timedSlices(terms, weights, bounds)).toEqual(timedSlices({ ...terms }, [...weights], bounds));
      }),
    );
  });

  it('are drawn anew for another seed', () => {
    const terms = { lots: 10_000, startAt: START, endAt: START + HOUR_MS, sizeJitterBps: 2_000 };
    const of = (seed: number) =>
      timedSlices({ ...terms, timeJitterBps: 5_000, seed }, new Array(10).fill(1), {
        minLots: 1,
        maxLots: 10_000,
      });
    expect(of(1)).not.toEqual(of(2));
  });

  it('are equal where nothing is drawn', () => {
    const terms = { lots: 100, startAt: START, endAt: START + 4_000, seed: 7 };
    const bounds = { minLots: 10, maxLots: 100 };
    const even = timedSlices({ ...terms, sizeJitterBps: 0, timeJitterBps: 0 }, [1, 1, 1, 1], bounds);
    expect(even).toEqual([0, 1, 2, 3].map((slice) => ({ slice, at: START + slice * 1_000, lots: 25 })));
  });

  it('follow the weights', () => {
    const terms = { lots: 100, startAt: START, endAt: START + 3_000, seed: 7 };
    const bounds = { minLots: 1, maxLots: 100 };
    const slices = timedSlices({ ...terms, sizeJitterBps: 0, timeJitterBps: 0 }, [5, 0, 15], bounds);
    expect(slices).toEqual([
      { slice: 0, at: START, lots: 25 },
      { slice: 1, at: START + 2_000, lots: 75 },
    ]);
  });

  it('of a POV have their times and no quantities', () => {
    const terms = { lots: 100, startAt: START, endAt: START + 2_000, seed: 7 };
    expect(timesOnly({ ...terms, sizeJitterBps: 0, timeJitterBps: 0 }, 2)).toEqual([
      { slice: 0, at: START, lots: null },
      { slice: 1, at: START + 1_000, lots: null },
    ]);
  });
});

describe('the parts of an iceberg', () => {
  const iceberg = fc
    .record({
      minLots: fc.integer({ min: 1, max: 1_000 }),
      times: fc.integer({ min: 2, max: 10 }),
      extra: fc.integer({ min: 0, max: 999 }),
      parts: fc.integer({ min: 1, max: 100 }),
      rest: fc.integer({ min: 0, max: 999 }),
      sizeJitterBps: fc.integer({ min: 0, max: 5_000 }),
      seed: fc.nat(),
    })
    .map(({ minLots, times, extra, parts, rest, ...drawn }) => {
      const displayLots = minLots * times + extra;
      return { ...drawn, minLots, displayLots, lots: Math.max(minLots, displayLots * parts + rest) };
    });

  it('add up, are never above the display and never smaller than the venue takes', () => {
    fc.assert(
      fc.property(iceberg, ({ minLots, ...terms }) => {
        const slices = icebergSlices(terms, { minLots, maxLots: Number.MAX_SAFE_INTEGER });
        expect(slices.reduce((sum, { lots }) => sum + (lots ?? 0), 0)).toBe(terms.lots);
        for (const { lots } of slices) {
          expect(lots).toBeGreaterThanOrEqual(minLots);
          expect(lots).toBeLessThanOrEqual(terms.displayLots);
        }
      }),
    );
  });

  it('are drawn by their number, so that a restart draws the same', () => {
    const terms = { displayLots: 1_000, sizeJitterBps: 5_000, seed: 3 };
    const sizes = [0, 1, 2].map((n) => visibleLots(terms, n, 100_000, 10));
    expect(sizes).toEqual([0, 1, 2].map((n) => visibleLots(terms, n, 100_000, 10)));
    expect(new Set(sizes).size).toBe(3);
  });
});

describe('a volume profile from history', () => {
  const day = Array.from({ length: 24 }, (_, hour) => ({ openTime: hour * HOUR_MS, volume: hour + 1 }));

  it('weighs an interval by what is usually traded in its hours', () => {
    expect(profileWeights(day, 2 * HOUR_MS, 4 * HOUR_MS, 4)).toEqual([1.5, 1.5, 2, 2]);
    expect(profileWeights(day, 23.5 * HOUR_MS, 24.5 * HOUR_MS, 1)).toEqual([12.5]);
  });

  it('takes the mean of the days', () => {
    const next = day.map(({ openTime, volume }) => ({
      openTime: openTime + 24 * HOUR_MS,
      volume: volume * 3,
    }));
    expect(profileWeights([...day, ...next], 0, HOUR_MS, 1)).toEqual([2]);
  });

  it('is none where an hour was never seen, or nothing was traded', () => {
    expect(profileWeights(day.slice(0, 3), 2 * HOUR_MS, 4 * HOUR_MS, 2)).toBeNull();
    expect(
      profileWeights(
        day.map((hour) => ({ ...hour, volume: 0 })),
        0,
        HOUR_MS,
        1,
      ),
    ).toBeNull();
  });
});
