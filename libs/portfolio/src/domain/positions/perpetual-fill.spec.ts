import type { AccountId } from '@sextant/kernel';
import type { BookedFill } from './booked-fill.js';
import { aFill, units } from './fills.contract.js';
import { LedgerFold } from '../ledger/ledger-fold.js';
import type { LedgerEntry } from '../ledger/ledger-fold.js';
import { PortfolioAggregate } from '../portfolio-aggregate.js';
import { averageEntryPrice } from './position.js';
import { assertBalanced } from '../ledger/posting.js';
import type { Posting } from '../ledger/posting.js';
import { fc } from '../../../../../test/support/property.js';

const ACCOUNT = 'acc_00000000000000000000000000000001' as AccountId;
const PERP = 'BTC/USDT:USDT';

function aPerpetualFill(options: Parameters<typeof aFill>[0] = {}): BookedFill {
  return aFill({ symbol: PERP, venue: 'FUTURES', ...options });
}

function shown(postings: readonly Posting[]): Record<string, bigint> {
  return Object.fromEntries(postings.map(({ account, asset, amount }) => [`${account} ${asset}`, amount]));
}

function open(): PortfolioAggregate {
  const portfolio = PortfolioAggregate.open(ACCOUNT, 'FUTURES');
  portfolio.applyCash({ kind: 'DEPOSIT', asset: 'USDT', units: units('10000') }, 0n);
  return portfolio;
}

it('a perpetual moves neither base nor notional through the wallet, only result and fee', () => {
  const portfolio = open();
  const bought = portfolio.applyFill(aPerpetualFill({ quantity: '0.5', price: '40000', fee: '8' }));
  expect(shown(bought.postings)).toEqual({
    'position:FUTURES:BTC/USDT:USDT BTC': units('-0.5'),
    'position:FUTURES:BTC/USDT:USDT USDT': units('20000'),
    'contract:FUTURES:BTC/USDT:USDT BTC': units('0.5'),
    'contract:FUTURES:BTC/USDT:USDT USDT': units('-20000'),
    'wallet:FUTURES USDT': units('-8'),
    'fee:FUTURES:BTC/USDT:USDT USDT': units('8'),
  });
  const sold = portfolio.applyFill(aPerpetualFill({ side: 'SELL', quantity: '0.2', price: '41000' }));
  expect(shown(sold.postings)).toEqual({
    'position:FUTURES:BTC/USDT:USDT BTC': units('0.2'),
    'position:FUTURES:BTC/USDT:USDT USDT': units('-8000'),
    'contract:FUTURES:BTC/USDT:USDT BTC': units('-0.2'),
    'contract:FUTURES:BTC/USDT:USDT USDT': units('8000'),
    'realized:FUTURES:BTC/USDT:USDT USDT': units('-200'),
    'wallet:FUTURES USDT': units('200'),
  });
  expect(portfolio.totalUnits('USDT')).toBe(units('10192'));
  expect(portfolio.totalUnits('BTC')).toBe(0n);
  expect(portfolio.positions.get(PERP)).toMatchObject({
    signedUnits: units('0.3'),
    costUnits: units('12000'),
    realizedUnits: units('200'),
    feeUnits: units('8'),
  });
});

it('hedge mode keeps a long and a short of one market apart', () => {
  const portfolio = open();
  portfolio.applyFill(aPerpetualFill({ positionSide: 'LONG', quantity: '1', price: '100' }));
  portfolio.applyFill(aPerpetualFill({ positionSide: 'SHORT', side: 'SELL', quantity: '2', price: '110' }));
  const { postings } = portfolio.applyFill(
    aPerpetualFill({ positionSide: 'SHORT', quantity: '1', price: '90' }),
  );
  expect(postings.map(({ account }) => account)).toContain('realized:FUTURES:BTC/USDT:USDT#SHORT');
  expect(portfolio.positions.get(`${PERP}#LONG`)).toMatchObject({
    signedUnits: units('1'),
    realizedUnits: 0n,
  });
  expect(portfolio.positions.get(`${PERP}#SHORT`)).toMatchObject({
    signedUnits: units('-1'),
    realizedUnits: units('20'),
  });
  expect(portfolio.positions.has(PERP)).toBe(false);
});

it('funding is a fact of its own: wallet and income, never price P&L', () => {
  const portfolio = open();
  portfolio.applyFill(aPerpetualFill({ quantity: '0.5', price: '40000' }));
  const { postings } = portfolio.applyFunding(
    { kind: 'FUNDING', symbol: PERP, positionSide: 'NET', asset: 'USDT', units: units('-2') },
    1_700_000_100_000,
  );
  expect(shown(postings)).toEqual({
    'wallet:FUTURES USDT': units('-2'),
    'funding:FUTURES:BTC/USDT:USDT USDT': units('2'),
  });
  expect(portfolio.positions.get(PERP)).toMatchObject({ fundingUnits: units('-2'), realizedUnits: 0n });
});

it('strategies share funding by what they hold, to the last unit', () => {
  const portfolio = open();
  portfolio.applyFill(aPerpetualFill({ quantity: '2', strategy: 'grid' }));
  portfolio.applyFill(aPerpetualFill({ quantity: '1', strategy: 'trend' }));
  portfolio.applyFunding(
    { kind: 'FUNDING', symbol: PERP, positionSide: 'NET', asset: 'USDT', units: -100n },
    1_700_000_100_000,
  );
  expect(portfolio.strategyPositions('grid').get(PERP)?.fundingUnits).toBe(-67n);
  expect(portfolio.strategyPositions('trend').get(PERP)?.fundingUnits).toBe(-33n);
});

it('a fee in a third asset is a disposal of it, and base is a third asset to a perpetual', () => {
  const portfolio = open();
  portfolio.applyFill(
    aPerpetualFill({ quantity: '1', price: '100', feeAsset: 'BTC', feeUnits: units('0.001') }),
  );
  expect(portfolio.positions.get(PERP)).toMatchObject({ signedUnits: units('1'), feeUnits: units('0.1') });
  expect(portfolio.totalUnits('BTC')).toBe(units('-0.001'));
});

it('takes the result as the venue rounded it, so that the wallets are equal, and ends without a cost', () => {
  const portfolio = open();
  portfolio.applyFill(aPerpetualFill({ quantity: '3', price: '33.333333', settledUnits: 0n }));
  portfolio.applyFill(
    aPerpetualFill({ side: 'SELL', quantity: '0.7', price: '40', settledUnits: units('4.6666669') }),
  );
  expect(portfolio.totalUnits('USDT')).toBe(units('10004.6666669'));
  const off = aPerpetualFill({ side: 'SELL', quantity: '0.3', price: '40', settledUnits: units('9') });
  portfolio.applyFill(off);
  expect(portfolio.totalUnits('USDT')).toBe(units('10006.666667'));
  portfolio.applyFill(aPerpetualFill({ side: 'SELL', quantity: '2', price: '40' }));
  expect(portfolio.positions.get(PERP)).toMatchObject({ signedUnits: 0n, costUnits: 0n });
  expect(portfolio.totalUnits('USDT')).toBe(units('10020.000001'));
});

it('refuses a contract that is not settled in its quote', () => {
  expect(() => open().applyFill(aFill({ symbol: 'BTC/USD:BTC', feeAsset: 'BTC' }))).toThrow('not settled');
});

const someFact = fc.oneof(
  fc
    .record({
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      baseUnits: fc.bigInt({ min: 10n ** 9n, max: 10n ** 22n }),
      notionalUnits: fc.bigInt({ min: 1n, max: 10n ** 25n }),
      feeUnits: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
      feeAsset: fc.constantFrom('USDT', 'BNB', 'BTC'),
      strategy: fc.constantFrom(null, 'grid', 'trend'),
      sided: fc.constantFrom(undefined, 'LONG' as const, 'SHORT' as const),
      liquidation: fc.boolean(),
      rounded: fc.bigInt({ min: -(10n ** 10n), max: 10n ** 10n }),
    })
    .map(({ sided, liquidation, ...rest }) => ({
      kind: 'FILL' as const,
      ...rest,
      ...(sided !== undefined && { positionSide: sided }),
      ...(liquidation && { liquidation: true as const }),
    })),
  fc.record({
    kind: fc.constantFrom('FUNDING' as const, 'INSURANCE' as const),
    positionSide: fc.constantFrom('NET' as const, 'LONG' as const, 'SHORT' as const),
    units: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).filter((amount) => amount !== 0n),
  }),
);

it('any sequence of fills, fees and funding balances and folds to the live portfolio', () => {
  fc.assert(
    fc.property(fc.array(someFact, { maxLength: 30 }), (facts) => {
      const live = PortfolioAggregate.open(ACCOUNT, 'FUTURES');
      const fold = new LedgerFold();
      let at = 1_700_000_000_000;
      for (const fact of facts) {
        at += 1;
        const entry = booked(live, fact, at);
        assertBalanced(entry.postings);
        fold.add(entry);
      }
      const rebuilt = PortfolioAggregate.fromSnapshot(fold.snapshot(ACCOUNT, 'FUTURES'));
      expect(sorted(rebuilt.positions)).toEqual(sorted(live.positions));
      for (const asset of live.balances.keys())
        expect(rebuilt.totalUnits(asset)).toBe(live.totalUnits(asset));
      for (const strategy of [null, 'grid', 'trend']) {
        expect(sorted(rebuilt.strategyPositions(strategy))).toEqual(sorted(live.strategyPositions(strategy)));
      }
      expectSums(live);
    }),
  );
});

type Fact = typeof someFact extends fc.Arbitrary<infer T> ? T : never;

function booked(live: PortfolioAggregate, fact: Fact, at: number): LedgerEntry {
  if (!('rounded' in fact)) {
    const funding = { ...fact, symbol: PERP, asset: 'USDT' };
    return { occurredAt: at, postings: live.applyFunding(funding, at).postings, fill: null };
  }
  const { kind, rounded, ...rest } = fact;
  const fill = aPerpetualFill({ ...rest, executedAt: at });
  const key = fill.positionSide === undefined ? PERP : `${PERP}#${fill.positionSide}`;
  const before = live.positions.get(key)?.realizedUnits ?? 0n;
  const probe = PortfolioAggregate.fromSnapshot({
    accountId: ACCOUNT,
    venue: 'FUTURES',
    balances: [],
    positions: [...live.positions.values()],
    strategies: [],
  });
  probe.applyFill(fill);
  const settledUnits = probe.positions.get(key)!.realizedUnits - before + rounded;
  return { occurredAt: at, postings: live.applyFill({ ...fill, settledUnits }).postings, fill };
}

/** Wallet = results − fees + funding; the strategies hold and are funded together what the account is. */
function expectSums(live: PortfolioAggregate): void {
  for (const [key, position] of live.positions) {
    const parts = [null, 'grid', 'trend'].map((strategy) => live.strategyPositions(strategy).get(key));
    const sum = (pick: (part: typeof position) => bigint) =>
      parts.reduce((total, part) => total + (part === undefined ? 0n : pick(part)), 0n);
    if (!key.startsWith(PERP)) continue;
    expect(sum((part) => part.signedUnits)).toBe(position.signedUnits);
    expect(sum((part) => part.fundingUnits)).toBe(position.fundingUnits);
    expect(sum((part) => part.realizedUnits - part.costUnits)).toBe(
      position.realizedUnits - position.costUnits,
    );
    if (position.signedUnits !== 0n) expect(averageEntryPrice(position)).toBeGreaterThanOrEqual(0n);
  }
}

function sorted(book: ReadonlyMap<string, object>): object[] {
  return [...book].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, position]) => position);
}

it('what was held when the account was first seen has its cost, and moves no money', () => {
  const portfolio = PortfolioAggregate.open(ACCOUNT, 'FUTURES');
  const held = {
    kind: 'OPENING_POSITION' as const,
    symbol: PERP,
    positionSide: 'NET' as const,
    signedUnits: units('-0.5'),
    costUnits: units('-20000'),
  };
  const at = 1_700_000_000_000;
  const opened = portfolio.applyOpening(held, at);
  assertBalanced(opened.postings);
  expect(opened.balances).toEqual([]);
  const fold = new LedgerFold();
  fold.add({ occurredAt: at, postings: opened.postings, fill: null });
  const fill = aPerpetualFill({ quantity: '0.5', price: '39000', executedAt: at + 1 });
  fold.add({ occurredAt: at + 1, postings: portfolio.applyFill(fill).postings, fill });
  expect(portfolio.totalUnits('USDT')).toBe(units('500'));
  const rebuilt = PortfolioAggregate.fromSnapshot(fold.snapshot(ACCOUNT, 'FUTURES'));
  expect(sorted(rebuilt.positions)).toEqual(sorted(portfolio.positions));
  expect(sorted(rebuilt.strategyPositions(null))).toEqual(sorted(portfolio.strategyPositions(null)));
});

it('what the insurance fund takes after a liquidation is a fee, and what it pays is one given back', () => {
  const portfolio = open();
  const insurance = { kind: 'INSURANCE' as const, symbol: PERP, positionSide: 'NET' as const, asset: 'USDT' };
  portfolio.applyFunding({ ...insurance, units: units('-100') }, 1_700_000_000_000);
  portfolio.applyFunding({ ...insurance, units: units('30') }, 1_700_000_000_001);
  expect(portfolio.positions.get(PERP)).toMatchObject({ feeUnits: units('70'), fundingUnits: 0n });
  expect(portfolio.totalUnits('USDT')).toBe(units('9930'));
});
