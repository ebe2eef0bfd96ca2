import { parseScaled } from '@sextant/kernel';
import { compareWithBenchmark } from './benchmark.js';
import { drawdowns } from './drawdown.js';
import { DAY_MS } from './equity-point.js';
import type { EquityPoint } from './equity-point.js';
import { dailyReturns, growthCurve } from './growth.js';
import { measurePerformance } from './measure-performance.js';
import { moneyWeightedReturn } from './money-weighted.js';
import {
  annualisedRatio,
  downsideDeviation,
  mean,
  omega,
  sharpe,
  sortino,
  standardDeviation,
  volatility,
} from './return-statistics.js';
import { fc } from '../../../../../test/support/property.js';

const MIDNIGHT = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

/** The worked example: ten daily returns in percent. */
const PERCENT = [1, -2, 1.5, 0.5, -1, 2, -0.5, 0, 1.2, -0.8];
const RETURNS = PERCENT.map((value) => value / 100);

function point(at: number, equity: string | null, flow = '0'): EquityPoint {
  const equityUnits = equity === null ? null : parseScaled(equity);
  return { at, equityUnits, flowUnits: parseScaled(flow), complete: equity !== null };
}

/** An equity of 1000 that earns these returns day by day, exactly: tenths of a percent as integers. */
function curveOf(percent: readonly number[]): EquityPoint[] {
  let units = 1000n * 10n ** 18n;
  return [null, ...percent].map((value, day) => {
    if (value !== null) units = (units * BigInt(1000 + Math.round(value * 10))) / 1000n;
    return { at: MIDNIGHT + day * DAY_MS, equityUnits: units, flowUnits: 0n, complete: true };
  });
}

describe('the worked example of ten daily returns', () => {
  it('has mean, deviation, Sharpe and Sortino as computed by hand', () => {
    expect(mean(RETURNS)).toBeCloseTo(0.0019, 12);
    expect(standardDeviation(RETURNS)).toBeCloseTo(0.01267938, 8);
    expect(sharpe(RETURNS)).toBeCloseTo(2.8629, 4);
    expect(annualisedRatio(mean(RETURNS), standardDeviation(RETURNS), 252)).toBeCloseTo(2.3788, 4);
    expect(downsideDeviation(RETURNS)).toBeCloseTo(0.00767463, 8);
    expect(sortino(RETURNS)).toBeCloseTo(4.7298, 4);
    expect(volatility(RETURNS)).toBeCloseTo(0.01267938 * Math.sqrt(365), 6);
    expect(omega(RETURNS)).toBeCloseTo(6.2 / 4.3, 12);
  });

  it('has total return, CAGR, drawdown and Calmar of the equity that earned them', () => {
    const performance = measurePerformance(curveOf(PERCENT));
    expect(performance.timeWeightedReturn).toBeCloseTo(0.01842766, 8);
    expect(performance.cagr).toBeCloseTo(0.947385, 6);
    expect(performance.drawdowns.deepest?.depth).toBeCloseTo(-0.02, 12);
    expect(performance.calmar).toBeCloseTo(47.37, 2);
    expect(performance.sharpe).toBeCloseTo(2.8629, 4);
    expect(performance.sortino).toBeCloseTo(4.7298, 4);
    expect(performance).toMatchObject({ samples: 10, fewSamples: true, missingDays: 0, complete: true });
    expect(performance.moneyWeightedReturn).toBeCloseTo(performance.timeWeightedReturn!, 9);
  });
});

describe('what is not defined', () => {
  it('is null: nothing varies, nothing is lost, nothing fell', () => {
    const steady = measurePerformance(curveOf(Array<number>(40).fill(1)));
    expect(steady).toMatchObject({ sharpe: null, sortino: null, calmar: null, volatility: 0, samples: 40 });
    expect(steady.fewSamples).toBe(false);
    expect(steady.drawdowns).toEqual({ deepest: null, longest: null, current: 0 });
    expect(omega([0.01, 0.02])).toBeNull();
  });

  it('is null where there is no history, and a year is not made out of hours', () => {
    expect(measurePerformance([])).toMatchObject({
      from: null,
      startUnits: null,
      gainUnits: null,
      timeWeightedReturn: null,
      moneyWeightedReturn: null,
      cagr: null,
      sharpe: null,
    });
    const hours = [point(MIDNIGHT, '100'), point(MIDNIGHT + HOUR, '110')];
    expect(measurePerformance(hours)).toMatchObject({ cagr: null, samples: 0, volatility: null });
    expect(measurePerformance(hours).timeWeightedReturn).toBeCloseTo(0.1, 12);
  });
});

describe('returns', () => {
  it('take flows out: (E − F) / E before − 1, chained around them', () => {
    const points = [
      point(MIDNIGHT, '1000'),
      point(MIDNIGHT + 6 * HOUR, '2100', '1000'),
      point(MIDNIGHT + DAY_MS, '2310'),
      point(MIDNIGHT + DAY_MS + HOUR, '310', '-2000'),
      point(MIDNIGHT + 2 * DAY_MS, '279'),
    ];
    const { returns } = dailyReturns(growthCurve(points));
    expect(returns.map(({ day }) => day)).toEqual([MIDNIGHT, MIDNIGHT + DAY_MS]);
    expect(returns[0]!.value).toBeCloseTo(1.1 * 1.1 - 1, 12);
    expect(returns[1]!.value).toBeCloseTo(-0.1, 12);
    expect(measurePerformance(points)).toMatchObject({
      flowUnits: parseScaled('-1000'),
      gainUnits: parseScaled('279'),
    });
  });

  it('leave a day out whose cut nobody saw, and say so', () => {
    const points = [0, 1, 3, 4].map((day) => point(MIDNIGHT + day * DAY_MS, String(100 + day)));
    const performance = measurePerformance(points);
    expect(performance).toMatchObject({ samples: 2, missingDays: 2 });
    expect(performance.timeWeightedReturn).toBeCloseTo(0.04, 12);
  });

  it('take a point close to midnight for the cut, and the first day from where it begins', () => {
    const points = [
      point(MIDNIGHT + 10 * HOUR, '100'),
      point(MIDNIGHT + DAY_MS + 600_000, '102'),
      point(MIDNIGHT + DAY_MS + 3 * HOUR, '150'),
    ];
    const { returns, missingDays } = dailyReturns(growthCurve(points));
    expect(returns).toEqual([{ day: MIDNIGHT, value: expect.closeTo(0.02, 12) as number }]);
    expect(missingDays).toBe(0);
  });

  it('pass over what is unknown without losing the flow that fell into it', () => {
    const points = [
      point(MIDNIGHT, '100'),
      point(MIDNIGHT + HOUR, null, '50'),
      point(MIDNIGHT + 2 * HOUR, '160', '0'),
    ];
    expect(measurePerformance(points)).toMatchObject({ complete: false, gainUnits: parseScaled('10') });
    expect(measurePerformance(points).timeWeightedReturn).toBeCloseTo(0.1, 12);
  });

  it('of an account that was emptied and filled again know no period without money', () => {
    const points = [
      point(MIDNIGHT, '100'),
      point(MIDNIGHT + DAY_MS, '0', '-110'),
      point(MIDNIGHT + 2 * DAY_MS, '500', '500'),
      point(MIDNIGHT + 3 * DAY_MS, '550'),
    ];
    expect(measurePerformance(points).timeWeightedReturn).toBeCloseTo(1.1 * 1.1 - 1, 12);
  });

  it('do not depend on when money comes and goes, whatever comes and goes', () => {
    const step = fc.record({
      percent: fc.integer({ min: -90, max: 200 }),
      flow: fc.bigInt({ min: 0n, max: 10n ** 24n }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        let [plain, moved] = [10n ** 24n, 10n ** 24n];
        const [still, flowing] = [[plain], [moved]].map(([equityUnits]) => [
          { at: MIDNIGHT, equityUnits: equityUnits!, flowUnits: 0n, complete: true } as EquityPoint,
        ]);
        for (const [index, { percent, flow }] of steps.entries()) {
          const at = MIDNIGHT + (index + 1) * DAY_MS;
          plain = (plain * BigInt(100 + percent)) / 100n;
          moved = (moved * BigInt(100 + percent)) / 100n + flow;
          still!.push({ at, equityUnits: plain, flowUnits: 0n, complete: true });
          flowing!.push({ at, equityUnits: moved, flowUnits: flow, complete: true });
        }
        const [a, b] = [growthCurve(still!).at(-1)!.index, growthCurve(flowing!).at(-1)!.index];
        expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-6 * Math.max(a, b));
      }),
    );
  });
});

describe('drawdown', () => {
  it('is at most zero, with its peak, its trough, and how long it lasted', () => {
    const curve = [100, 120, 90, 110, 120, 115, 118].map((index, day) => ({ at: day * DAY_MS, index }));
    const { deepest, longest, current } = drawdowns(curve);
    expect(deepest).toEqual({
      depth: -0.25,
      peakAt: DAY_MS,
      troughAt: 2 * DAY_MS,
      recoveredAt: 4 * DAY_MS,
      durationMs: 3 * DAY_MS,
    });
    expect(longest).toEqual(deepest);
    expect(current).toBeCloseTo(118 / 120 - 1, 12);
  });

  it('lasts to the end of the curve while it is not recovered', () => {
    const curve = [100, 99, 98].map((index, day) => ({ at: day * DAY_MS, index }));
    expect(drawdowns(curve).longest).toMatchObject({ recoveredAt: null, durationMs: 2 * DAY_MS });
  });

  it('is none when money is taken out', () => {
    const points = [point(0, '100'), point(HOUR, '40', '-60'), point(2 * HOUR, '41')];
    expect(measurePerformance(points).drawdowns.deepest).toBeNull();
  });
});

describe('the money-weighted return', () => {
  const HALF_YEAR = 182 * DAY_MS;

  it('weighs each stretch by the money that was in it', () => {
    // 100 earn 50 %, then 1000 come in and 10 % of all is lost: well timed it was not.
    const points = [point(0, '100'), point(HALF_YEAR, '1150', '1000'), point(2 * HALF_YEAR, '1035')];
    const rate = moneyWeightedReturn(points)!;
    expect(100 * (1 + rate) + 1000 * (1 + rate) ** 0.5).toBeCloseTo(1035, 6);
    expect(rate).toBeLessThan(0);
    expect(measurePerformance(points).timeWeightedReturn).toBeCloseTo(0.35, 12);
  });

  it('is the plain return without flows', () => {
    expect(moneyWeightedReturn([point(0, '100'), point(HALF_YEAR, '107')])).toBeCloseTo(0.07, 9);
  });

  it('is null where there is no period, no money, or more than one rate', () => {
    expect(moneyWeightedReturn([point(0, '100')])).toBeNull();
    expect(moneyWeightedReturn([point(0, '0'), point(HALF_YEAR, '0')])).toBeNull();
    // 100 in, 230 out, 132 in, nothing left: 10 % and 20 % both satisfy it.
    const twice = [point(0, '100'), point(HALF_YEAR, '10', '-230'), point(2 * HALF_YEAR, '0', '132')];
    expect(moneyWeightedReturn(twice)).toBeNull();
  });
});

describe('against a benchmark', () => {
  const series = (values: readonly number[]) =>
    values.map((value, day) => ({ day: MIDNIGHT + day * DAY_MS, value }));

  it('regresses on the days that both have', () => {
    const benchmark = series(RETURNS);
    const own = series(RETURNS.map((value) => 0.001 + 2 * value)).slice(1);
    const { days, beta, alpha, correlation } = compareWithBenchmark(own, benchmark);
    expect(days).toBe(9);
    expect(beta).toBeCloseTo(2, 9);
    expect(alpha).toBeCloseTo(0.365, 9);
    expect(correlation).toBeCloseTo(1, 9);
  });

  it('finds in itself beta 1, alpha 0, and nothing active', () => {
    const result = compareWithBenchmark(series(RETURNS), series(RETURNS));
    expect(result).toMatchObject({
      informationRatio: null,
      totalReturn: expect.closeTo(0.01842766, 8) as number,
    });
    expect([result.beta, result.alpha]).toEqual([
      expect.closeTo(1, 12) as number,
      expect.closeTo(0, 12) as number,
    ]);
  });

  it('is null where the benchmark stands still or shares no days', () => {
    expect(compareWithBenchmark(series(RETURNS), series(RETURNS.map(() => 0)))).toMatchObject({
      beta: null,
      alpha: null,
      correlation: null,
    });
    expect(compareWithBenchmark(series(RETURNS), [])).toMatchObject({
      days: 0,
      totalReturn: null,
      beta: null,
    });
  });
});
