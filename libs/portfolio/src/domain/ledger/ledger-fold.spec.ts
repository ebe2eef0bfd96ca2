import type { AccountId } from '@sextant/kernel';
import { feeValue } from '../positions/book-fill.js';
import type { BookedFill } from '../positions/booked-fill.js';
import { aFill } from '../positions/fills.contract.js';
import { LedgerFold } from './ledger-fold.js';
import type { LedgerEntry } from './ledger-fold.js';
import { fillMemo, fillOfMemo } from './ledger-memo.js';
import { PortfolioAggregate } from '../portfolio-aggregate.js';
import type { PortfolioSnapshot } from '../portfolio-aggregate.js';
import { assertBalanced } from './posting.js';
import { parseLedgerAccount } from './ledger-account.js';
import { fc } from '../../../../../test/support/property.js';

const ACCOUNT = 'acc_00000000000000000000000000000001' as AccountId;
const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'ETH/BTC', 'BNB/USDT'];

/** Random fills: four markets, both sides, any fee asset, rebates, known and unknown values, three strategies. */
const someFill = fc
  .record({
    symbol: fc.constantFrom(...SYMBOLS),
    side: fc.constantFrom('BUY' as const, 'SELL' as const),
    baseUnits: fc.bigInt({ min: 10n ** 9n, max: 10n ** 22n }),
    notionalUnits: fc.bigInt({ min: 1n, max: 10n ** 25n }),
    feePart: fc.integer({ min: -900, max: 900 }),
    feeIn: fc.constantFrom('base', 'quote', 'BNB', 'KCS'),
    feeValueUnits: fc.option(fc.bigInt({ min: 0n, max: 10n ** 20n })),
    strategy: fc.constantFrom(null, 'grid', 'trend'),
  })
  .map(({ symbol, feePart, feeIn, feeValueUnits, ...rest }): BookedFill => {
    const fill = aFill({ symbol, ...rest });
    const feeAsset = feeIn === 'base' ? fill.base : feeIn === 'quote' ? fill.quote : feeIn;
    const whole = feeAsset === fill.base ? fill.baseUnits : 10n ** 18n;
    const feeUnits = (whole * BigInt(feePart)) / 1000n;
    const value = feeValueUnits !== null && feeUnits < 0n ? -feeValueUnits : feeValueUnits;
    return { ...fill, feeAsset, feeUnits, feeValueUnits: value };
  });

function bookAll(fills: readonly BookedFill[]): { live: PortfolioAggregate; entries: LedgerEntry[] } {
  const live = PortfolioAggregate.open(ACCOUNT, 'PAPER');
  const entries = fills.map((fill) => {
    const { postings } = live.applyFill(fill);
    return { occurredAt: fill.executedAt, postings, fill };
  });
  return { live, entries };
}

/** Some order of the fills that has nothing to do with theirs. */
function rank({ lots, baseUnits }: BookedFill, seed: number): number {
  return Number((baseUnits * BigInt(seed + lots)) % 1009n);
}

function folded(entries: readonly LedgerEntry[]): PortfolioSnapshot {
  const fold = new LedgerFold();
  for (const entry of entries) fold.add(entry);
  return fold.snapshot(ACCOUNT, 'PAPER');
}

describe('the ledger', () => {
  it('balances in every transaction, over names of the chart alone', () => {
    fc.assert(
      fc.property(fc.array(someFill, { maxLength: 30 }), (fills) => {
        for (const { postings } of bookAll(fills).entries) {
          assertBalanced(postings);
          for (const { account, amount } of postings) {
            expect(amount).not.toBe(0n);
            parseLedgerAccount(account);
          }
        }
      }),
    );
  });

  it('folds to the live portfolio, to the last digit', () => {
    fc.assert(
      fc.property(fc.array(someFill, { maxLength: 40 }), (fills) => {
        const { live, entries } = bookAll(fills);
        const rebuilt = PortfolioAggregate.fromSnapshot(folded(entries));
        expect(sorted(rebuilt.positions)).toEqual(sorted(live.positions));
        for (const [asset, { freeUnits }] of live.balances) expect(rebuilt.totalUnits(asset)).toBe(freeUnits);
        for (const strategy of [null, 'grid', 'trend']) {
          expect(sorted(rebuilt.strategyPositions(strategy))).toEqual(
            sorted(live.strategyPositions(strategy)),
          );
        }
      }),
    );
  });

  it('folds fees that came after their fills to the live portfolio, and to the same money', () => {
    fc.assert(
      fc.property(fc.array(someFill, { maxLength: 30 }), fc.nat(), (fills, seed) => {
        const { live, entries } = bookAll(fills.map((fill) => ({ ...fill, feeUnits: 0n })));
        const lateFirst = fills.toSorted((a, b) => rank(a, seed) - rank(b, seed));
        for (const [index, fill] of lateFirst.entries()) {
          if (fill.feeUnits === 0n) continue;
          const fee = { ...fill, executedAt: 1_800_000_000_000 + index };
          const { postings } = live.applyFee(fee);
          assertBalanced(postings);
          entries.push({ occurredAt: fee.executedAt, postings, fill: null, fee });
        }
        const rebuilt = PortfolioAggregate.fromSnapshot(folded(entries));
        expect(sorted(rebuilt.positions)).toEqual(sorted(live.positions));
        for (const strategy of [null, 'grid', 'trend']) {
          expect(sorted(rebuilt.strategyPositions(strategy))).toEqual(
            sorted(live.strategyPositions(strategy)),
          );
        }
        const atOnce = bookAll(fills).live;
        for (const [asset, { freeUnits }] of atOnce.balances) {
          expect(live.totalUnits(asset)).toBe(freeUnits);
          expect(rebuilt.totalUnits(asset)).toBe(freeUnits);
        }
      }),
    );
  });

  it('gives totals that are the plain sums of the fills', () => {
    fc.assert(
      fc.property(fc.array(someFill, { maxLength: 40 }), (fills) => {
        const { live } = bookAll(fills);
        const expected = new Map<string, bigint>();
        const move = (asset: string, amount: bigint) =>
          expected.set(asset, (expected.get(asset) ?? 0n) + amount);
        for (const fill of fills) {
          const sign = fill.side === 'BUY' ? 1n : -1n;
          move(fill.base, sign * fill.baseUnits);
          move(fill.quote, -sign * fill.notionalUnits);
          move(fill.feeAsset, -fill.feeUnits);
        }
        for (const [asset, amount] of expected) expect(live.totalUnits(asset)).toBe(amount);
      }),
    );
  });

  it('does not depend on the order in which independent markets arrive', () => {
    const market = (symbol: string) =>
      fc.array(
        someFill.map((fill) => aFillOf(symbol, fill)),
        { maxLength: 12 },
      );
    fc.assert(
      fc.property(
        market('BTC/USDT'),
        market('ETH/EUR'),
        fc.infiniteStream(fc.boolean()),
        (one, other, choice) => {
          const [a, b] = [[...one], [...other]];
          const mixed: BookedFill[] = [];
          while (a.length + b.length > 0) {
            const next = (a.length > 0 && choice.next().value === true) || b.length === 0 ? a : b;
            mixed.push(next.shift()!);
          }
          const inOrder = PortfolioAggregate.fromSnapshot(folded(bookAll([...one, ...other]).entries));
          const interleaved = PortfolioAggregate.fromSnapshot(folded(bookAll(mixed).entries));
          expect(sorted(interleaved.positions)).toEqual(sorted(inOrder.positions));
          for (const asset of ['BTC', 'USDT', 'ETH', 'EUR']) {
            expect(interleaved.totalUnits(asset)).toBe(inOrder.totalUnits(asset));
          }
        },
      ),
    );
  });

  it('reads back from a memo the fill that was written into it', () => {
    fc.assert(
      fc.property(someFill, (fill) => {
        const memo = JSON.parse(JSON.stringify(fillMemo(fill))) as ReturnType<typeof fillMemo>;
        expect(fillOfMemo(memo, fill.executedAt)).toEqual({
          ...fill,
          feeValueUnits: feeValue(fill),
        });
      }),
    );
  });

  it('refuses a name that is not of the chart', () => {
    expect(() => parseLedgerAccount('wallet:')).toThrow('not an account of the chart');
    expect(() => parseLedgerAccount('position:PAPER')).toThrow('not an account of the chart');
    expect(() => parseLedgerAccount('cash:PAPER')).toThrow('not an account of the chart');
    expect(parseLedgerAccount('position:PAPER:BTC/USDT:USDT')).toEqual({
      purpose: 'position',
      owner: 'PAPER',
      symbol: 'BTC/USDT:USDT',
      positionSide: 'NET',
    });
    expect(parseLedgerAccount('contract:PAPER:BTC/USDT:USDT#SHORT')).toEqual({
      purpose: 'contract',
      owner: 'PAPER',
      symbol: 'BTC/USDT:USDT',
      positionSide: 'SHORT',
    });
  });
});

/** The fill in another market, its fee in that market's own assets. */
function aFillOf(symbol: string, fill: BookedFill): BookedFill {
  const [base, quote] = symbol.split('/') as [string, string];
  const feeAsset = fill.feeAsset === fill.base ? base : quote;
  return { ...fill, symbol, base, quote, feeAsset };
}

function sorted(book: ReadonlyMap<string, object>): object[] {
  return [...book].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, position]) => position);
}
