import { divideScaled, ONE } from '@sextant/kernel';
import type { Side } from '@sextant/kernel';

export interface Executed {
  side: Side;
  /** 10^-18 of base. */
  filledUnits: bigint;
  /** 10^-18 of quote, before fees. */
  quoteUnits: bigint;
  /** Mid when the execution started, 10^-18. */
  arrivalUnits: bigint;
}

const BPS = 10_000n;

/**
 * Implementation shortfall of what was executed (A. Perold, "The Implementation Shortfall: Paper versus Reality", Journal
 * of Portfolio Management 14(3), 1988): what was paid beyond the price at the decision, side · (average − arrival) · filled.
 * Positive is adverse. In quote and in basis points of the value at arrival, both 10^-18. Fees stand beside it; what was not
 * filled has no part in it. Null while nothing is filled.
 */
export function shortfall({ side, filledUnits, quoteUnits, arrivalUnits }: Executed): {
  quoteUnits: bigint;
  bpsUnits: bigint;
} | null {
  if (filledUnits === 0n || arrivalUnits === 0n) return null;
  const atArrival = (filledUnits * arrivalUnits) / ONE;
  const adverse = side === 'BUY' ? quoteUnits - atArrival : atArrival - quoteUnits;
  if (atArrival === 0n) return null;
  return { quoteUnits: adverse, bpsUnits: divideScaled(adverse * BPS, atArrival) };
}
