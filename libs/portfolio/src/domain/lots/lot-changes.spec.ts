import type { AccountId, LedgerTransactionId } from '@sextant/kernel';
import { aFill, units } from '../positions/fills.contract.js';
import type { BookedFill } from '../positions/booked-fill.js';
import type { CashFact } from '../ledger/plan-postings.js';
import { PortfolioAggregate } from '../portfolio-aggregate.js';
import { netPnl } from '../positions/position.js';
import { moneyResults } from './money-results.js';
import { gainOf, LOT_METHODS } from './lot.js';
import type { LotMatch, LotMethod } from './lot.js';
import { LotBook } from './lot-book.js';
import { lotChanges } from './lot-changes.js';
import type { LotEntry, ValueThen } from './lot-changes.js';
import { fc } from '../../../../../test/support/property.js';

const ACCOUNT = 'acc_00000000000000000000000000000001' as AccountId;
const UNKNOWN: ValueThen = () => null;

type Fact = BookedFill | CashFact | { late: BookedFill };

function entriesOf(facts: readonly Fact[]) {
  const portfolio = PortfolioAggregate.open(ACCOUNT, 'PAPER');
  const entries = facts.map((fact, index): LotEntry => {
    const transactionId = `ltx_${index}` as LedgerTransactionId;
    if ('kind' in fact) {
      const { postings } = portfolio.applyCash(fact, 0n);
      return { transactionId, kind: fact.kind, occurredAt: index, postings, fill: null };
    }
    if ('late' in fact) {
      const { postings } = portfolio.applyFee(fact.late);
      return { transactionId, kind: 'FEE', occurredAt: index, postings, fill: null };
    }
    const { postings } = portfolio.applyFill(fact);
    return { transactionId, kind: 'FILL', occurredAt: index, postings, fill: fact };
  });
  return { entries, portfolio };
}

function run(facts: readonly Fact[], method: LotMethod = 'FIFO', valueThen = UNKNOWN) {
  const { entries, portfolio } = entriesOf(facts);
  const book = new LotBook(method);
  const matches = entries.flatMap((entry) => [
    ...lotChanges(entry, 'USDT', valueThen).flatMap((change) => book.apply(change)),
    ...moneyResults(entry, 'USDT', valueThen),
  ]);
  return { matches, lots: book.lots(), portfolio };
}

const only = (matches: readonly LotMatch[]) => {
  expect(matches).toHaveLength(1);
  return matches[0]!;
};

describe('the three fees of a bought bitcoin at 50000', () => {
  it('in quote: unit cost 50050', () => {
    const { lots } = run([aFill({ quantity: '1', price: '50000', fee: '50' })]);
    expect(lots).toMatchObject([{ asset: 'BTC', signedUnits: units('1'), valueUnits: units('50050') }]);
  });

  it('in base: 0.999 for 50000, unit cost 50050.05005', () => {
    const { lots } = run([aFill({ quantity: '1', price: '50000', fee: '0.001', feeAsset: 'BTC' })]);
    expect(lots).toMatchObject([{ signedUnits: units('0.999'), valueUnits: units('50000') }]);
    expect(50000 / 0.999).toBeCloseTo(50050.05005, 5);
  });

  it('in a third asset: its worth is in the cost, and it is a disposal of that asset', () => {
    const { lots, matches } = run([
      aFill({ symbol: 'BNB/USDT', quantity: '1', price: '500' }),
      aFill({ quantity: '1', price: '50000', fee: '0.02', feeAsset: 'BNB', feeValue: '12' }),
    ]);
    expect(lots).toMatchObject([
      { asset: 'BNB', signedUnits: units('0.98'), valueUnits: units('490') },
      { asset: 'BTC', signedUnits: units('1'), valueUnits: units('50012') },
    ]);
    expect(only(matches)).toMatchObject({ asset: 'BNB', purpose: 'FEE', units: units('0.02') });
    expect(gainOf(matches[0]!)).toBe(units('2'));
  });

  it('in a third asset of unknown worth: the cost is unknown, never too low', () => {
    const { lots } = run([aFill({ quantity: '1', price: '50000', fee: '0.02', feeAsset: 'KCS' })]);
    expect(lots).toMatchObject([
      { asset: 'BTC', valueUnits: null },
      { asset: 'KCS', signedUnits: units('-0.02'), valueUnits: null },
    ]);
  });
});

describe('what a transaction did to the lots', () => {
  it('takes the fee of a sale out of its proceeds', () => {
    const { matches } = run([
      aFill({ quantity: '2', price: '100' }),
      aFill({ side: 'SELL', quantity: '1', price: '130', fee: '0.13' }),
      aFill({ side: 'SELL', quantity: '0.9', price: '130', fee: '0.1', feeAsset: 'BTC' }),
    ]);
    expect(matches).toMatchObject([
      { units: units('1'), costUnits: units('100'), proceedsUnits: units('129.87') },
      { units: units('1'), costUnits: units('100'), proceedsUnits: units('117') },
    ]);
  });

  it('takes a trade of two assets for a disposal of one and an acquisition of the other', () => {
    const worth: ValueThen = (asset, amount) => (asset === 'BTC' ? amount * 50_000n : null);
    const facts = [
      aFill({ quantity: '1', price: '40000' }),
      aFill({ symbol: 'ETH/BTC', quantity: '10', price: '0.05', fee: '0.001', feeAsset: 'BTC' }),
    ];
    const { matches, lots } = run(facts, 'FIFO', worth);
    expect(only(matches)).toMatchObject({
      asset: 'BTC',
      units: units('0.501'),
      costUnits: units('20040'),
      proceedsUnits: units('25050'),
    });
    expect(lots).toMatchObject([{ asset: 'BTC' }, { asset: 'ETH', valueUnits: units('25050') }]);
    expect(run(facts).matches).toMatchObject([{ costUnits: units('20040'), proceedsUnits: null }]);
  });

  it('takes the reporting asset itself for the worth where it is the base', () => {
    const { lots, matches } = run([
      { kind: 'DEPOSIT', asset: 'TRY', units: units('100000') },
      aFill({ symbol: 'USDT/TRY', quantity: '1000', price: '40', fee: '400', feeAsset: 'TRY' }),
    ]);
    expect(only(matches)).toMatchObject({
      asset: 'TRY',
      units: units('40400'),
      costUnits: null,
      proceedsUnits: units('1010'),
    });
    expect(lots).toMatchObject([{ asset: 'TRY', signedUnits: units('59600') }]);
  });

  it('knows no cost of what was deposited, and takes no withdrawal for a sale but its fee for a disposal', () => {
    const { matches, lots } = run([
      { kind: 'DEPOSIT', asset: 'BTC', units: units('1') },
      aFill({ quantity: '1', price: '100' }),
      { kind: 'WITHDRAWAL', asset: 'BTC', units: units('1.4'), feeUnits: units('0.1') },
      { kind: 'DEPOSIT', asset: 'USDT', units: units('5') },
    ]);
    expect(matches).toMatchObject([
      { purpose: 'WITHDRAWAL', units: units('1'), costUnits: null },
      { purpose: 'WITHDRAWAL', units: units('0.4'), costUnits: units('40') },
      { purpose: 'FEE', units: units('0.1'), costUnits: units('10'), proceedsUnits: null },
    ]);
    expect(lots).toMatchObject([{ signedUnits: units('0.5'), valueUnits: units('50') }]);
  });

  it('takes a fee that was charged late for a loss of its own, in money or in kind', () => {
    const { matches } = run([
      aFill({ quantity: '2', price: '100' }),
      { late: aFill({ fee: '0.5' }) },
      { late: aFill({ fee: '-0.2' }) },
      { late: aFill({ fee: '0.01', feeAsset: 'BTC' }) },
    ]);
    expect(matches.map((match) => [match.asset, match.purpose, gainOf(match)])).toEqual([
      ['USDT', 'FEE', units('-0.5')],
      ['USDT', 'FEE', units('0.2')],
      ['BTC', 'FEE', units('-1')],
    ]);
  });

  it('says of a perpetual what it paid: realized − fees + funding, whatever the method', () => {
    const entry: LotEntry = {
      transactionId: 'ltx_1',
      kind: 'FILL',
      occurredAt: 5,
      fill: null,
      postings: [
        { account: 'wallet:BINANCE', asset: 'USDT', amount: units('9.5') },
        { account: 'realized:BINANCE:BTC/USDT:USDT', asset: 'USDT', amount: units('-10') },
        { account: 'fee:BINANCE:BTC/USDT:USDT', asset: 'USDT', amount: units('0.3') },
        { account: 'funding:BINANCE:BTC/USDT:USDT', asset: 'USDT', amount: units('0.2') },
      ],
    };
    expect(moneyResults(entry, 'USDT', UNKNOWN)).toMatchObject([
      { asset: 'BTC/USDT:USDT', purpose: 'DERIVATIVE', proceedsUnits: units('9.5') },
    ]);
    expect(lotChanges(entry, 'USDT', UNKNOWN)).toEqual([]);
    expect(moneyResults(entry, 'EUR', UNKNOWN)).toMatchObject([{ proceedsUnits: null }]);
  });
});

const someFill = fc
  .record({
    symbol: fc.constantFrom('BTC/USDT', 'ETH/USDT', 'ETH/BTC', 'BNB/USDT'),
    side: fc.constantFrom('BUY' as const, 'SELL' as const),
    baseUnits: fc.bigInt({ min: 10n ** 9n, max: 10n ** 22n }),
    notionalUnits: fc.bigInt({ min: 10n ** 9n, max: 10n ** 25n }),
    feePart: fc.integer({ min: -900, max: 900 }),
    feeIn: fc.constantFrom('base', 'quote', 'BNB', 'KCS'),
    feeValueUnits: fc.option(fc.bigInt({ min: 0n, max: 10n ** 20n })),
  })
  .map(({ symbol, feePart, feeIn, ...rest }): BookedFill => {
    const fill = aFill({ symbol, ...rest });
    const feeAsset = feeIn === 'base' ? fill.base : feeIn === 'quote' ? fill.quote : feeIn;
    return { ...fill, feeAsset, feeUnits: (fill.baseUnits * BigInt(feePart)) / 1000n };
  });
const someCash = fc.record({
  kind: fc.constantFrom('DEPOSIT' as const, 'OPENING' as const),
  asset: fc.constantFrom('BTC', 'USDT', 'KCS'),
  units: fc.bigInt({ min: 1n, max: 10n ** 22n }),
});

describe('lots and the ledger', () => {
  it('hold the same of every asset, to the last digit, by every method', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(someFill, someCash), { maxLength: 40 }),
        fc.constantFrom(...LOT_METHODS),
        (facts, method) => {
          const { lots, portfolio } = run(facts, method);
          for (const [asset] of portfolio.balances) {
            if (asset === 'USDT') continue;
            const held = lots.filter((lot) => lot.asset === asset);
            expect(held.reduce((sum, lot) => sum + lot.signedUnits, 0n)).toBe(portfolio.totalUnits(asset));
          }
        },
      ),
    );
  });

  it('agree on the whole result once everything is sold: Σ gains = realized − fees, by every method', () => {
    const trades = fc.array(
      fc.record({
        side: fc.constantFrom('BUY' as const, 'SELL' as const),
        baseUnits: fc.bigInt({ min: 1n, max: 10n ** 21n }),
        notionalUnits: fc.bigInt({ min: 1n, max: 10n ** 24n }),
        feeUnits: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(trades, fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (list, late) => {
        const fills = list.map((trade) => aFill({ ...trade }));
        const held = fills.reduce(
          (sum, { side, baseUnits }) => sum + (side === 'BUY' ? baseUnits : -baseUnits),
          0n,
        );
        if (held !== 0n) {
          const side = held > 0n ? 'SELL' : 'BUY';
          fills.push(aFill({ side, baseUnits: held < 0n ? -held : held, notionalUnits: 10n ** 20n }));
        }
        for (const method of LOT_METHODS) {
          const fees = late === 0n ? [] : [{ late: aFill({ feeUnits: late }) }];
          const { matches, lots, portfolio } = run([...fills, ...fees], method);
          const position = portfolio.positions.get('BTC/USDT');
          expect(lots).toEqual([]);
          expect(matches.reduce((sum, match) => sum + gainOf(match)!, 0n)).toBe(
            position === undefined ? 0n : netPnl(position),
          );
        }
      }),
    );
  });
});
