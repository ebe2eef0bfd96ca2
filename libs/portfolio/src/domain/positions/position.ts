import { divideScaled, mulDivHalfEven } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';

/** Which way a position faces. */
export type Direction = 'LONG' | 'SHORT' | 'FLAT';

/** NET: one position a market, both ways. LONG, SHORT: hedge mode, which keeps the two apart. */
export type PositionSide = 'NET' | 'LONG' | 'SHORT';

/** One position. Base and quote amounts are counts of 10^-18; cost carries the sign of the quantity. */
export interface Position {
  readonly symbol: string;
  readonly positionSide: PositionSide;
  /** > 0 long, < 0 short: "position sign: `signedQuantity` > 0 is long". */
  readonly signedUnits: bigint;
  /** "Exact cost is stored": quote paid for what is held, fees excluded; negative while short. */
  readonly costUnits: bigint;
  /** Gross, average cost, quote asset. */
  readonly realizedUnits: bigint;
  /** Fees in quote: those charged in it plus the value at fill time of those charged in other assets. */
  readonly feeUnits: bigint;
  /** Fills whose fee in a third asset had no known value: while > 0 the fee total in quote is unknown. */
  readonly unvaluedFeeCount: number;
  /** Positive received. */
  readonly fundingUnits: bigint;
  readonly openedAt: EpochMs | null;
  readonly updatedAt: EpochMs;
}

/** What a position is found by in a book: the symbol, and in hedge mode the side. */
export function positionKey(symbol: string, positionSide: PositionSide = 'NET'): string {
  return positionSide === 'NET' ? symbol : `${symbol}#${positionSide}`;
}

/** A position nobody traded yet. */
export function flatPosition(symbol: string, positionSide: PositionSide = 'NET'): Position {
  return {
    symbol,
    positionSide,
    signedUnits: 0n,
    costUnits: 0n,
    realizedUnits: 0n,
    feeUnits: 0n,
    unvaluedFeeCount: 0,
    fundingUnits: 0n,
    openedAt: null,
    updatedAt: 0,
  };
}

/**
 * Applies a trade of `signedUnits` base (buy > 0) worth `notionalUnits` quote (> 0).
 *
 * "Exact cost is stored; a close removes cost·dq/q, HALF_EVEN at ledger scale; the final close takes the rest";
 * "a flip restarts at the fill price": the notional is then split by quantity, the opening part taking the rest.
 * Realized P&L is "gross, average cost". Whatever was rounded, cost − realized = Σ signed notional, exactly.
 */
export function tradePosition(
  position: Position,
  signedUnits: bigint,
  notionalUnits: bigint,
  at: EpochMs,
): Position {
  const held = position.signedUnits;
  const after = held + signedUnits;
  const moved = signedUnits < 0n ? -notionalUnits : notionalUnits;
  const opening = held === 0n || sameSign(held, signedUnits);
  const costUnits = opening ? position.costUnits + moved : remainingCost(position, signedUnits, moved);
  return {
    ...position,
    signedUnits: after,
    costUnits,
    realizedUnits: position.realizedUnits + costUnits - position.costUnits - moved,
    openedAt: openedSince(position, after, at),
    updatedAt: at > position.updatedAt ? at : position.updatedAt,
  };
}

/** How far a venue that keeps eight decimals can be off after rounding two terms. */
const MOST_ROUNDING = 2n * 10n ** 10n;

/**
 * The same trade with the result that the venue settled, which is rounded to the venue's scale: cost takes the
 * difference up, so that cost − realized stays Σ signed notional. What no rounding explains is not taken, and the final
 * close leaves no cost.
 */
export function settledAs(before: Position, after: Position, settledUnits: bigint): Position {
  const offUnits = settledUnits - (after.realizedUnits - before.realizedUnits);
  const costUnits = after.costUnits + offUnits;
  if (magnitude(offUnits) > MOST_ROUNDING || !sameSign(costUnits, after.signedUnits)) return after;
  return { ...after, costUnits, realizedUnits: after.realizedUnits + offUnits };
}

function remainingCost(position: Position, signedUnits: bigint, moved: bigint): bigint {
  const held = magnitude(position.signedUnits);
  const traded = magnitude(signedUnits);
  if (traded < held) return position.costUnits - mulDivHalfEven(position.costUnits, traded, held);
  if (traded === held) return 0n;
  return moved - mulDivHalfEven(moved, held, traded);
}

/** Since when a position is open that was `before` and now holds `afterUnits`: null while flat, `at` after a turn. */
export function openedSince(
  before: Pick<Position, 'signedUnits' | 'openedAt'>,
  afterUnits: bigint,
  at: EpochMs,
): EpochMs | null {
  if (afterUnits === 0n) return null;
  return sameSign(before.signedUnits, afterUnits) ? before.openedAt : at;
}

/** LONG, SHORT or FLAT; `quantity` beside it is never negative. */
export function directionOf(position: Position): Direction {
  if (position.signedUnits === 0n) return 'FLAT';
  return position.signedUnits > 0n ? 'LONG' : 'SHORT';
}

/** Absolute quantity in base units. */
export function positionQuantity(position: Position): bigint {
  return magnitude(position.signedUnits);
}

/**
 * `averageEntryPrice` at scale 18, HALF_EVEN: "fees excluded; unchanged by reductions; a flip restarts at the fill
 * price". Null while flat.
 */
export function averageEntryPrice(position: Position): bigint | null {
  if (position.signedUnits === 0n) return null;
  return divideScaled(position.costUnits, position.signedUnits);
}

/** `netPnl = realizedPnl − fees + funding`, in quote; null while a fee's value is unknown. */
export function netPnl(position: Position): bigint | null {
  if (position.unvaluedFeeCount > 0) return null;
  return position.realizedUnits - position.feeUnits + position.fundingUnits;
}

/** Unrealised P&L = q·(mark − a) = q·mark − cost, in quote, for a mark at scale 18. */
export function unrealizedPnl(position: Position, markUnits: bigint): bigint {
  return marketValue(position, markUnits) - position.costUnits;
}

/** Signed quantity × mark, HALF_EVEN at ledger scale. */
export function marketValue(position: Position, markUnits: bigint): bigint {
  return mulDivHalfEven(position.signedUnits, markUnits, 10n ** 18n);
}

function sameSign(a: bigint, b: bigint): boolean {
  return a > 0n === b > 0n && a !== 0n && b !== 0n;
}

function magnitude(units: bigint): bigint {
  return units < 0n ? -units : units;
}
