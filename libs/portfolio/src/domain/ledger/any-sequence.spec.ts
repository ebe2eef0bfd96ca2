import type { AccountId } from '@sextant/kernel';
import { PortfolioAggregate } from '../portfolio-aggregate.js';
import type { Booking } from '../portfolio-aggregate.js';
import type { BookedFill } from '../positions/booked-fill.js';
import { aFill } from '../positions/fills.contract.js';
import { LedgerFold } from './ledger-fold.js';
import type { LedgerEntry } from './ledger-fold.js';
import type { CashFact, FundingFact } from './plan-postings.js';
import { assertBalanced } from './posting.js';
import { TrialBalance } from './trial-balance.js';
import { fc } from '../../../../../test/support/property.js';

const ACCOUNT = 'acc_00000000000000000000000000000001' as AccountId;
const UNIT = 10n ** 18n;

type Happening =
  { fill: BookedFill } | { lateFee: BookedFill } | { fact: CashFact } | { funding: FundingFact };

const amount = fc.bigInt({ min: 1n, max: 10n ** 22n });
const signed = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).filter((units) => units !== 0n);

/** Whatever can happen in one market and its assets; the base of a perpetual is never in a wallet. */
function happenings(symbol: string): fc.Arbitrary<Happening[]> {
  const [base = '', quote = ''] = symbol.split(/[/:]/);
  const perpetual = symbol.includes(':');
  const fill = fc
    .record({
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      baseUnits: amount,
      notionalUnits: amount,
      feePart: fc.integer({ min: -500, max: 500 }),
      feeAsset: perpetual ? fc.constant(quote) : fc.constantFrom(base, quote),
      strategy: fc.constantFrom(null, 'grid'),
    })
    .map(({ feePart, ...rest }) => {
      const whole = rest.feeAsset === base ? rest.baseUnits : UNIT;
      return aFill({ symbol, ...rest, base, quote, feeUnits: (whole * BigInt(feePart)) / 1000n });
    });
  const cash = fc.record({
    kind: fc.constantFrom('DEPOSIT' as const, 'OPENING' as const, 'CORRECTION' as const),
    asset: perpetual ? fc.constant(quote) : fc.constantFrom(base, quote),
    units: amount,
  });
  const transfer = cash.map(({ asset, units }): CashFact => {
    return { kind: 'TRANSFER', asset, units, counterpart: ACCOUNT, feeUnits: 7n };
  });
  const kinds: fc.Arbitrary<Happening>[] = [
    fill.map((one) => ({ fill: one })),
    fill.filter(({ feeUnits }) => feeUnits !== 0n).map((lateFee) => ({ lateFee })),
    fc.oneof(cash, transfer).map((fact) => ({ fact })),
  ];
  const funding = signed.map((units) => {
    return { funding: { kind: 'FUNDING', symbol, positionSide: 'NET', asset: quote, units } as FundingFact };
  });
  return fc.array(fc.oneof(...kinds, ...(perpetual ? [funding] : [])), { maxLength: 14 });
}

const anything = fc
  .tuple(happenings('BTC/USDT'), happenings('ETH/USDT'), happenings('BTC/USDT:USDT'))
  .chain((groups) => fc.shuffledSubarray(groups.flat(), { minLength: groups.flat().length }));

/** Times are of the happening, not of its place, so that the order of arrival is told from the order in time. */
function book(what: readonly Happening[], times = new Map(what.map((one, index) => [one, 1_000 + index]))) {
  const live = PortfolioAggregate.open(ACCOUNT, 'PAPER');
  const entries = what.map((one): LedgerEntry => {
    const occurredAt = times.get(one)!;
    const { postings } = bookOne(live, one, occurredAt);
    const told = 'fill' in one ? one.fill : 'lateFee' in one ? one.lateFee : null;
    const fill = told === null ? null : { ...told, executedAt: occurredAt };
    return { occurredAt, postings, fill: 'fill' in one ? fill : null, fee: 'lateFee' in one ? fill : null };
  });
  return { live, entries };
}

function bookOne(live: PortfolioAggregate, one: Happening, executedAt: number): Booking {
  if ('fill' in one) return live.applyFill({ ...one.fill, executedAt });
  if ('lateFee' in one) return live.applyFee({ ...one.lateFee, executedAt });
  return 'fact' in one ? live.applyCash(one.fact, 0n) : live.applyFunding(one.funding, executedAt);
}

function foldOf(entries: readonly LedgerEntry[]) {
  const fold = new LedgerFold();
  for (const entry of entries) fold.add(entry);
  const { balances, positions, strategies } = fold.snapshot(ACCOUNT, 'PAPER');
  const virtual = strategies.flatMap(({ strategy, positions: held }) =>
    held.map((one) => ({ strategy, ...one })),
  );
  return [balances, positions, virtual].map((rows) => rows.map(asText).sort());
}

function asText(row: object): string {
  return JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
}

describe('any sequence of fills, late fees, funding, deposits and transfers', () => {
  it('balances: each entry by itself, and all of them together', () => {
    fc.assert(
      fc.property(anything, (what) => {
        const trial = new TrialBalance();
        for (const { postings } of book(what).entries) {
          assertBalanced(postings);
          trial.add(postings);
        }
        expect(trial.totals().filter(({ amount: total }) => total !== 0n)).toEqual([]);
      }),
    );
  });

  it('folds to the live portfolio, and folding it again changes nothing', () => {
    fc.assert(
      fc.property(anything, (what) => {
        const { live, entries } = book(what);
        const once = foldOf(entries);
        expect(foldOf(entries)).toEqual(once);
        expect(once[1]).toEqual([...live.positions.values()].map(asText).sort());
        for (const [asset, { freeUnits }] of live.balances) {
          expect(once[0]).toContain(asText({ asset, totalUnits: freeUnits }));
        }
      }),
    );
  });

  it('comes to the same whatever the order in which independent ones arrive', () => {
    const independent = fc.tuple(happenings('BTC/USDT'), happenings('ETH/EUR'), happenings('SOL/USDC:USDC'));
    fc.assert(
      fc.property(independent, fc.infiniteStream(fc.nat({ max: 2 })), (groups, choice) => {
        const inOrder = groups.flat();
        const times = new Map(inOrder.map((one, index) => [one, 1_000 + index]));
        const queues = groups.map((group) => [...group]);
        const arrived: Happening[] = [];
        while (arrived.length < inOrder.length) {
          const queue = queues[choice.next().value!]!;
          if (queue.length > 0) arrived.push(queue.shift()!);
        }
        expect(foldOf(book(arrived, times).entries)).toEqual(foldOf(book(inOrder, times).entries));
      }),
    );
  });
});
