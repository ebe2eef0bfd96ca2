import { divideScaled, mulDivHalfEven, ONE } from '@sextant/kernel';
import { tierAt } from './margin-tiers.js';
import type { MarginTier } from './margin-tiers.js';

/**
 * A position settled in its base coin: contracts × their quote value, signed, and Σ face / price of what was opened, in
 * coin, both 10^-18 and of one sign. No venue's inverse contracts are traded yet; this is their arithmetic.
 */
export interface InversePosition {
  readonly signedFaceUnits: bigint;
  readonly coinUnits: bigint;
}

/** Adds what one trade opens: N·C of face at a price. */
export function openInverse(
  position: InversePosition,
  signedFaceUnits: bigint,
  priceUnits: bigint,
): InversePosition {
  return {
    signedFaceUnits: position.signedFaceUnits + signedFaceUnits,
    coinUnits: position.coinUnits + divideScaled(signedFaceUnits, priceUnits),
  };
}

/** Average entry is harmonic: ΣN / Σ(N/p). Null while flat. */
export function inverseEntryPrice({ signedFaceUnits, coinUnits }: InversePosition): bigint | null {
  return signedFaceUnits === 0n ? null : divideScaled(signedFaceUnits, coinUnits);
}

/** Notional N·C/P in coin. */
export function inverseNotional({ signedFaceUnits }: InversePosition, priceUnits: bigint): bigint {
  return divideScaled(magnitude(signedFaceUnits), priceUnits);
}

/** P&L in coin: long N·C·(1/e − 1/P), short the negative. */
export function inversePnl({ signedFaceUnits, coinUnits }: InversePosition, priceUnits: bigint): bigint {
  return coinUnits - divideScaled(signedFaceUnits, priceUnits);
}

/**
 * Long: N·C·(1 + mmr) / (M + cum + N·C/e), short: N·C·(1 − mmr) / (N·C/e − M − cum). Null while flat, and where no price
 * liquidates: a short that is covered in full is a synthetic dollar.
 */
export function inverseLiquidationPrice(
  position: InversePosition,
  marginUnits: bigint,
  tiers: readonly MarginTier[],
): bigint | null {
  const { signedFaceUnits, coinUnits } = position;
  if (signedFaceUnits === 0n) return null;
  for (const tier of tiers) {
    const cushion = marginUnits + tier.deductionUnits;
    const long = signedFaceUnits > 0n;
    const coin = magnitude(coinUnits) + (long ? cushion : -cushion);
    if (coin <= 0n) return null;
    const share = long ? ONE + tier.maintenanceRate : ONE - tier.maintenanceRate;
    const price = mulDivHalfEven(magnitude(signedFaceUnits), share, coin);
    if (tierAt(tiers, inverseNotional(position, price)) === tier) return price;
  }
  return null;
}

/** Funding in coin: −N·C/mark·rate. */
export function inverseFunding(signedFaceUnits: bigint, markUnits: bigint, rate: bigint): bigint {
  const size = mulDivHalfEven(magnitude(signedFaceUnits), rate, markUnits);
  return signedFaceUnits > 0n ? -size : size;
}

function magnitude(units: bigint): bigint {
  return units < 0n ? -units : units;
}
