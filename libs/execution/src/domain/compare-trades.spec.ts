import type { FillId, OrderId } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import { compareTrades } from './compare-trades.js';
import type { BookedTrade, ListedTrade, TradesToCompare } from './compare-trades.js';

const GRID = { tickUnits: 10n ** 16n, stepUnits: 10n ** 13n };
const FROM = 1_000;
const UNTIL = 2_000;

function aTrade(number: number, changes: Partial<ListedTrade> = {}): ListedTrade {
  return {
    venueTradeId: `t${number}`,
    venueOrderId: `v${number % 7}`,
    symbol: 'BTC/USDT',
    priceTicks: 6_000_000 + number,
    lots: 10 + number,
    feeAsset: 'BTC',
    feeUnits: 10n ** 11n,
    executedAt: FROM + number,
    ...changes,
  };
}

function bookedAs(fill: ListedTrade, changes: Partial<BookedTrade> = {}): BookedTrade {
  const { symbol, venueOrderId, venueTradeId, lots, priceTicks, executedAt } = fill;
  const baseUnits = BigInt(lots) * GRID.stepUnits;
  return {
    fillId: `fil_${fill.venueTradeId}` as FillId,
    orderId: 'ord_1' as OrderId,
    symbol,
    venueOrderId,
    venueTradeId,
    side: 'BUY',
    lots,
    priceTicks,
    baseUnits,
    quoteUnits: (BigInt(priceTicks) * GRID.tickUnits * baseUnits) / 10n ** 18n,
    charged: new Map([[fill.feeAsset, fill.feeUnits]]),
    feeRevision: 0,
    role: 'TAKER',
    strategy: null,
    executedAt,
    ...changes,
  };
}

function compare(
  listed: ListedTrade[],
  booked: BookedTrade[],
  grid: TradesToCompare<ListedTrade>['grid'] = () => GRID,
) {
  return compareTrades({ listed, booked, from: FROM, until: UNTIL, grid });
}

describe('comparing trades', () => {
  const fill = aTrade(1);

  it('finds the one that is not booked, and the one that is not listed', () => {
    expect(compare([fill], [])).toEqual([{ kind: 'MISSING', listed: fill }]);
    expect(compare([], [bookedAs(fill)])).toEqual([{ kind: 'UNLISTED', booked: bookedAs(fill) }]);
  });

  it('cannot count what happened in a market that is not known', () => {
    expect(compare([fill], [], () => null)).toEqual([{ kind: 'FOREIGN', listed: fill }]);
    expect(compare([fill], [bookedAs(fill)], () => null)).toEqual([]);
  });

  it('finds a fee that came late, and one that is charged in another asset', () => {
    const unpaid = bookedAs(fill, { charged: new Map([['BTC', 0n]]) });
    expect(compare([fill], [unpaid])).toMatchObject([
      { kind: 'FEE', changes: [{ asset: 'BTC', units: 10n ** 11n }] },
    ]);
    const other = bookedAs(fill, { charged: new Map([['USDT', 5n]]) });
    expect(compare([fill], [other])).toMatchObject([
      {
        kind: 'FEE',
        changes: [
          { asset: 'BTC', units: 10n ** 11n },
          { asset: 'USDT', units: -5n },
        ],
      },
    ]);
  });

  it('finds another quantity or another price, and takes neither for a fee', () => {
    expect(compare([{ ...fill, lots: fill.lots + 1 }], [bookedAs(fill)])).toMatchObject([
      { kind: 'ALTERED' },
    ]);
    expect(compare([{ ...fill, priceTicks: 1 }], [bookedAs(fill)])).toMatchObject([{ kind: 'ALTERED' }]);
  });

  it('adds up what shares an id: two fills, of which one is booked, are not what is booked', () => {
    const twin = { ...fill, lots: 3 };
    expect(compare([fill, twin], [bookedAs(fill)])).toMatchObject([{ kind: 'ALTERED' }]);
  });

  it('judges nothing of before its time, and misses nothing that may be on its way', () => {
    const early = aTrade(2, { executedAt: FROM - 1 });
    const late = aTrade(3, { executedAt: UNTIL });
    expect(compare([early, late], [])).toEqual([]);
    expect(compare([], [bookedAs(early), bookedAs(late)])).toEqual([]);
    const unpaid = { charged: new Map() };
    expect(compare([early, late], [bookedAs(early, unpaid), bookedAs(late, unpaid)])).toMatchObject([
      { kind: 'FEE', listed: late },
    ]);
  });

  it('agrees with itself, and finds exactly what was taken away on either side, in any order', () => {
    const numbers = fc.uniqueArray(fc.nat({ max: 900 }), { maxLength: 40 });
    fc.assert(
      fc.property(numbers, fc.func(fc.constantFrom('BOTH', 'VENUE', 'BOOKS', 'FEE')), (all, where) => {
        const trades = all.map((number) => aTrade(number));
        const at = (fill: ListedTrade) => where(fill.venueTradeId);
        const listed = trades.filter((fill) => at(fill) !== 'BOOKS').toReversed();
        const booked = trades
          .filter((fill) => at(fill) !== 'VENUE')
          .map((fill) => bookedAs(fill, at(fill) === 'FEE' ? { charged: new Map() } : {}));
        const found = compare(listed, booked).map((finding) => [
          finding.kind,
          (finding.kind === 'UNLISTED' ? finding.booked : finding.listed).venueTradeId,
        ]);
        const kinds: Record<string, string> = { VENUE: 'MISSING', BOOKS: 'UNLISTED', FEE: 'FEE' };
        const expected = trades
          .filter((fill) => at(fill) !== 'BOTH')
          .map((fill) => [kinds[at(fill)], fill.venueTradeId]);
        const sorted = (pairs: (string | undefined)[][]) => pairs.map(String).sort();
        expect(sorted(found)).toEqual(sorted(expected));
      }),
    );
  });
});
