import type { AccountId } from '@sextant/kernel';
import fc from 'fast-check';
import { CARRIED_MS, sumEquity } from './equity-series.js';
import type { EquitySlot } from './equity-series.js';

const [A, B] = ['acc_1', 'acc_2'] as AccountId[] as [AccountId, AccountId];
const STEP = 900_000;
const HOUR = 3_600_000;

function slot(accountId: AccountId, at: number, equity: number | null, flow = 0): EquitySlot {
  const equityUnits = equity === null ? null : BigInt(equity);
  return {
    accountId,
    slot: Math.ceil(at / STEP) * STEP,
    at,
    equityUnits,
    complete: equityUnits !== null,
    lowUnits: equityUnits,
    highUnits: equityUnits,
    flowUnits: BigInt(flow),
    unconvertedUnits: 0n,
    convert: (units) => units,
  };
}

describe('the equity of several accounts', () => {
  it('is the last value of each at the end of an interval, with the lowest and the highest between', () => {
    const slots = [
      slot(A, STEP, 100),
      slot(B, STEP, 10),
      slot(A, 2 * STEP, 90),
      slot(B, 2 * STEP, 5),
      slot(A, 3 * STEP, 120),
      slot(B, 3 * STEP, 12, 3),
    ];
    expect(sumEquity(slots, [], HOUR)).toEqual([
      { at: 3 * STEP, equityUnits: 132n, flowUnits: 3n, complete: true, lowUnits: 95n, highUnits: 132n },
    ]);
  });

  it('keeps the value of one account beside newer ones of the other for an hour, and no longer', () => {
    const slots = [slot(A, 0, 100), slot(B, 0, 10), slot(B, CARRIED_MS, 20), slot(B, CARRIED_MS + 1, 30)];
    expect(sumEquity(slots, [], STEP).map(({ equityUnits, complete }) => [equityUnits, complete])).toEqual([
      [110n, true],
      [120n, true],
      [null, false],
    ]);
  });

  it('does not take an account that was down before the first point for one that holds nothing', () => {
    const { slot: _, ...before } = slot(A, 0, 100);
    const [point] = sumEquity([slot(B, 10 * HOUR, 10)], [before], HOUR);
    expect(point).toMatchObject({ equityUnits: null, complete: false });
  });

  it('counts an account from its first point on', () => {
    const points = sumEquity(
      [slot(A, STEP, 100), slot(A, 2 * STEP, 100), slot(B, 2 * STEP, 50, 50)],
      [],
      STEP,
    );
    expect(points.map(({ equityUnits, flowUnits }) => [equityUnits, flowUnits])).toEqual([
      [100n, 0n],
      [150n, 50n],
    ]);
  });

  it('does not know the sum while one part is not known, and has no point where nobody has', () => {
    const slots = [slot(A, STEP, 100), slot(B, STEP, null), slot(A, 9 * HOUR, 100), slot(B, 9 * HOUR, 1)];
    expect(sumEquity(slots, [], HOUR).map(({ at, equityUnits }) => [at, equityUnits])).toEqual([
      [STEP, null],
      [9 * HOUR, 101n],
    ]);
  });

  it('counts a flow that has no rate to the asset in the first point that has one', () => {
    const waiting = { ...slot(A, STEP, null), convert: null, unconvertedUnits: 7n };
    const later = { ...slot(A, 2 * STEP, 30), convert: (units: bigint) => units * 2n };
    expect(sumEquity([waiting, later], [], STEP)).toMatchObject([
      { flowUnits: 0n, complete: false },
      { flowUnits: 14n, complete: true },
    ]);
  });

  it('loses no flow and no extreme, however wide the intervals are', () => {
    const moves = fc.array(
      fc.record({ of: fc.constantFrom(A, B), equity: fc.integer(), flow: fc.integer() }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(moves, fc.constantFrom(1, 2, 4, 96), (list, width) => {
        const slots = list.map(({ of, equity, flow }, n) => slot(of, (n + 1) * STEP, equity, flow));
        const fine = sumEquity(slots, [], STEP);
        const wide = sumEquity(slots, [], width * STEP);
        const flows = (points: { flowUnits: bigint }[]) =>
          points.reduce((sum, one) => sum + one.flowUnits, 0n);
        expect(flows(wide)).toBe(list.reduce((sum, { flow }) => sum + BigInt(flow), 0n));
        for (const bucket of wide) {
          const end = Math.ceil(bucket.at / (width * STEP)) * width * STEP;
          const inside = fine.filter(({ at }) => at <= end && at > end - width * STEP);
          const known = inside.map(({ equityUnits }) => equityUnits).filter((one) => one !== null);
          expect(bucket.equityUnits).toBe(inside.at(-1)!.equityUnits);
          expect(bucket.lowUnits).toBe(known.length === 0 ? null : known.reduce((a, b) => (a < b ? a : b)));
          expect(bucket.highUnits).toBe(known.length === 0 ? null : known.reduce((a, b) => (a > b ? a : b)));
        }
      }),
    );
  });
});
