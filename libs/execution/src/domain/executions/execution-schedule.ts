import type { ExecutionTerms, PlannedSlice } from './execution-terms.js';
import { drawn } from './seeded-random.js';

/** The smallest and the largest order that the venue takes at the price of the plan, in lots. */
export interface SliceBounds {
  minLots: number;
  maxLots: number;
}

type TimedTerms = Pick<ExecutionTerms, 'lots' | 'startAt' | 'sizeJitterBps' | 'timeJitterBps' | 'seed'> & {
  endAt: number;
};
type IcebergTerms = Pick<ExecutionTerms, 'seed' | 'sizeJitterBps'> & { displayLots: number };

const WHOLE_BPS = 10_000;
/** Weights are whole numbers of this part. */
const WEIGHT_PARTS = 1_000_000;
/** Draws of times and of sizes do not disturb each other. */
const SIZES = 1_000_000;

/**
 * Splits the quantity over equal intervals by weight, exactly: Σ lots is the quantity. What is smaller than the venue
 * takes waits for the next interval, and nothing is left over that would be. Same terms and seed, same schedule.
 */
export function timedSlices(
  terms: TimedTerms,
  weights: readonly number[],
  { minLots }: SliceBounds,
): PlannedSlice[] {
  const times = sliceTimes(terms, weights.length);
  const shares = sharesOf(terms, weights);
  const slices: PlannedSlice[] = [];
  let open = terms.lots;
  let carried = 0;
  for (const [index, share] of shares.entries()) {
    carried += share;
    const rest = open - carried;
    if (carried < minLots || (rest > 0 && rest < minLots)) continue;
    slices.push({ slice: slices.length, at: times[index] ?? terms.endAt, lots: carried });
    open = rest;
    carried = 0;
  }
  return slices;
}

/** When a POV looks at what was traded: its quantities follow the market. */
export function timesOnly(terms: TimedTerms, count: number): PlannedSlice[] {
  return sliceTimes(terms, count).map((at, slice) => ({ slice, at, lots: null }));
}

/** One visible part after the other. */
export function icebergSlices(terms: IcebergTerms & { lots: number }, bounds: SliceBounds): PlannedSlice[] {
  const slices: PlannedSlice[] = [];
  for (let open = terms.lots; open > 0;) {
    const lots = visibleLots(terms, slices.length, open, bounds.minLots);
    slices.push({ slice: slices.length, at: null, lots });
    open -= lots;
  }
  return slices;
}

/**
 * How much of the open quantity is shown as the n-th part: the display, smaller by what was drawn, and never so much
 * that the rest is less than the venue takes. With a display of at least twice that it is never above the display.
 */
export function visibleLots(terms: IcebergTerms, n: number, openLots: number, minLots: number): number {
  const { displayLots, sizeJitterBps, seed } = terms;
  if (openLots <= displayLots) return openLots;
  const smaller = Math.floor((displayLots * sizeJitterBps * drawn(seed, SIZES + n)) / WHOLE_BPS);
  const shown = Math.max(minLots, displayLots - smaller);
  const rest = openLots - shown;
  return rest > 0 && rest < minLots ? openLots - minLots : shown;
}

/** The start of each interval, later by what was drawn; never as late as the next one. */
function sliceTimes({ startAt, endAt, timeJitterBps, seed }: TimedTerms, count: number): number[] {
  const intervalMs = (endAt - startAt) / count;
  const late = (index: number) => (drawn(seed, index) * timeJitterBps) / WHOLE_BPS;
  return Array.from({ length: count }, (_, index) =>
    Math.floor(startAt + (index + late(index)) * intervalMs),
  );
}

/** Differences of the rounded running total, so that they add up to the quantity. */
function sharesOf({ lots, sizeJitterBps, seed }: TimedTerms, weights: readonly number[]): number[] {
  const drawnWeights = weights.map((weight, index) => {
    const factor = 1 + ((2 * drawn(seed, SIZES + index) - 1) * sizeJitterBps) / WHOLE_BPS;
    return BigInt(Math.round(weight * factor * WEIGHT_PARTS));
  });
  const total = drawnWeights.reduce((sum, weight) => sum + weight, 0n);
  let running = 0n;
  let given = 0;
  return drawnWeights.map((weight) => {
    running += weight;
    const upTo = Number((BigInt(lots) * running + total / 2n) / total);
    const share = upTo - given;
    given = upTo;
    return share;
  });
}
