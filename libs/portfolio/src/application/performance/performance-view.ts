import type { AccountId, EpochMs } from '@sextant/kernel';
import type { BenchmarkComparison } from '../../domain/performance/benchmark.js';
import type { Drawdown } from '../../domain/performance/drawdown.js';
import type { Performance } from '../../domain/performance/measure-performance.js';
import type { TradeStatistics } from '../../domain/performance/trade-statistics.js';
import { textOrNull } from '../reading/position-view.js';

/** Ratios are fractions as decimal text: "0.05" is 5 %. What is not defined is null. */
export interface PerformanceView {
  accountIds: AccountId[];
  /** What amounts are in. */
  asset: string;
  /** First and last known value. */
  from: EpochMs | null;
  to: EpochMs | null;
  startEquity: string | null;
  endEquity: string | null;
  netFlow: string;
  gain: string | null;
  timeWeightedReturn: string | null;
  moneyWeightedReturn: string | null;
  cagr: string | null;
  volatility: string | null;
  sharpe: string | null;
  sortino: string | null;
  calmar: string | null;
  maxDrawdown: string | null;
  currentDrawdown: string | null;
  deepestDrawdown: DrawdownView | null;
  longestDrawdown: DrawdownView | null;
  dailyReturns: number;
  fewSamples: boolean;
  missingDays: number;
  complete: boolean;
  trades: TradeStatisticsView[];
  benchmark: BenchmarkView | null;
  asOf: EpochMs;
}

export interface DrawdownView extends Omit<Drawdown, 'depth'> {
  depth: string;
}

export interface TradeStatisticsView {
  asset: string;
  count: number;
  wins: number;
  losses: number;
  unvalued: number;
  netPnl: string | null;
  hitRate: string | null;
  profitFactor: string | null;
  expectancy: string | null;
  averageWin: string | null;
  averageLoss: string | null;
  best: string | null;
  worst: string | null;
  kelly: string | null;
  averageHoldingMs: number | null;
}

export interface BenchmarkView {
  symbol: string;
  venue: string;
  /** Days that both have; 0 when the venue told no history. */
  days: number;
  totalReturn: string | null;
  beta: string | null;
  alpha: string | null;
  correlation: string | null;
  informationRatio: string | null;
  fewSamples: boolean;
}

/** Digits after the point: beyond them a ratio of floats says nothing. */
const RATIO_DIGITS = 12;

/** Past this a figure is no figure: a year's growth made of one good hour. */
const LARGEST_RATIO = 1e15;

/** "Plain, no trailing zeros, no `-0`; unknown is `null`, never 0". */
export function ratioText(value: number | null): string | null {
  if (value === null || !Number.isFinite(value) || Math.abs(value) > LARGEST_RATIO) return null;
  const text = value.toFixed(RATIO_DIGITS).replace(/\.?0+$/, '');
  return text === '-0' ? '0' : text;
}

type Figures = Omit<PerformanceView, 'accountIds' | 'asset' | 'trades' | 'benchmark' | 'asOf'>;

export function figuresOf(performance: Performance): Figures {
  const { drawdowns, from, to } = performance;
  const measured = performance.timeWeightedReturn !== null;
  return {
    from,
    to,
    startEquity: textOrNull(performance.startUnits),
    endEquity: textOrNull(performance.endUnits),
    netFlow: textOrNull(performance.flowUnits)!,
    gain: textOrNull(performance.gainUnits),
    timeWeightedReturn: ratioText(performance.timeWeightedReturn),
    moneyWeightedReturn: ratioText(performance.moneyWeightedReturn),
    cagr: ratioText(performance.cagr),
    volatility: ratioText(performance.volatility),
    sharpe: ratioText(performance.sharpe),
    sortino: ratioText(performance.sortino),
    calmar: ratioText(performance.calmar),
    maxDrawdown: measured ? ratioText(drawdowns.deepest?.depth ?? 0) : null,
    currentDrawdown: measured ? ratioText(drawdowns.current) : null,
    deepestDrawdown: drawdownView(drawdowns.deepest),
    longestDrawdown: drawdownView(drawdowns.longest),
    dailyReturns: performance.samples,
    fewSamples: performance.fewSamples,
    missingDays: performance.missingDays,
    complete: performance.complete,
  };
}

function drawdownView(drawdown: Drawdown | null): DrawdownView | null {
  return drawdown === null ? null : { ...drawdown, depth: ratioText(drawdown.depth)! };
}

export function tradeStatisticsView(asset: string, trades: TradeStatistics): TradeStatisticsView {
  const { count, wins, losses, unvalued, averageHoldingMs } = trades;
  return {
    asset,
    count,
    wins,
    losses,
    unvalued,
    netPnl: textOrNull(trades.netUnits),
    hitRate: ratioText(trades.hitRate),
    profitFactor: ratioText(trades.profitFactor),
    expectancy: textOrNull(trades.expectancyUnits),
    averageWin: textOrNull(trades.averageWinUnits),
    averageLoss: textOrNull(trades.averageLossUnits),
    best: textOrNull(trades.bestUnits),
    worst: textOrNull(trades.worstUnits),
    kelly: ratioText(trades.kelly),
    averageHoldingMs,
  };
}

/** Under so many common days a regression says little. */
const ENOUGH_DAYS = 30;

export function benchmarkView(
  market: { symbol: string; venue: string },
  comparison: BenchmarkComparison | null,
): BenchmarkView {
  const days = comparison?.days ?? 0;
  return {
    ...market,
    days,
    totalReturn: ratioText(comparison?.totalReturn ?? null),
    beta: ratioText(comparison?.beta ?? null),
    alpha: ratioText(comparison?.alpha ?? null),
    correlation: ratioText(comparison?.correlation ?? null),
    informationRatio: ratioText(comparison?.informationRatio ?? null),
    fewSamples: days < ENOUGH_DAYS,
  };
}
