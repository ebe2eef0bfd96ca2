import { fc } from '../../../../../test/support/property.js';
import { covers, joined, missing, without } from './spans.js';
import type { Span } from './spans.js';

const spans = fc.array(
  fc.tuple(fc.nat(60), fc.nat(20)).map(([from, length]): Span => ({ from, to: from + length })),
  { maxLength: 8 },
);
const within = (all: readonly Span[], at: number) => all.some(({ from, to }) => from <= at && at < to);
const moments = Array.from({ length: 100 }, (_, at) => at);

it('spans joined, their gaps, and what is cut out of them say the same of every moment', () => {
  fc.assert(
    fc.property(spans, fc.nat(50), fc.nat(40), (some, from, length) => {
      const range = { from, to: from + length };
      const known = joined(some);
      const gaps = missing(known, range);
      const rest = without(known, range);
      for (const at of moments) {
        expect(within(known, at)).toBe(within(some, at));
        expect(within(gaps, at)).toBe(within([range], at) && !within(some, at));
        expect(within(rest, at)).toBe(within(some, at) && !within([range], at));
      }
      expect(known.every((span, at) => at === 0 || (known[at - 1] as Span).to < span.from)).toBe(true);
      const inside = moments.slice(range.from, range.to).every((at) => within(known, at));
      if (length > 0) expect(covers(known, range)).toBe(inside);
    }),
  );
});
