import type { EpochMs } from '@sextant/kernel';
import { DAY_MS } from './equity-point.js';
import type { DailyReturn, EquityPoint } from './equity-point.js';

/** What 1 invested at the first point has become, flows taken out. */
export interface GrowthPoint {
  at: EpochMs;
  index: number;
}

/** A point up to an hour off midnight stands for the cut; farther off, that day's return is not known. */
const CUT_TOLERANCE_MS = 3_600_000;

/**
 * Time-weighted: between two known points the return is (E − F) / E₋₁ − 1, the flow F at the end of the period, and the
 * periods are chained. Points of unknown equity are passed over and their flows counted in the next known one. A period
 * that begins with nothing has no return: the index stays. With less than nothing left, the curve ends.
 */
export function growthCurve(points: readonly EquityPoint[]): GrowthPoint[] {
  const curve: GrowthPoint[] = [];
  let before: bigint | null = null;
  let index = 1;
  let flow = 0n;
  for (const { at, equityUnits, flowUnits } of points) {
    flow += flowUnits;
    if (equityUnits === null || (before === null && equityUnits <= 0n)) continue;
    if (before !== null && before > 0n) {
      index *= 1 + Number(equityUnits - flow - before) / Number(before);
    }
    curve.push({ at, index });
    if (equityUnits < 0n || index <= 0) break;
    before = equityUnits;
    flow = 0n;
  }
  return curve;
}

/**
 * "Returns: daily UTC equity, flow-adjusted, whatever the bar." The first day begins where the curve does; the day that
 * is not over has no return yet, nor has one whose cut at 00:00 UTC nobody saw: it is missing, not zero.
 */
export function dailyReturns(curve: readonly GrowthPoint[]): { returns: DailyReturn[]; missingDays: number } {
  const first = curve[0];
  const last = curve.at(-1);
  if (first === undefined || last === undefined) return { returns: [], missingDays: 0 };
  const returns: DailyReturn[] = [];
  let missingDays = 0;
  let opening: number | null = first.index;
  let cursor = 0;
  for (let day = startOfDay(first.at); day + DAY_MS <= last.at; day += DAY_MS) {
    const cut = day + DAY_MS;
    while (cursor + 1 < curve.length && curve[cursor + 1]!.at <= cut) cursor += 1;
    const closing = indexAt(curve, cursor, cut);
    if (opening !== null && closing !== null && opening > 0)
      returns.push({ day, value: closing / opening - 1 });
    else missingDays += 1;
    opening = closing;
  }
  return { returns, missingDays };
}

export function startOfDay(at: EpochMs): EpochMs {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

/** `cursor` is the last point at or before the cut. */
function indexAt(curve: readonly GrowthPoint[], cursor: number, cut: EpochMs): number | null {
  const before = curve[cursor]!;
  if (before.at <= cut && cut - before.at <= CUT_TOLERANCE_MS) return before.index;
  const after = curve[cursor + 1];
  return after !== undefined && after.at - cut <= CUT_TOLERANCE_MS ? after.index : null;
}
