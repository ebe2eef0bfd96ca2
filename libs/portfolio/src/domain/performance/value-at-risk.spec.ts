import { historicalValueAtRisk, normalQuantile, normalValueAtRisk, quantile } from './value-at-risk.js';

const RETURNS = [1, -2, 1.5, 0.5, -1, 2, -0.5, 0, 1.2, -0.8].map((percent) => percent / 100);

describe('value at risk', () => {
  it('is a positive loss at the type-7 quantile, and CVaR the mean of the losses at least as large', () => {
    const { valueAtRisk, conditional } = historicalValueAtRisk(RETURNS, 0.8)!;
    expect(valueAtRisk).toBeCloseTo(0.0084, 12);
    expect(conditional).toBeCloseTo(0.015, 12);
  });

  it('differs from the order statistic, which is why the rule is stated', () => {
    expect(-RETURNS.toSorted((a, b) => a - b)[1]!).toBe(0.01);
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([7], 0.99)).toBe(7);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });

  it('of a normal distribution is −μ + zσ', () => {
    const { valueAtRisk, conditional } = normalValueAtRisk(RETURNS, 0.95)!;
    expect(valueAtRisk).toBeCloseTo(0.01895572, 8);
    expect(conditional).toBeCloseTo(0.02425392, 8);
  });

  it('grows with √h over h days, the drift with h', () => {
    expect(historicalValueAtRisk(RETURNS, 0.8, 4)!.valueAtRisk).toBeCloseTo(0.0168, 12);
    const mean = 0.0019;
    const spread = normalValueAtRisk(RETURNS, 0.95)!.valueAtRisk + mean;
    expect(normalValueAtRisk(RETURNS, 0.95, 4)!.valueAtRisk).toBeCloseTo(2 * spread - 4 * mean, 12);
  });

  it('is null without returns to speak of', () => {
    expect(historicalValueAtRisk([], 0.95)).toBeNull();
    expect(normalValueAtRisk([0.01], 0.95)).toBeNull();
  });

  it('knows the quantiles of the normal distribution', () => {
    expect(normalQuantile(0.95)).toBeCloseTo(1.6449, 4);
    expect(normalQuantile(0.99)).toBeCloseTo(2.3263, 4);
    expect(normalQuantile(0.01)).toBeCloseTo(-2.3263, 4);
    expect(normalQuantile(0.5)).toBe(0);
    expect(() => normalQuantile(1)).toThrow(RangeError);
  });
});
