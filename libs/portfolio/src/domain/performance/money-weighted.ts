import type { EquityPoint } from './equity-point.js';

/**
 * The one rate over the whole period at which every amount paid in would have grown to what there is at the end (the
 * internal rate of return): E₀·(1+R) + Σ Fᵢ·(1+R)^wᵢ = E_T, wᵢ the part of the period that the flow was there for. It
 * weighs each stretch by the money that was in it; the time-weighted return does not. Null where no rate, or more than
 * one, satisfies that.
 */
export function moneyWeightedReturn(points: readonly EquityPoint[]): number | null {
  const known = points.findIndex(({ equityUnits }) => equityUnits !== null && equityUnits > 0n);
  const last = points.findLastIndex(({ equityUnits }) => equityUnits !== null);
  if (known < 0 || last <= known) return null;
  const [first, end] = [points[known]!, points[last]!];
  const lengthMs = end.at - first.at;
  if (lengthMs <= 0) return null;
  const scale = Number(first.equityUnits);
  const flows = points
    .slice(known + 1, last + 1)
    .filter(({ flowUnits }) => flowUnits !== 0n)
    .map(({ at, flowUnits }) => ({ amount: Number(flowUnits) / scale, weight: (end.at - at) / lengthMs }));
  const final = Number(end.equityUnits) / scale;
  const missing = (growth: number) =>
    flows.reduce((sum, { amount, weight }) => sum + amount * growth ** weight, growth) - final;
  const root = onlyRoot(missing);
  return root === null ? null : root - 1;
}

const LOWEST = 1e-9;
const HIGHEST = 1e9;
/** Growth is looked for on a grid of equal ratios, fine enough that two roots of one cell are the same money. */
const CELLS = 720;

function onlyRoot(missing: (growth: number) => number): number | null {
  const step = (HIGHEST / LOWEST) ** (1 / CELLS);
  let found: [number, number] | null = null;
  let low = LOWEST;
  for (let cell = 0; cell < CELLS; cell += 1) {
    const high = low * step;
    if (missing(low) < 0 !== missing(high) < 0) {
      if (found !== null) return null;
      found = [low, high];
    }
    low = high;
  }
  return found === null ? null : bisect(missing, ...found);
}

function bisect(missing: (growth: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  const rises = missing(high) >= 0;
  for (let round = 0; round < 200 && low < high; round += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (missing(middle) >= 0 === rises) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
