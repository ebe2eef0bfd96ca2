import { UNIT } from '../engine/amounts.js';
import { abs } from './margin.js';

export type PositionSide = 'BOTH' | 'LONG' | 'SHORT';
export type MarginType = 'CROSSED' | 'ISOLATED';

/** Sizes and money in units of 10⁻⁸; a short is negative whatever its `side` is called. */
export interface Position {
  readonly symbol: string;
  readonly side: PositionSide;
  size: bigint;
  /** What |size| cost when it was opened: entry price × |size|, kept whole so that nothing is lost in rounding. */
  entryCost: bigint;
  /** Margin that was put aside for this position alone; 0 for cross. */
  isolatedWallet: bigint;
  /** All results since the position was first opened, before fees. */
  realized: bigint;
  updatedAt: number;
}

export interface PositionFill {
  /** Signed change of the size. */
  delta: bigint;
  quoteUnits: bigint;
  at: number;
}

export interface FillEffect {
  realized: bigint;
  /** Cost of what was newly opened. */
  opened: bigint;
  /** Share of the position that was closed, as the size before and what went of it. */
  closedSize: bigint;
  sizeBefore: bigint;
}

export function emptyPosition(symbol: string, side: PositionSide): Position {
  return { symbol, side, size: 0n, entryCost: 0n, isolatedWallet: 0n, realized: 0n, updatedAt: 0 };
}

/** Opens, adds, reduces, closes or turns a position; average cost. Money is the caller's to move. */
export function applyFill(position: Position, fill: PositionFill): FillEffect {
  const { delta, quoteUnits } = fill;
  const sizeBefore = position.size;
  const closes = sizeBefore !== 0n && sizeBefore > 0n !== delta > 0n;
  const closedSize = closes ? smaller(abs(sizeBefore), abs(delta)) : 0n;
  const closedQuote = (quoteUnits * closedSize) / abs(delta);
  const closedCost = closedSize === 0n ? 0n : (position.entryCost * closedSize) / abs(sizeBefore);
  const gain = sizeBefore > 0n ? closedQuote - closedCost : closedCost - closedQuote;
  const opened = quoteUnits - closedQuote;
  position.size += delta;
  position.entryCost += (closedSize < abs(delta) ? opened : 0n) - closedCost;
  position.realized += gain;
  position.updatedAt = fill.at;
  return { realized: gain, opened: closedSize < abs(delta) ? opened : 0n, closedSize, sizeBefore };
}

/** Average entry price, cut to 10⁻⁸; 0 for a flat position. */
export function entryPrice({ size, entryCost }: Position): bigint {
  return size === 0n ? 0n : (entryCost * UNIT) / abs(size);
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
