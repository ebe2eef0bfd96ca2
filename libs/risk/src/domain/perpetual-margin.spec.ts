import { createApprovalAuthority, formatScaled, Instrument, ONE } from '@sextant/kernel';
import type { AccountId, OrderId } from '@sextant/kernel';
import { AccountRisk } from './account-risk.js';
import type { OrderIntent, RiskFacts } from './order-intent.js';
import { parseRiskLimits } from './risk-limits.js';

const instrument = Instrument.load({
  venue: 'FUTURES',
  symbol: 'BTC/USDT:USDT',
  tickSize: '0.1',
  stepSize: '0.001',
  minPrice: '0.1',
  maxPrice: '1000000',
  minQuantity: '0.001',
  maxQuantity: '1000',
  minNotional: '100',
  makerFeeRate: '0.0002',
  takerFeeRate: '0.0005',
});
const limits = parseRiskLimits({
  maxOrderNotional: '1000000',
  maxPositionNotional: '1000000',
  priceCollar: '0.05',
  maxOrdersPerSecond: 1000,
  marketBuffer: '0.02',
});

let number = 0;
/** 0.5 BTC at 40,000: a notional of 20,000. */
function intent(overrides: Partial<OrderIntent> = {}): OrderIntent {
  number += 1;
  return {
    accountId: 'acc_1' as AccountId,
    orderId: `ord_${number}` as OrderId,
    instrument,
    symbol: 'BTC/USDT:USDT',
    side: 'BUY',
    lots: 500,
    quoteUnits: null,
    priceTicks: 400_000,
    ...overrides,
  };
}

function facts(overrides: Partial<RiskFacts> = {}): RiskFacts {
  return {
    conditions: { leaseHeld: true, reconciled: true, clockSafe: true },
    market: { bidTicks: 399_999, askTicks: 400_001, markUnits: 40_000n * ONE, asOf: 0, stale: false },
    positionUnits: 0n,
    leverage: 10,
    totalUnits: (asset) => (asset === 'USDT' ? 5_000n * ONE : 0n),
    now: 0,
    nowMs: 0,
    ...overrides,
  };
}

function account(): AccountRisk {
  return new AccountRisk(createApprovalAuthority().mint, () => limits);
}

const terms = { attempt: 1, epoch: 1, deadlineMs: 1_000 };
const reserved = (risk: AccountRisk, order: OrderIntent, now = facts()) => {
  const { asset, units } = risk.preview(order, now).reservation;
  return `${formatScaled(units)} ${asset}`;
};

it('locks the initial margin and the fee in the settlement asset, whichever side it is', () => {
  expect(reserved(account(), intent())).toBe('2010 USDT');
  expect(reserved(account(), intent({ side: 'SELL' }))).toBe('2010 USDT');
  expect(reserved(account(), intent(), facts({ leverage: 3 }))).toBe('6676.666666666666666667 USDT');
});

it('locks nothing for what only closes a position, and the margin of what goes beyond', () => {
  const long = facts({ positionUnits: ONE / 2n });
  expect(reserved(account(), intent({ side: 'SELL' }), long)).toBe('0 USDT');
  // 1 BTC against a half: the other half opens; the fee is of all.
  expect(reserved(account(), intent({ side: 'SELL', lots: 1_000 }), long)).toBe('2020 USDT');
  expect(reserved(account(), intent(), long)).toBe('2010 USDT');
  expect(reserved(account(), intent({ side: 'SELL', reduceOnly: true }))).toBe('0 USDT');
});

it('a second order cannot close what a first one closes already', () => {
  const risk = account();
  const long = facts({ positionUnits: ONE / 2n });
  expect(risk.approve(intent({ side: 'SELL' }), long, terms).outcome).toBe('APPROVED');
  expect(reserved(risk, intent({ side: 'SELL' }), long)).toBe('2010 USDT');
});

it('what open positions hold back is not free', () => {
  const held = facts({ heldUnits: () => 3_000n * ONE });
  const denied = account().approve(intent(), held, terms);
  expect(denied).toMatchObject({
    outcome: 'DENIED',
    failed: { rule: 'INSUFFICIENT_BALANCE', limit: '2000' },
  });
  expect(account().approve(intent({ lots: 400 }), held, terms).outcome).toBe('APPROVED');
});

it('a close is let out also when a loss has taken more than there is', () => {
  const lost = facts({ positionUnits: ONE / 2n, heldUnits: () => 9_000n * ONE });
  expect(account().approve(intent({ side: 'SELL' }), lost, terms).outcome).toBe('APPROVED');
});
