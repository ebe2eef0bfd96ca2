import { DAY_MS, DAYS_A_YEAR } from './equity-point.js';

/** Under so many returns a statistic says little: it is flagged. */
export const ENOUGH_RETURNS = 30;

/** What is left of a deviation by rounding alone, beside the values it is of. */
const ROUNDING = 1e-12;

export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation, over n − 1. Null below two values. */
export function standardDeviation(values: readonly number[]): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const deviation = Math.sqrt(squares / (values.length - 1));
  return deviation <= Math.abs(centre) * ROUNDING ? 0 : deviation;
}

/** sqrt((1/n)·Σ min(r − target, 0)²): over all n, not only the losing ones. */
export function downsideDeviation(returns: readonly number[], target = 0): number | null {
  if (returns.length === 0) return null;
  const squares = returns.reduce((sum, value) => sum + Math.min(value - target, 0) ** 2, 0);
  return Math.sqrt(squares / returns.length);
}

/** stdev(n−1)·√365 of daily returns. */
export function volatility(returns: readonly number[]): number | null {
  const deviation = standardDeviation(returns);
  return deviation === null ? null : deviation * Math.sqrt(DAYS_A_YEAR);
}

/** "Mean / stdev(n−1)·√365, risk-free 0; undefined is null". */
export function sharpe(returns: readonly number[], periodsAYear = DAYS_A_YEAR): number | null {
  return annualisedRatio(mean(returns), standardDeviation(returns), periodsAYear);
}

/** mean(r − t) / downside deviation·√365; without a losing period null. */
export function sortino(returns: readonly number[], target = 0, periodsAYear = DAYS_A_YEAR): number | null {
  const excess = mean(returns.map((value) => value - target));
  return annualisedRatio(excess, downsideDeviation(returns, target), periodsAYear);
}

/** Σ gains / |Σ losses|; without a loss null. */
export function omega(returns: readonly number[]): number | null {
  const gains = returns.reduce((sum, value) => sum + Math.max(value, 0), 0);
  const losses = returns.reduce((sum, value) => sum - Math.min(value, 0), 0);
  return losses === 0 ? null : gains / losses;
}

/** (E_T/E_0)^(365/days) − 1 of a growth factor. Null under one day: a year of such hours is no figure. */
export function cagr(growth: number, lengthMs: number): number | null {
  if (lengthMs < DAY_MS || growth <= 0) return null;
  return finite(growth ** (DAYS_A_YEAR / (lengthMs / DAY_MS)) - 1);
}

/** CAGR / |maximum drawdown|; null where there was none. */
export function calmar(annualGrowth: number | null, maxDrawdown: number | null): number | null {
  if (annualGrowth === null || maxDrawdown === null || maxDrawdown === 0) return null;
  return annualGrowth / Math.abs(maxDrawdown);
}

/** ratio·√periods; null where numerator or denominator say nothing. */
export function annualisedRatio(
  numerator: number | null,
  deviation: number | null,
  periodsAYear = DAYS_A_YEAR,
): number | null {
  if (numerator === null || deviation === null || deviation === 0) return null;
  return finite((numerator / deviation) * Math.sqrt(periodsAYear));
}

export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
