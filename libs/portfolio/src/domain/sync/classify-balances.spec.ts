import { fc } from '../../../../../test/support/property.js';
import { classifyBalances, isOpen, syncVerdict } from './classify-balances.js';
import type { BalanceInput, TradesAre } from './classify-balances.js';

const units = fc.bigInt({ min: 0n, max: 10n ** 24n });
const assets = ['BTC', 'ETH', 'USDT'];

/** Any two books, any tolerance, anything under way, any word of anybody. */
const anyInput = fc
  .record({
    ledger: fc.dictionary(fc.constantFrom(...assets), units),
    venue: fc.dictionary(fc.constantFrom(...assets), units),
    firstSight: fc.boolean(),
    moving: fc.subarray(assets),
    tolerance: fc.bigInt({ min: 0n, max: 10n ** 12n }),
    healed: fc.bigInt({ min: 0n, max: 10n ** 12n }),
    trades: fc.constantFrom<TradesAre>('AGREE', 'DIFFER', 'UNKNOWN'),
    accepted: fc.constantFrom(null, 'TRANSFER' as const, 'CORRECTION' as const),
  })
  .map(({ ledger, venue, firstSight, moving, tolerance, healed, trades, accepted }) =>
    anInput({
      ledger: new Map(Object.entries(ledger)),
      venue: new Map(Object.entries(venue)),
      firstSight,
      inFlight: (asset) => moving.includes(asset),
      toleranceUnits: () => tolerance,
      healedUnits: () => healed,
      trades,
      accepts: () => accepted && { as: accepted, note: 'somebody knows' },
    }),
  );

function anInput(changes: Partial<BalanceInput>): BalanceInput {
  return {
    ledger: new Map([['USDT', 1_000n]]),
    venue: new Map([['USDT', 1_000n]]),
    firstSight: false,
    inFlight: () => false,
    toleranceUnits: () => 10n,
    healedUnits: () => 0n,
    trades: 'AGREE',
    accepts: () => null,
    ...changes,
  };
}

const classOf = (changes: Partial<BalanceInput>) => classifyBalances(anInput(changes))[0]!.classification;
const venue = (held: bigint) => new Map([['USDT', held]]);
const size = (value: bigint) => (value < 0n ? -value : value);

describe('classifying balances', () => {
  it.each([
    ['EQUAL', {}],
    ['OPENING', { firstSight: true, venue: venue(2_000n) }],
    ['UNKNOWN_WITHDRAWAL', { firstSight: true, venue: venue(1n) }],
    ['IN_FLIGHT', { inFlight: () => true, venue: venue(2_000n) }],
    ['DUST', { venue: venue(1_010n) }],
    ['DUST', { venue: venue(990n) }],
    ['UNKNOWN_DEPOSIT', { venue: venue(1_011n) }],
    ['UNKNOWN_WITHDRAWAL', { venue: venue(989n) }],
    ['UNEXPLAINED', { venue: venue(1_011n), trades: 'UNKNOWN' as const }],
    ['UNEXPLAINED', { venue: venue(989n), trades: 'DIFFER' as const }],
    ['TRANSFER', { venue: venue(5n), accepts: () => ({ as: 'TRANSFER' as const, note: 'mine' }) }],
    [
      'CORRECTION',
      {
        venue: venue(5n),
        trades: 'UNKNOWN' as const,
        accepts: () => ({ as: 'CORRECTION' as const, note: 'x' }),
      },
    ],
  ])('says %s', (expected, changes) => {
    expect(classOf(changes)).toBe(expected);
  });

  it('takes no drop after drop for dust: what was taken over within the day uses the tolerance up', () => {
    expect(classOf({ venue: venue(1_004n), healedUnits: () => 6n })).toBe('DUST');
    expect(classOf({ venue: venue(1_005n), healedUnits: () => 6n })).toBe('UNKNOWN_DEPOSIT');
    expect(classOf({ venue: venue(1_001n), healedUnits: () => 99n })).toBe('UNKNOWN_DEPOSIT');
  });

  it('names every asset of either side once, in order, and nothing is lost between the columns', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const told = classifyBalances(input);
        const named = told.map(({ asset }) => asset);
        expect(named).toEqual([...new Set([...input.ledger.keys(), ...input.venue.keys()])].sort());
        for (const { asset, ledgerUnits, venueUnits, differenceUnits } of told) {
          expect(ledgerUnits).toBe(input.ledger.get(asset) ?? 0n);
          expect(ledgerUnits + differenceUnits).toBe(venueUnits);
        }
      }),
    );
  });

  it('heals nothing beyond what is left of the tolerance, and nothing that moves', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        for (const { asset, differenceUnits, classification } of classifyBalances(input)) {
          if (classification === 'EQUAL') expect(differenceUnits).toBe(0n);
          if (classification !== 'DUST') continue;
          expect(size(differenceUnits) + input.healedUnits(asset)).toBeLessThanOrEqual(
            input.toleranceUnits(asset),
          );
          expect(input.inFlight(asset)).toBe(false);
        }
      }),
    );
  });

  it('books on somebody’s word only what nothing else explains, and keeps the word', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        for (const { asset, differenceUnits, classification, note } of classifyBalances(input)) {
          const isTaken = classification === 'TRANSFER' || classification === 'CORRECTION';
          expect(note).toBe(isTaken ? 'somebody knows' : null);
          if (isTaken) expect(input.accepts(asset, differenceUnits)?.as).toBe(classification);
        }
      }),
    );
  });

  it('calls it money from or to outside only when every trade agrees, by its sign', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        for (const { differenceUnits, classification } of classifyBalances(input)) {
          if (classification === 'UNKNOWN_DEPOSIT') expect(differenceUnits > 0n).toBe(true);
          if (classification === 'UNKNOWN_WITHDRAWAL') expect(differenceUnits < 0n).toBe(true);
          if (classification.startsWith('UNKNOWN')) expect(input.trades).toBe('AGREE');
        }
      }),
    );
  });

  it('wants a person exactly when something is left open, whatever else was found', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const told = classifyBalances(input);
        const open = told.some(({ classification }) => isOpen(classification));
        const equal = told.every(({ classification }) => classification === 'EQUAL');
        expect(syncVerdict(told)).toBe(open ? 'UNEXPLAINED' : equal ? 'EQUAL' : 'EXPLAINED');
      }),
    );
  });
});
