import { createApprovalAuthority, Instrument, ONE } from '@sextant/kernel';
import type { AccountId, OrderId } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import { AccountRisk } from './account-risk.js';
import type { OrderIntent, RiskFacts } from './order-intent.js';
import { parseRiskLimits } from './risk-limits.js';
import { riskRules } from './verdict.js';

const instrument = Instrument.load({
  venue: 'PAPER',
  symbol: 'BTC/USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minPrice: '0.01',
  maxPrice: '1000000',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  makerFeeRate: '0.001',
  takerFeeRate: '0.001',
});
const generous = {
  maxOrderNotional: '1000000',
  maxPositionNotional: '1000000',
  priceCollar: '0.05',
  maxOrdersPerSecond: 1000,
  marketBuffer: '0.02',
};
const markTicks = 6_000_000; // 60,000 USDT

let number = 0;
function intent(overrides: Partial<OrderIntent> = {}): OrderIntent {
  number += 1;
  return {
    accountId: 'acc_1' as AccountId,
    orderId: `ord_${number}` as OrderId,
    instrument,
    symbol: 'BTC/USDT',
    side: 'BUY',
    lots: 100, // 0.001 BTC: 60 USDT at the mark
    quoteUnits: null,
    priceTicks: markTicks,
    ...overrides,
  };
}

function facts(overrides: Partial<RiskFacts> = {}): RiskFacts {
  return {
    conditions: { leaseHeld: true, reconciled: true, clockSafe: true },
    market: {
      bidTicks: markTicks - 1,
      askTicks: markTicks + 1,
      markUnits: 60_000n * ONE,
      asOf: 0,
      stale: false,
    },
    positionUnits: 0n,
    totalUnits: (asset) => (asset === 'USDT' ? 1_000_000n * ONE : ONE),
    now: 0,
    nowMs: 0,
    ...overrides,
  };
}

const terms = { attempt: 1, epoch: 1, deadlineMs: 5_000 };
const riskWith = (limits: Partial<typeof generous> = {}) => {
  const { mint, check } = createApprovalAuthority();
  return { risk: new AccountRisk(mint, () => parseRiskLimits({ ...generous, ...limits })), check };
};
const verdictOf = (risk: AccountRisk, order: OrderIntent, given: RiskFacts) => {
  const decision = risk.approve(order, given, terms);
  return decision.outcome === 'DENIED' ? decision.failed.rule : 'APPROVED';
};

describe('AccountRisk', () => {
  it('approves an order, reserves its value and mints an approval of exactly its terms', () => {
    const { risk, check } = riskWith();
    const order = intent();
    const decision = risk.approve(order, facts(), terms);
    if (decision.outcome !== 'APPROVED') throw new Error('denied');
    expect(decision.reservation).toEqual({ asset: 'USDT', units: 60n * ONE });
    expect(risk.lockedUnits('USDT')).toBe(60n * ONE);
    expect(decision.verdicts.map((verdict) => verdict.rule)).toEqual([...riskRules]);
    const { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks } = order;
    const approved = { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks, attempt: 1, epoch: 1 };
    expect(() => check.redeem(decision.approval, { ...approved, lots: 101 }, 0)).toThrow(/lots/);
    expect(() => check.redeem(decision.approval, approved, 0)).not.toThrow();
  });

  it('reserves a market buy at the best ask plus the buffer, a sell by its quantity', () => {
    const { risk } = riskWith();
    const market = risk.preview(intent({ priceTicks: null }), facts());
    expect(market.reservation).toEqual({
      asset: 'USDT',
      units: (6_000_001n * 100n * 10n ** 11n * 102n) / 100n,
    });
    expect(risk.preview(intent({ side: 'SELL' }), facts()).reservation).toEqual({
      asset: 'BTC',
      units: 10n ** 15n,
    });
    const quote = intent({ lots: null, quoteUnits: 50n * ONE, priceTicks: null });
    expect(risk.preview(quote, facts()).reservation).toEqual({ asset: 'USDT', units: 50n * ONE });
  });

  const stale = { bidTicks: 1, askTicks: 2, markUnits: 60_000n * ONE, asOf: 0, stale: true };
  const conditions = { leaseHeld: true, reconciled: true, clockSafe: true };
  it.each([
    ['LEASE_LOST', intent(), facts({ conditions: { ...conditions, leaseHeld: false } }), {}],
    ['ACCOUNT_NOT_RECONCILED', intent(), facts({ conditions: { ...conditions, reconciled: false } }), {}],
    ['CLOCK_UNSAFE', intent(), facts({ conditions: { ...conditions, clockSafe: false } }), {}],
    ['MARKET_STALE', intent(), facts({ market: stale }), {}],
    ['ORDER_RATE', intent(), facts(), { maxOrdersPerSecond: 0 }],
    ['PRICE_COLLAR', intent({ priceTicks: 6_300_001 }), facts(), {}],
    ['PRICE_COLLAR', intent({ side: 'SELL', priceTicks: 5_699_999 }), facts(), {}],
    ['MAX_ORDER_NOTIONAL', intent(), facts(), { maxOrderNotional: '59.99' }],
    [
      'MAX_POSITION_NOTIONAL',
      intent(),
      facts({ positionUnits: ONE / 2n }),
      { maxPositionNotional: '30059.99' },
    ],
    ['INSUFFICIENT_BALANCE', intent({ side: 'SELL' }), facts({ totalUnits: () => 10n ** 15n - 1n }), {}],
  ])('denies by %s alone what trips only that rule', (rule, order, given, limits) => {
    const { risk } = riskWith(limits);
    const { verdicts } = risk.preview(order, given);
    expect(verdicts.filter((verdict) => !verdict.passed).map((verdict) => verdict.rule)).toEqual([rule]);
    expect(verdictOf(risk, order, given)).toBe(rule);
    expect(risk.lockedUnits('USDT')).toBe(0n);
  });

  it('lets an order away from the market rest, however far', () => {
    const { risk } = riskWith();
    expect(verdictOf(risk, intent({ priceTicks: 100_000, lots: 100_000 }), facts())).toBe('APPROVED');
  });

  it('lets an order through that makes a position smaller, whatever the limit', () => {
    const { risk } = riskWith({ maxPositionNotional: '1' });
    const given = facts({ positionUnits: ONE });
    expect(verdictOf(risk, intent({ side: 'SELL', lots: 100_000 }), given)).toBe('APPROVED');
    expect(verdictOf(risk, intent(), given)).toBe('MAX_POSITION_NOTIONAL');
  });

  it('counts the rate over exactly one second', () => {
    const { risk } = riskWith({ maxOrdersPerSecond: 2 });
    const at = (nowMs: number) => verdictOf(risk, intent(), facts({ nowMs }));
    expect([at(0), at(500), at(999), at(1000), at(1001), at(1500)]).toEqual([
      'APPROVED',
      'APPROVED',
      'ORDER_RATE',
      'APPROVED',
      'ORDER_RATE',
      'APPROVED',
    ]);
  });

  it('approves an order again without counting its own claim against it', () => {
    const { risk } = riskWith();
    const only = facts({ totalUnits: () => 60n * ONE });
    const order = intent();
    expect(verdictOf(risk, order, only)).toBe('APPROVED');
    expect(risk.approveAgain(order, only, { ...terms, attempt: 2 }).outcome).toBe('APPROVED');
    expect(risk.lockedUnits('USDT')).toBe(60n * ONE);
  });

  it('gives exactly ten of a hundred orders against a limit for ten', () => {
    const limited = fc.constantFrom('position', 'balance', 'rate');
    fc.assert(
      fc.property(limited, fc.integer({ min: 1, max: 500 }), (by, lots) => {
        const each = instrument.notionalUnits(markTicks, lots);
        const { risk } = riskWith(by === 'rate' ? { maxOrdersPerSecond: 10 } : {});
        if (by === 'position') {
          risk.changeLimits({ limits: { ...risk.limits, maxPositionNotionalUnits: each * 10n }, version: 1 });
        }
        const given = facts(by === 'balance' ? { totalUnits: () => each * 11n - 1n } : {});
        const decisions = Array.from(
          { length: 100 },
          () => risk.approve(intent({ lots }), given, terms).outcome,
        );
        expect(decisions.filter((outcome) => outcome === 'APPROVED')).toHaveLength(10);
      }),
      { numRuns: 50 },
    );
  });

  it('never refuses a smaller order where a larger one passes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 10_000 }), (a, b) => {
        const { risk } = riskWith({ maxOrderNotional: '2000', maxPositionNotional: '3000' });
        const passes = (lots: number) =>
          risk.preview(intent({ lots }), facts()).verdicts.every((v) => v.passed);
        expect(!passes(Math.max(a, b)) || passes(Math.min(a, b))).toBe(true);
      }),
    );
  });

  it('locks nothing once every claim is released', () => {
    const { risk } = riskWith();
    const orders = Array.from({ length: 20 }, () => intent());
    for (const order of orders) risk.approve(order, facts(), terms);
    expect(risk.lockedUnits('USDT')).toBe(1200n * ONE);
    for (const order of orders) risk.release(order.orderId);
    expect(risk.lockedUnits('USDT')).toBe(0n);
  });
});
