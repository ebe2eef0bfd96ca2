import type { EpochMs } from '@sextant/kernel';
import { compareWithBenchmark } from './benchmark.js';
import type { BenchmarkComparison } from './benchmark.js';
import { drawdowns } from './drawdown.js';
import type { Drawdowns } from './drawdown.js';
import type { DailyReturn, EquityPoint } from './equity-point.js';
import { dailyReturns, growthCurve } from './growth.js';
import { moneyWeightedReturn } from './money-weighted.js';
import { cagr, calmar, ENOUGH_RETURNS, sharpe, sortino, volatility } from './return-statistics.js';

/** What came of the money, from its equity alone. Ratios are fractions; what is not defined is null, never 0. */
export interface Performance {
  /** First and last point of known equity; null where there is none. */
  from: EpochMs | null;
  to: EpochMs | null;
  startUnits: bigint | null;
  endUnits: bigint | null;
  /** Deposits − withdrawals between the two. */
  flowUnits: bigint;
  /** endUnits − startUnits − flowUnits: what was earned. */
  gainUnits: bigint | null;
  timeWeightedReturn: number | null;
  moneyWeightedReturn: number | null;
  cagr: number | null;
  volatility: number | null;
  sharpe: number | null;
  sortino: number | null;
  calmar: number | null;
  drawdowns: Drawdowns;
  /** Daily returns behind volatility, Sharpe and Sortino. */
  samples: number;
  /** True under 30 of them. */
  fewSamples: boolean;
  /** Days whose equity at 00:00 UTC nobody saw. */
  missingDays: number;
  /** False when the equity of a point is unknown. */
  complete: boolean;
  benchmark: BenchmarkComparison | null;
}

/**
 * Figures of one equity curve, ordered by time: an account's, several together, a bot's or a backtest's. The points may be
 * of any spacing; returns are taken at 00:00 UTC and annualised with 365 days, the risk-free rate is 0.
 */
export function measurePerformance(
  points: readonly EquityPoint[],
  benchmark: readonly DailyReturn[] | null = null,
): Performance {
  const curve = growthCurve(points);
  const { returns, missingDays } = dailyReturns(curve);
  const values = returns.map(({ value }) => value);
  const falls = drawdowns(curve);
  const growth = curve.length < 2 ? null : curve.at(-1)!.index;
  const annual = growth === null ? null : cagr(growth, curve.at(-1)!.at - curve[0]!.at);
  return {
    ...amounts(points),
    timeWeightedReturn: growth === null ? null : growth - 1,
    moneyWeightedReturn: moneyWeightedReturn(points),
    cagr: annual,
    volatility: volatility(values),
    sharpe: sharpe(values),
    sortino: sortino(values),
    calmar: calmar(annual, falls.deepest?.depth ?? null),
    drawdowns: falls,
    samples: values.length,
    fewSamples: values.length < ENOUGH_RETURNS,
    missingDays,
    complete: points.every(({ complete, equityUnits }) => complete && equityUnits !== null),
    benchmark: benchmark === null ? null : compareWithBenchmark(returns, benchmark),
  };
}

type Amounts = Pick<Performance, 'from' | 'to' | 'startUnits' | 'endUnits' | 'flowUnits' | 'gainUnits'>;

function amounts(points: readonly EquityPoint[]): Amounts {
  const first = points.findIndex(({ equityUnits }) => equityUnits !== null && equityUnits > 0n);
  const last = points.findLastIndex(({ equityUnits }) => equityUnits !== null);
  if (first < 0)
    return { from: null, to: null, startUnits: null, endUnits: null, flowUnits: 0n, gainUnits: null };
  const [start, end] = [points[first]!, points[last]!];
  const flowUnits = points.slice(first + 1, last + 1).reduce((sum, point) => sum + point.flowUnits, 0n);
  const [startUnits, endUnits] = [start.equityUnits!, end.equityUnits!];
  return {
    from: start.at,
    to: end.at,
    startUnits,
    endUnits,
    flowUnits,
    gainUnits: endUnits - startUnits - flowUnits,
  };
}
