import { DAYS_A_YEAR } from './equity-point.js';
import type { DailyReturn } from './equity-point.js';
import { annualisedRatio, mean, standardDeviation } from './return-statistics.js';

/** Against another series of daily returns, over the days that both have. */
export interface BenchmarkComparison {
  days: number;
  /** The benchmark's own return over these days. */
  totalReturn: number | null;
  /** cov(r, b) / var(b); null where the benchmark never moved. */
  beta: number | null;
  /** (mean(r) − beta·mean(b))·365: what the benchmark does not explain, a year. */
  alpha: number | null;
  correlation: number | null;
  /** mean(r − b) / stdev(r − b)·√365. */
  informationRatio: number | null;
}

export function compareWithBenchmark(
  returns: readonly DailyReturn[],
  benchmark: readonly DailyReturn[],
): BenchmarkComparison {
  const theirs = new Map(benchmark.map(({ day, value }) => [day, value]));
  const both = returns.filter(({ day }) => theirs.has(day));
  const own = both.map(({ value }) => value);
  const other = both.map(({ day }) => theirs.get(day)!);
  const active = own.map((value, index) => value - other[index]!);
  const [spread, moved] = [standardDeviation(own), standardDeviation(other)];
  const shared = covariance(own, other);
  const beta = shared === null || moved === null || moved === 0 ? null : shared / moved ** 2;
  const related = beta === null || spread === null || spread === 0 ? null : (beta * moved!) / spread;
  return {
    days: both.length,
    totalReturn: other.length === 0 ? null : other.reduce((growth, value) => growth * (1 + value), 1) - 1,
    beta,
    alpha: beta === null ? null : (mean(own)! - beta * mean(other)!) * DAYS_A_YEAR,
    correlation: related === null ? null : Math.max(-1, Math.min(1, related)),
    informationRatio: annualisedRatio(mean(active), standardDeviation(active)),
  };
}

function covariance(a: readonly number[], b: readonly number[]): number | null {
  const [meanA, meanB] = [mean(a), mean(b)];
  if (meanA === null || meanB === null || a.length < 2) return null;
  const products = a.reduce((sum, value, index) => sum + (value - meanA) * (b[index]! - meanB), 0);
  return products / (a.length - 1);
}
