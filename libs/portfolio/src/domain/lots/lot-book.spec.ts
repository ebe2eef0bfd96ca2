import { mulDivHalfEven, ONE } from '@sextant/kernel';
import { units } from '../positions/fills.contract.js';
import { gainOf, LOT_METHODS } from './lot.js';
import type { LotChange, LotMatch, LotMethod } from './lot.js';
import { LotBook } from './lot-book.js';
import { fc } from '../../../../../test/support/property.js';

let count = 0;

function change(quantity: string, value: string | null, rest: Partial<LotChange> = {}): LotChange {
  count += 1;
  return {
    asset: 'BTC',
    purpose: 'TRADE',
    signedUnits: units(quantity),
    valueUnits: value === null ? null : units(value),
    at: count,
    reference: `ltx_${count}`,
    ...rest,
  };
}

/** Buy 1 @100 (fee 0.10), buy 1 @120 (fee 0.12), sell 1.5 @130 (fee 0.195): fees capitalised and netted. */
const WORKED = [change('1', '100.1'), change('1', '120.12'), change('-1.5', '194.805')];

function run(method: LotMethod, changes: readonly LotChange[]) {
  const book = new LotBook(method);
  return { matches: changes.flatMap((one) => book.apply(one)), lots: book.lots() };
}

const gains = (matches: readonly LotMatch[]) => matches.reduce((sum, match) => sum + gainOf(match)!, 0n);

describe('the worked example of cost basis', () => {
  it.each([
    ['AVERAGE', '29.64', '55.055'],
    ['FIFO', '34.645', '60.06'],
    ['LIFO', '24.635', '50.05'],
    ['HIFO', '24.635', '50.05'],
  ] as const)(
    '%s realizes %s and keeps 0.5 at %s; both together are 39.585 at 130',
    (method, realized, cost) => {
      const { matches, lots } = run(method, WORKED);
      expect(gains(matches)).toBe(units(realized));
      expect(lots.map(({ signedUnits }) => signedUnits)).toEqual([units('0.5')]);
      expect(lots[0]!.valueUnits).toBe(units(cost));
      expect(gains(matches) + mulDivHalfEven(units('0.5'), units('130'), ONE) - units(cost)).toBe(
        units('39.585'),
      );
    },
  );
});

describe('the order in which lots go', () => {
  const three = [change('1', '100'), change('1', '300'), change('1', '200')];
  it.each([
    ['FIFO', ['100', '300', '200']],
    ['LIFO', ['200', '300', '100']],
    ['HIFO', ['300', '200', '100']],
    ['AVERAGE', ['200', '200', '200']],
  ] as const)('is by %s', (method, costs) => {
    const { matches } = run(method, [...three, ...costs.map(() => change('-1', '400'))]);
    expect(matches.map(({ costUnits }) => costUnits)).toEqual(costs.map((cost) => units(cost)));
  });

  it('by HIFO compares what a unit cost, takes the older of equals, and the unknown last', () => {
    const lots = [change('10', '900'), change('1', null), change('1', '100'), change('2', '200')];
    const { matches } = run('HIFO', [...lots, change('-14', '1400')]);
    expect(matches.map(({ acquiredBy }) => acquiredBy)).toEqual(
      [lots[2]!, lots[3]!, lots[0]!, lots[1]!].map(({ reference }) => reference),
    );
  });
});

describe('lots', () => {
  it('are owed where more was sold than there was, and gain when they are bought back', () => {
    const { matches, lots } = run('FIFO', [change('1', '100'), change('-3', '390'), change('1', '120')]);
    expect(matches.map(gainOf)).toEqual([units('30'), units('10')]);
    expect(matches[1]).toMatchObject({ acquiredAt: expect.any(Number) as number, units: units('1') });
    expect(matches[1]!.disposedAt).toBeLessThan(matches[1]!.acquiredAt);
    expect(lots).toMatchObject([{ signedUnits: units('-1'), valueUnits: units('130') }]);
  });

  it('of unknown cost make no gain that anybody could state', () => {
    const { matches } = run('FIFO', [change('1', null), change('1', '100'), change('-2', '300')]);
    expect(matches.map(gainOf)).toEqual([null, units('50')]);
    expect(
      run('AVERAGE', [change('1', null), change('1', '100'), change('-2', '300')]).matches,
    ).toMatchObject([{ costUnits: null, proceedsUnits: units('300') }]);
  });

  it('that are withdrawn go at their cost and realize nothing', () => {
    const { matches } = run('FIFO', [change('1', '100'), change('-1', null, { purpose: 'WITHDRAWAL' })]);
    expect(matches).toMatchObject([{ costUnits: units('100'), proceedsUnits: null }]);
    expect(gainOf(matches[0]!)).toBeNull();
  });
});

const someChanges = fc.array(
  fc
    .record({
      asset: fc.constantFrom('BTC', 'ETH'),
      sign: fc.constantFrom(1n, -1n),
      size: fc.bigInt({ min: 1n, max: 10n ** 21n }),
      valueUnits: fc.bigInt({ min: 0n, max: 10n ** 24n }),
    })
    .map(({ sign, size, ...rest }) => change('0', '0', { ...rest, signedUnits: sign * size })),
  { maxLength: 60 },
);

describe('whatever comes and goes', () => {
  it.each(LOT_METHODS)('%s conserves every quantity and every value exactly', (method) => {
    fc.assert(
      fc.property(someChanges, (changes) => {
        const { matches, lots } = run(method, changes);
        for (const asset of ['BTC', 'ETH']) {
          const own = changes.filter((one) => one.asset === asset);
          const matched = matches.filter((match) => match.asset === asset);
          const held = lots.filter((lot) => lot.asset === asset);
          const sum = <T>(list: readonly T[], pick: (item: T) => bigint) =>
            list.reduce((total, item) => total + pick(item), 0n);
          const incoming = own.filter(({ signedUnits }) => signedUnits > 0n);
          const outgoing = own.filter(({ signedUnits }) => signedUnits < 0n);
          const kept = held.filter(({ signedUnits }) => signedUnits > 0n);
          const owed = held.filter(({ signedUnits }) => signedUnits < 0n);
          expect(sum(held, (lot) => lot.signedUnits)).toBe(sum(own, (one) => one.signedUnits));
          expect(sum(matched, ({ units: size }) => size) + sum(kept, (lot) => lot.signedUnits)).toBe(
            sum(incoming, (one) => one.signedUnits),
          );
          expect(sum(matched, (match) => match.costUnits!) + sum(kept, (lot) => lot.valueUnits!)).toBe(
            sum(incoming, (one) => one.valueUnits!),
          );
          expect(sum(matched, (match) => match.proceedsUnits!) + sum(owed, (lot) => lot.valueUnits!)).toBe(
            sum(outgoing, (one) => one.valueUnits!),
          );
          expect(kept.length === 0 || owed.length === 0).toBe(true);
        }
      }),
    );
  });

  it('realized and unrealized together are the same by every method, to the last digit', () => {
    fc.assert(
      fc.property(someChanges, fc.bigInt({ min: 1n, max: 10n ** 24n }), (changes, mark) => {
        const totals = LOT_METHODS.map((method) => {
          const { matches, lots } = run(method, changes);
          const held = new Map<string, { signedUnits: bigint; costUnits: bigint }>();
          for (const { asset, signedUnits, valueUnits } of lots) {
            const sums = held.get(asset) ?? { signedUnits: 0n, costUnits: 0n };
            sums.signedUnits += signedUnits;
            sums.costUnits += signedUnits > 0n ? valueUnits! : -valueUnits!;
            held.set(asset, sums);
          }
          const open = [...held.values()].map(
            (sums) => mulDivHalfEven(sums.signedUnits, mark, ONE) - sums.costUnits,
          );
          return open.reduce((sum, value) => sum + value, gains(matches));
        });
        expect(new Set(totals).size).toBe(1);
      }),
    );
  });
});
