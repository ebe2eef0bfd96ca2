import type { BenchmarkView, DrawdownView, PerformanceView, TradeStatisticsView } from '@sextant/portfolio';
import { DecimalString, Field } from '../http/index.js';
import { iso } from './position-answers.js';

const TIME = '2026-01-31T12:00:00.000Z';

const DRAWDOWN = {
  depth: '-0.02',
  peakAt: TIME,
  troughAt: '2026-02-01T12:00:00.000Z',
  recoveredAt: null,
  durationMs: 86_400_000,
};

const BENCHMARK = {
  symbol: 'BTC/USDT',
  venue: 'BINANCE',
  days: 90,
  totalReturn: '0.08',
  beta: '0.4',
  alpha: '0.12',
  correlation: '0.55',
  informationRatio: '0.7',
  fewSamples: false,
};

export class DrawdownAnswer {
  @DecimalString({ description: 'At its lowest, a fraction ≤ 0.', example: '-0.02' })
  depth!: string;

  @Field.time({ description: 'The height before.', example: TIME })
  peakAt!: string;

  @Field.time({ description: 'Its lowest point.', example: TIME })
  troughAt!: string;

  @Field.time({
    description: 'When the height was reached again; null while it lasts.',
    nullable: true,
    example: TIME,
  })
  recoveredAt!: string | null;

  @Field.integer({
    description: 'From the height to the recovery, or to the last value.',
    example: 86_400_000,
  })
  durationMs!: number;

  static of(view: DrawdownView | null): DrawdownAnswer | null {
    if (view === null) return null;
    const { peakAt, troughAt, recoveredAt } = view;
    return {
      ...view,
      peakAt: iso(peakAt),
      troughAt: iso(troughAt),
      recoveredAt: recoveredAt === null ? null : iso(recoveredAt),
    };
  }
}

export class TradeStatisticsAnswer {
  @Field.text({ description: 'What the amounts are in.', example: 'USDT' })
  asset!: string;

  @Field.integer({ description: 'Closed trades, each from flat to flat; a flip splits one.', example: 5 })
  count!: number;

  @Field.integer({ description: 'With a net result > 0.', example: 3 })
  wins!: number;

  @Field.integer({ description: 'With a net result < 0.', example: 2 })
  losses!: number;

  @Field.integer({ description: 'In `count` alone: a fee of theirs has no known value.', example: 0 })
  unvalued!: number;

  @DecimalString({
    sum: true,
    description: 'Sum of the net results of valued trades; null where none of them is valued.',
    nullable: true,
    example: '12.5',
  })
  netPnl!: string | null;

  @DecimalString({ description: 'wins / valued trades.', nullable: true, example: '0.6' })
  hitRate!: string | null;

  @DecimalString({ description: 'Gains / losses; null without a loss.', nullable: true, example: '1.75' })
  profitFactor!: string | null;

  @DecimalString({ sum: true, description: 'Mean net result.', nullable: true, example: '2.5' })
  expectancy!: string | null;

  @DecimalString({ sum: true, description: 'Of the wins.', nullable: true, example: '10' })
  averageWin!: string | null;

  @DecimalString({
    sum: true,
    description: 'Of the losses, a positive number.',
    nullable: true,
    example: '8.75',
  })
  averageLoss!: string | null;

  @DecimalString({ sum: true, description: 'The best net result.', nullable: true, example: '15' })
  best!: string | null;

  @DecimalString({ sum: true, description: 'The worst net result.', nullable: true, example: '-12' })
  worst!: string | null;

  @DecimalString({
    description: 'p − (1 − p) / (averageWin / averageLoss).',
    nullable: true,
    example: '0.25',
  })
  kelly!: string | null;

  @Field.integer({ description: 'Mean time from open to close.', nullable: true, example: 3_600_000 })
  averageHoldingMs!: number | null;

  static of(view: TradeStatisticsView): TradeStatisticsAnswer {
    return { ...view };
  }
}

export class BenchmarkAnswer {
  @Field.symbol({ description: 'The market compared with.' })
  symbol!: string;

  @Field.text({ description: 'Whose daily closes they are.', example: 'BINANCE' })
  venue!: string;

  @Field.integer({ description: 'Days that both have; 0 when the venue told no history.', example: 90 })
  days!: number;

  @DecimalString({ description: 'Its return over these days.', nullable: true, example: '0.08' })
  totalReturn!: string | null;

  @DecimalString({ description: 'cov / var of the daily returns.', nullable: true, example: '0.4' })
  beta!: string | null;

  @DecimalString({ description: '(mean − beta·mean of the benchmark)·365.', nullable: true, example: '0.12' })
  alpha!: string | null;

  @DecimalString({ description: 'Pearson, of the daily returns.', nullable: true, example: '0.55' })
  correlation!: string | null;

  @DecimalString({
    description: 'mean / stdev of the difference of daily returns·√365.',
    nullable: true,
    example: '0.7',
  })
  informationRatio!: string | null;

  @Field.flag({ description: 'True under 30 common days.', example: false })
  fewSamples!: boolean;

  static of(view: BenchmarkView | null): BenchmarkAnswer | null {
    return view === null ? null : { ...view };
  }
}

export class PerformanceAnswer {
  @Field.texts({ description: 'The accounts, taken together.', max: 1000, example: [] })
  accountIds!: string[];

  @Field.text({ description: 'What amounts are in: the first account’s reporting asset.', example: 'USDT' })
  asset!: string;

  @Field.time({ description: 'First known value.', nullable: true, example: TIME })
  from!: string | null;

  @Field.time({ description: 'Last known value.', nullable: true, example: TIME })
  to!: string | null;

  @DecimalString({ sum: true, description: 'The first.', nullable: true, example: '100000' })
  startEquity!: string | null;

  @DecimalString({ sum: true, description: 'The last.', nullable: true, example: '101842.766' })
  endEquity!: string | null;

  @DecimalString({ sum: true, description: 'Deposits − withdrawals between them: never P&L.', example: '0' })
  netFlow!: string;

  @DecimalString({
    sum: true,
    description: 'endEquity − startEquity − netFlow.',
    nullable: true,
    example: '1842.766',
  })
  gain!: string | null;

  @DecimalString({
    description: 'A fraction: what 1 would have become, flows taken out, minus 1.',
    nullable: true,
    example: '0.01842766',
  })
  timeWeightedReturn!: string | null;

  @DecimalString({
    description:
      'The one rate over the whole period that all money earned; null where there is none, or several.',
    nullable: true,
    example: '0.01842766',
  })
  moneyWeightedReturn!: string | null;

  @DecimalString({ description: 'Per year; null under one day.', nullable: true, example: '0.947385' })
  cagr!: string | null;

  @DecimalString({ description: 'stdev(n−1) of daily returns·√365.', nullable: true, example: '0.242238' })
  volatility!: string | null;

  @DecimalString({ description: 'mean / stdev(n−1)·√365, risk-free 0.', nullable: true, example: '2.8629' })
  sharpe!: string | null;

  @DecimalString({
    description: 'mean / downside deviation over all returns·√365.',
    nullable: true,
    example: '4.7298',
  })
  sortino!: string | null;

  @DecimalString({ description: 'cagr / |maxDrawdown|.', nullable: true, example: '47.37' })
  calmar!: string | null;

  @DecimalString({ description: 'A fraction ≤ 0, flows taken out.', nullable: true, example: '-0.02' })
  maxDrawdown!: string | null;

  @DecimalString({ description: 'At the last value.', nullable: true, example: '-0.008' })
  currentDrawdown!: string | null;

  @Field.object(() => DrawdownAnswer, {
    description: 'Null where nothing fell.',
    nullable: true,
    example: DRAWDOWN,
  })
  deepestDrawdown!: DrawdownAnswer | null;

  @Field.object(() => DrawdownAnswer, {
    description: 'Null where nothing fell.',
    nullable: true,
    example: DRAWDOWN,
  })
  longestDrawdown!: DrawdownAnswer | null;

  @Field.integer({
    description: 'Daily returns (00:00 UTC) behind volatility, Sharpe and Sortino.',
    example: 10,
  })
  dailyReturns!: number;

  @Field.flag({ description: 'True under 30 of them: the figures say little.', example: true })
  fewSamples!: boolean;

  @Field.integer({ description: 'Days left out because nothing was valued around a midnight.', example: 0 })
  missingDays!: number;

  @Field.flag({
    description: 'False when a value in between is unknown, or a flow not valued.',
    example: true,
  })
  complete!: boolean;

  @Field.list(() => TradeStatisticsAnswer, {
    description: 'Of the closed trades, by settlement asset.',
    max: 1000,
  })
  trades!: TradeStatisticsAnswer[];

  @Field.object(() => BenchmarkAnswer, {
    description: 'Null unless asked for.',
    nullable: true,
    example: BENCHMARK,
  })
  benchmark!: BenchmarkAnswer | null;

  @Field.time({ description: 'When it was read.', example: TIME })
  asOf!: string;

  static of(view: PerformanceView): PerformanceAnswer {
    return {
      ...view,
      from: view.from === null ? null : iso(view.from),
      to: view.to === null ? null : iso(view.to),
      deepestDrawdown: DrawdownAnswer.of(view.deepestDrawdown),
      longestDrawdown: DrawdownAnswer.of(view.longestDrawdown),
      trades: view.trades.map(TradeStatisticsAnswer.of),
      benchmark: BenchmarkAnswer.of(view.benchmark),
      asOf: iso(view.asOf),
    };
  }
}
