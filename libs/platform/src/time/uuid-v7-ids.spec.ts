import { parseId } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import { ManualClock } from './manual-clock.js';
import { UuidV7Ids } from './uuid-v7-ids.js';

it('makes ids of RFC 9562 version 7 with the time in front', () => {
  const clock = new ManualClock(0x0123_4567_89ab);
  const id = new UuidV7Ids(clock).next('ord');
  expect(id).toMatch(/^ord_0123456789ab7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
  expect(parseId('ord', id)).toBe(id);
});

it('ascends strictly, whatever the clock does and however many are taken', () => {
  const moves = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 6_000 })), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(moves, (steps) => {
      const clock = new ManualClock();
      const ids = new UuidV7Ids(clock);
      const disorder: string[] = [];
      let last = '';
      for (const [ms, count] of steps) {
        clock.jumpTo(clock.now() + ms);
        for (let taken = 0; taken < count; taken += 1) {
          const id = ids.next('fil');
          if (id <= last) disorder.push(`${id} after ${last}`);
          last = id;
        }
      }
      expect(disorder).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

it('two sources at the same time do not meet', () => {
  const clock = new ManualClock();
  const [one, two] = [new UuidV7Ids(clock), new UuidV7Ids(clock)];
  const all = new Set<string>();
  for (let taken = 0; taken < 20_000; taken += 1) all.add(one.next('ord')).add(two.next('ord'));
  expect(all.size).toBe(40_000);
});
