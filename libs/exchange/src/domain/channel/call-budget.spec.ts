import { CallBudget } from './call-budget.js';
import type { CallClass, CallIntent } from './call-intent.js';
import type { BudgetRule } from './channel-profile.js';

const WEIGHT: BudgetRule = {
  name: 'weight',
  limit: 100,
  windowMs: 60_000,
  scope: 'ADDRESS',
  buckets: ['trading', 'account', 'marketData'],
  counts: 'WEIGHT',
};
const ORDERS: BudgetRule = {
  name: 'orders',
  limit: 10,
  windowMs: 10_000,
  scope: 'CREDENTIAL',
  buckets: ['trading'],
  counts: 'CALLS',
  only: 'ENTRY_AND_PROTECTIVE',
};
const DATA_ONLY: BudgetRule = { ...WEIGHT, name: 'data', buckets: ['marketData'] };

function intent(callClass: CallClass, over: Partial<CallIntent> = {}): CallIntent {
  return {
    class: callClass,
    bucket: 'trading',
    weight: 1,
    credentialId: 'key_1',
    idempotentRead: false,
    ...over,
  };
}

function spendAll(budget: CallBudget, what: CallIntent): number {
  let count = 0;
  for (; budget.obstacle(what, 0) === null; count += 1) budget.settle(budget.take(what), 0);
  return count;
}

it('leaves a reserve by class: data the most, then entries, then queries; cancels leave nothing', () => {
  const left = (first: CallClass): number => spendAll(new CallBudget([WEIGHT], 0.2), intent(first));
  expect(['DATA', 'ENTRY', 'RECONCILE', 'CANCEL', 'PROTECTIVE'].map((c) => left(c as CallClass))).toEqual([
    60, 80, 90, 100, 100,
  ]);
});

it('lets cancels go on where entries have spent what they may', () => {
  const budget = new CallBudget([WEIGHT], 0.2);
  expect([spendAll(budget, intent('ENTRY')), spendAll(budget, intent('RECONCILE'))]).toEqual([80, 10]);
  expect(spendAll(budget, intent('CANCEL'))).toBe(10);
});

it('keeps no reserve in a limit that only market data counts against', () => {
  const data = intent('DATA', { bucket: 'marketData', credentialId: null });
  expect(spendAll(new CallBudget([DATA_ONLY], 0.2), data)).toBe(100);
});

it('counts orders apart for each key, and nothing but placements', () => {
  const budget = new CallBudget([ORDERS], 0);
  expect(spendAll(budget, intent('ENTRY'))).toBe(10);
  expect(budget.obstacle(intent('PROTECTIVE'), 0)?.rule.name).toBe('orders');
  expect(budget.obstacle(intent('CANCEL'), 0)).toBeNull();
  expect(budget.obstacle(intent('ENTRY', { credentialId: 'key_2' }), 0)).toBeNull();
});

it('lets a call that is heavier than its share go when it is alone, and one heavier than the limit never', () => {
  const budget = new CallBudget([WEIGHT], 0.2);
  const heavy = intent('DATA', { weight: 95 });
  expect(budget.obstacle(heavy, 0)).toBeNull();
  budget.take(intent('CANCEL', { weight: 10 }));
  expect(budget.obstacle(heavy, 0)?.rule.name).toBe('weight');
  expect([budget.isTooHeavy(heavy), budget.isTooHeavy(intent('CANCEL', { weight: 101 }))]).toEqual([
    false,
    true,
  ]);
});

it('takes over what the headers say: use, and another limit', () => {
  const budget = new CallBudget([WEIGHT, ORDERS], 0.2);
  budget.observe([{ rule: 'weight', used: 30, limit: 50 }], null, 0);
  budget.observe([{ rule: 'orders', used: 9 }], 'key_1', 0);
  budget.observe(
    [
      { rule: 'orders', used: 9 },
      { rule: 'unheard-of', used: 1 },
    ],
    null,
    0,
  );
  budget.observe([{ rule: 'weight', used: Number.NaN, limit: Number.NaN }], null, 0);
  expect(budget.state(0)).toEqual([
    { rule: 'weight', credentialId: null, limit: 50, windowMs: 60_000, used: 30, leftForEntries: 10 },
    { rule: 'orders', credentialId: 'key_1', limit: 10, windowMs: 10_000, used: 9, leftForEntries: 0 },
  ]);
});

it('does not believe that a limit was raised without measure', () => {
  const budget = new CallBudget([WEIGHT], 0);
  budget.observe([{ rule: 'weight', used: 0, limit: 1e300 }], null, 0);
  expect(budget.state(0)).toMatchObject([{ limit: 1_000 }]);
});

it('gives back what was not sent, in every limit', () => {
  const budget = new CallBudget([WEIGHT, ORDERS], 0.2);
  const charge = budget.take(intent('ENTRY', { weight: 7 }));
  expect(budget.state(0).map(({ used }) => used)).toEqual([7, 1]);
  budget.refund(charge);
  expect(budget.state(0).map(({ used }) => used)).toEqual([0, 0]);
});

it('forgets keys that spend nothing any more', () => {
  const budget = new CallBudget([ORDERS], 0);
  for (let key = 0; key < 1_500; key += 1) {
    budget.settle(budget.take(intent('ENTRY', { credentialId: `key_${key}` })), key < 1_400 ? 0 : 20_000);
  }
  budget.forgetIdle(20_001);
  expect(budget.state(20_001)).toHaveLength(100);
});
