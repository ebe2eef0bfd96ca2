import type { EpochMs } from '@sextant/kernel';
import type { GrowthPoint } from './growth.js';

/** A fall below an earlier height, from the height to where it was reached again. */
export interface Drawdown {
  /** E_t / max E_s − 1 at its lowest, ≤ 0. */
  depth: number;
  peakAt: EpochMs;
  troughAt: EpochMs;
  /** Null while it lasts. */
  recoveredAt: EpochMs | null;
  /** From peak to recovery, or to the last point. */
  durationMs: number;
}

export interface Drawdowns {
  /** Null where nothing ever fell. */
  deepest: Drawdown | null;
  longest: Drawdown | null;
  /** Depth at the last point, ≤ 0. */
  current: number;
}

/** "Drawdown: ≤ 0", at every point of the curve: money taken out is no fall. */
export function drawdowns(curve: readonly GrowthPoint[]): Drawdowns {
  const all: Drawdown[] = [];
  let peak = curve[0];
  let open: Drawdown | null = null;
  for (const { at, index } of curve) {
    if (peak === undefined || index >= peak.index) {
      if (open !== null) all.push({ ...open, recoveredAt: at, durationMs: at - open.peakAt });
      open = null;
      peak = { at, index };
      continue;
    }
    const depth = index / peak.index - 1;
    const deeper: boolean = open === null || depth < open.depth;
    open = {
      depth: deeper ? depth : open!.depth,
      peakAt: peak.at,
      troughAt: deeper ? at : open!.troughAt,
      recoveredAt: null,
      durationMs: at - peak.at,
    };
  }
  if (open !== null) all.push(open);
  return {
    deepest: most(all, (drawdown) => -drawdown.depth),
    longest: most(all, (drawdown) => drawdown.durationMs),
    current: peak === undefined ? 0 : curve.at(-1)!.index / peak.index - 1,
  };
}

function most(all: readonly Drawdown[], measure: (drawdown: Drawdown) => number): Drawdown | null {
  return all.reduce<Drawdown | null>(
    (best, drawdown) => (best === null || measure(drawdown) > measure(best) ? drawdown : best),
    null,
  );
}
