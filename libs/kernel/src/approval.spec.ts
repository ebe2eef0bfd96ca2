import { Approval, createApprovalAuthority } from './approval.js';
import type { ApprovedTerms } from './approval.js';
import { parseId } from './ids.js';

const accountId = parseId('acc', `acc_${'1'.repeat(32)}`);
const orderId = parseId('ord', `ord_${'2'.repeat(32)}`);
const DEADLINE_MS = 1000;

function terms(changes: Partial<ApprovedTerms> = {}) {
  const { deadlineMs: _, ...approved } = { ...limitOrder(), ...changes };
  return approved;
}

function limitOrder(): ApprovedTerms {
  return {
    accountId,
    orderId,
    symbol: 'BTC/USDT',
    side: 'BUY',
    lots: 100,
    quoteUnits: null,
    priceTicks: 6_400_000,
    attempt: 1,
    epoch: 7,
    deadlineMs: DEADLINE_MS,
  };
}

describe('an approval', () => {
  it('lets exactly what was approved pass, once', () => {
    const { mint, check } = createApprovalAuthority();
    const approval = mint.mint(limitOrder());
    expect(() => check.redeem(approval, terms(), DEADLINE_MS)).not.toThrow();
    expect(() => check.redeem(approval, terms(), DEADLINE_MS)).toThrow('used before');
  });

  it.each<[keyof ApprovedTerms, Partial<ApprovedTerms>]>([
    ['accountId', { accountId: parseId('acc', `acc_${'9'.repeat(32)}`) }],
    ['orderId', { orderId: parseId('ord', `ord_${'9'.repeat(32)}`) }],
    ['symbol', { symbol: 'ETH/USDT' }],
    ['side', { side: 'SELL' }],
    ['lots', { lots: 101 }],
    ['lots', { lots: null }],
    ['quoteUnits', { quoteUnits: 1n }],
    ['priceTicks', { priceTicks: 6_400_001 }],
    ['priceTicks', { priceTicks: null }],
    ['stopTicks', { stopTicks: 6_500_000 }],
    ['attempt', { attempt: 2 }],
    ['epoch', { epoch: 8 }],
  ])('does not let another %s pass, and still lets the right one', (field, change) => {
    const { mint, check } = createApprovalAuthority();
    const approval = mint.mint(limitOrder());
    expect(() => check.redeem(approval, terms(change), 0)).toThrow(`differs in ${field}`);
    expect(() => check.redeem(approval, terms(), 0)).not.toThrow();
  });

  it.each(Object.keys(terms()))('does not pass when %s is left out', (field) => {
    const { mint, check } = createApprovalAuthority();
    const incomplete = Object.fromEntries(Object.entries(terms()).filter(([key]) => key !== field));
    expect(() => check.redeem(mint.mint(limitOrder()), incomplete as never, 0)).toThrow(
      `differs in ${field}`,
    );
  });

  it.each([DEADLINE_MS + 1, Number.POSITIVE_INFINITY, Number.NaN])(
    'is not used at %d ms, past its deadline',
    (nowMs) => {
      const { mint, check } = createApprovalAuthority();
      expect(() => check.redeem(mint.mint(limitOrder()), terms(), nowMs)).toThrow('past its deadline');
    },
  );

  it('without a deadline is never used', () => {
    const { mint, check } = createApprovalAuthority();
    const approval = mint.mint({ ...limitOrder(), deadlineMs: Number.NaN });
    expect(() => check.redeem(approval, terms(), 0)).toThrow('past its deadline');
  });

  it('of one authority is nothing to another', () => {
    const risk = createApprovalAuthority();
    const other = createApprovalAuthority();
    expect(() => other.check.redeem(risk.mint.mint(limitOrder()), terms(), 0)).toThrow('another authority');
  });

  it('cannot be forged, copied or built', () => {
    const { mint, check } = createApprovalAuthority();
    const real = mint.mint(limitOrder());
    const forgeries = [
      {},
      { ...real },
      Object.create(real),
      Object.create(Approval.prototype),
      structuredClone(real),
    ];
    for (const forgery of forgeries) {
      expect(() => check.redeem(forgery as Approval, terms(), 0)).toThrow('another authority');
    }
    expect(() => new Approval(new WeakMap() as never)).toThrow('ApprovalAuthority');
    expect(() => Reflect.construct(Approval, [])).toThrow('ApprovalAuthority');
  });

  it('holds the terms as they were when it was minted', () => {
    const { mint, check } = createApprovalAuthority();
    const approved = limitOrder();
    const approval = mint.mint(approved);
    approved.lots = 1_000_000;
    expect(() => check.redeem(approval, terms({ lots: 1_000_000 }), 0)).toThrow('differs in lots');
    expect(Object.keys(approval)).toEqual([]);
    expect(() => Object.assign(approval, { lots: 5 })).toThrow(TypeError);
  });
});
