import { fc } from '../../../../test/support/property.js';
import { Book } from './book.js';
import type { BookEntry } from './book.js';
import type { Side } from './order.js';

/** The same book as plainly as it can be written: one list in order of arrival. */
class PlainBook {
  private entries: { side: Side; ticks: number; lots: number; name: number }[] = [];

  append(side: Side, ticks: number, lots: number, name: number): void {
    this.entries.push({ side, ticks, lots, name });
  }

  reduce(name: number, lots: number): void {
    for (const entry of this.entries) if (entry.name === name) entry.lots -= lots;
    this.entries = this.entries.filter((entry) => entry.lots > 0);
  }

  /** Per price, best first: the sizes in the queue. */
  queues(side: Side): [ticks: number, sizes: number[]][] {
    const own = this.entries.filter((entry) => entry.side === side);
    const prices = [...new Set(own.map(({ ticks }) => ticks))].sort((a, b) =>
      side === 'BUY' ? b - a : a - b,
    );
    return prices.map((price) => [price, own.filter(({ ticks }) => ticks === price).map(({ lots }) => lots)]);
  }
}

function queuesOf(book: Book, side: Side): [number, number[]][] {
  return [...book.levels(side)].map((level) => {
    const sizes: number[] = [];
    for (let entry = level.head; entry !== null; entry = entry.next) sizes.push(entry.lots);
    return [level.ticks, sizes];
  });
}

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('append', 'append', 'reduce'),
    side: fc.constantFrom<Side>('BUY', 'SELL'),
    ticks: fc.integer({ min: 1, max: 12 }),
    lots: fc.integer({ min: 1, max: 9 }),
    target: fc.nat(),
  }),
  { maxLength: 120 },
);

describe('the price-time book', () => {
  it('holds the same queues as a plain list, and tells every change of a level', () => {
    fc.assert(
      fc.property(steps, (played) => {
        const book = new Book();
        const plain = new PlainBook();
        const live: { entry: BookEntry; name: number }[] = [];
        const told = { BUY: new Map<number, number>(), SELL: new Map<number, number>() };
        for (const [name, step] of played.entries()) {
          if (step.kind === 'append') {
            live.push({ entry: book.append(step.side, step.ticks, step.lots, null), name });
            plain.append(step.side, step.ticks, step.lots, name);
          } else if (live.length > 0) {
            const index = step.target % live.length;
            const { entry, name: known } = live[index]!;
            const lots = Math.min(step.lots, entry.lots);
            book.reduce(entry, lots);
            plain.reduce(known, lots);
            if (entry.lots === 0) live.splice(index, 1);
          }
          for (const side of ['BUY', 'SELL'] as const) {
            for (const [ticks, lots] of book.takeChanges(side)) {
              if (lots === 0) told[side].delete(ticks);
              else told[side].set(ticks, lots);
            }
          }
        }
        for (const side of ['BUY', 'SELL'] as const) {
          const queues = plain.queues(side);
          expect(queuesOf(book, side)).toEqual(queues);
          const sums = queues.map(([ticks, sizes]) => [ticks, sizes.reduce((sum, size) => sum + size, 0)]);
          expect(book.depth(side)).toEqual(sums);
          expect([...told[side]].sort((a, b) => a[0] - b[0])).toEqual(sums.sort((a, b) => a[0]! - b[0]!));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('refuses to take more than an entry has', () => {
    const book = new Book();
    const entry = book.append('BUY', 10, 5, null);
    expect(() => book.reduce(entry, 6)).toThrow('cannot take 6 of 5 lots');
    expect(book.depth('BUY')).toEqual([[10, 5]]);
  });
});
