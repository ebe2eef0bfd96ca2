import { mean, standardDeviation } from './return-statistics.js';

/** A loss and the mean of the losses at least as large: both positive fractions. */
export interface TailLoss {
  valueAtRisk: number;
  /** "CVaR = mean of losses ≥ VaR"; null where none is. */
  conditional: number | null;
}

/**
 * Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, the default of R and NumPy):
 * at h = (n − 1)·p. @throws RangeError without values
 */
export function quantile(values: readonly number[], probability: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * probability;
  const below = sorted[Math.floor(place)];
  if (below === undefined) throw new RangeError('no values, no quantile');
  return below + (place - Math.floor(place)) * ((sorted[Math.ceil(place)] ?? below) - below);
}

/** −Q₁₋α(r) of the returns as they were; over h days ·√h. Null without returns. */
export function historicalValueAtRisk(
  returns: readonly number[],
  confidence: number,
  days = 1,
): TailLoss | null {
  if (returns.length === 0) return null;
  const loss = -quantile(returns, 1 - confidence);
  const worse = returns.map((value) => -value).filter((value) => value >= loss);
  const tail = mean(worse);
  const scale = Math.sqrt(days);
  return { valueAtRisk: loss * scale, conditional: tail === null ? null : tail * scale };
}

/** Of a normal distribution with the returns' mean and deviation: −hμ + z√h·σ, and −hμ + √h·σ·φ(z)/(1 − α). */
export function normalValueAtRisk(returns: readonly number[], confidence: number, days = 1): TailLoss | null {
  const [centre, deviation] = [mean(returns), standardDeviation(returns)];
  if (centre === null || deviation === null) return null;
  const z = normalQuantile(confidence);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const spread = deviation * Math.sqrt(days);
  return {
    valueAtRisk: -days * centre + z * spread,
    conditional: -days * centre + (spread * density) / (1 - confidence),
  };
}

/** Coefficients of P. J. Acklam's rational approximation of the inverse normal distribution, error < 1.2·10⁻⁹. */
const A = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const B = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
  1,
];
const C = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const D = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];
const TAIL = 0.02425;

/** z with P(Z ≤ z) = probability, within 10⁻⁹. @throws RangeError outside (0, 1) */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) throw new RangeError(`${probability} is not within (0, 1)`);
  if (probability > 1 - TAIL) return -normalQuantile(1 - probability);
  if (probability < TAIL) {
    const q = Math.sqrt(-2 * Math.log(probability));
    return polynomial(C, q) / polynomial(D, q);
  }
  const q = probability - 0.5;
  return (polynomial(A, q * q) * q) / polynomial(B, q * q);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
