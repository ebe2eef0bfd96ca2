import { divideScaled, mulDivHalfEven, ONE } from '@sextant/kernel';
import { tierAt } from './margin-tiers.js';
import type { MarginTier } from './margin-tiers.js';

/** A position settled in its quote: signed base and what it cost in quote, both 10^-18, of one sign; fees excluded. */
export interface LinearPosition {
  readonly signedUnits: bigint;
  readonly costUnits: bigint;
}

/** Notional |q|·P in quote. */
export function linearNotional({ signedUnits }: LinearPosition, priceUnits: bigint): bigint {
  return mulDivHalfEven(magnitude(signedUnits), priceUnits, ONE);
}

/** Unrealised P&L q·(P − e), with the exact cost in place of q·e. */
export function linearPnl({ signedUnits, costUnits }: LinearPosition, priceUnits: bigint): bigint {
  return mulDivHalfEven(signedUnits, priceUnits, ONE) - costUnits;
}

/** Initial margin |q|·e/L, rounded up: a margin that is a hair too small is refused. */
export function initialMargin(costUnits: bigint, leverage: number): bigint {
  const by = BigInt(leverage);
  return (magnitude(costUnits) + by - 1n) / by;
}

/**
 * The mark at which the margin of a position no longer covers its maintenance, no fee. Long: (e·|q| − M − cum) /
 * (|q|·(1 − mmr)), short: (e·|q| + M + cum) / (|q|·(1 + mmr)), `cum` the deduction of the tier that holds at that price.
 * `marginUnits` is the isolated margin, or in cross margin what `crossMarginOf` gives. Null while flat, and where no price
 * above zero liquidates.
 */
export function linearLiquidationPrice(
  position: LinearPosition,
  marginUnits: bigint,
  tiers: readonly MarginTier[],
): bigint | null {
  if (position.signedUnits === 0n) return null;
  for (const tier of tiers) {
    const price = priceInTier(position, marginUnits, tier);
    if (price <= 0n) return null;
    if (tierAt(tiers, linearNotional(position, price)) === tier) return price;
  }
  return null;
}

function priceInTier(
  { signedUnits, costUnits }: LinearPosition,
  marginUnits: bigint,
  { maintenanceRate, deductionUnits }: MarginTier,
): bigint {
  const cushion = marginUnits + deductionUnits;
  const worth = magnitude(costUnits) + (signedUnits > 0n ? -cushion : cushion);
  const share = signedUnits > 0n ? ONE - maintenanceRate : ONE + maintenanceRate;
  return worth <= 0n ? 0n : mulDivHalfEven(worth, ONE * ONE, magnitude(signedUnits) * share);
}

/** The price at which a position has used its margin up: M + q·(P − e) = 0. Null as for the liquidation price. */
export function linearBankruptcyPrice(position: LinearPosition, marginUnits: bigint): bigint | null {
  const { signedUnits, costUnits } = position;
  if (signedUnits === 0n) return null;
  const price = divideScaled(costUnits - marginUnits, signedUnits);
  return price > 0n ? price : null;
}

/**
 * The price at which a position, and all that came of it before, comes to zero: q·(P − e) + net = 0, `netUnits` being
 * realized − fees + funding. The fee of closing is left out. Null while flat, and where no price above zero does it.
 */
export function linearBreakEvenPrice(position: LinearPosition, netUnits: bigint): bigint | null {
  const { signedUnits, costUnits } = position;
  if (signedUnits === 0n) return null;
  const price = divideScaled(costUnits - netUnits, signedUnits);
  return price > 0n ? price : null;
}

/** Funding = −q·mark·rate to the holder at the stamp: positive rates are paid by longs to shorts. */
export function linearFunding(signedUnits: bigint, markUnits: bigint, rate: bigint): bigint {
  return mulDivHalfEven(-signedUnits * markUnits, rate, ONE * ONE);
}

function magnitude(units: bigint): bigint {
  return units < 0n ? -units : units;
}
