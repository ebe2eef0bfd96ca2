import { fc } from '../../../../test/support/property.js';
import { PriceLadder } from './price-ladder.js';
import type { Rung } from './price-ladder.js';

const rungs = fc.array(
  fc.record({ ticks: fc.integer({ min: 1, max: 50 }), upwards: fc.boolean(), item: fc.nat(1_000) }),
  { maxLength: 40 },
);

it('gives every rung to the first price that reaches it, nearest first, and to no other', () => {
  fc.assert(
    fc.property(rungs, fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 20 }), (made, prices) => {
      const ladder = new PriceLadder<number>();
      for (const rung of made) ladder.add(rung);
      let waiting = made;
      for (const price of prices) {
        const due = waiting.filter(({ ticks, upwards }) => (upwards ? ticks <= price : ticks >= price));
        const reached = ladder.reached(price, price);
        expect(new Set(reached)).toEqual(new Set(due));
        expect(reached).toHaveLength(due.length);
        waiting = waiting.filter((rung) => !due.includes(rung));
        expect(ladder.size).toBe(waiting.length);
      }
    }),
  );
});

it('gives back exactly the rung that is taken off, also among equals', () => {
  fc.assert(
    fc.property(rungs, fc.nat(), (made, pick) => {
      const ladder = new PriceLadder<number>();
      for (const rung of made) ladder.add(rung);
      const gone = made[pick % Math.max(1, made.length)];
      if (gone !== undefined) ladder.remove(gone);
      const left: Rung<number>[] = [...ladder.reached(100, 100), ...ladder.reached(0, 0)];
      expect(new Set(left)).toEqual(new Set(made.filter((rung) => rung !== gone)));
    }),
  );
});

it('takes a price between two ticks for neither of them', () => {
  const ladder = new PriceLadder<string>();
  ladder.add({ ticks: 10, upwards: false, item: 'stop' });
  ladder.add({ ticks: 11, upwards: true, item: 'target' });
  expect(ladder.reached(10, 11)).toEqual([]);
  expect(ladder.reached(10, 10).map(({ item }) => item)).toEqual(['stop']);
});
