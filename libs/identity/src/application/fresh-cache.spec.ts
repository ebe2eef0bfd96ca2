import { DomainError } from '@sextant/kernel';
import { ManualClock } from '@sextant/platform';
import { FreshCache } from './fresh-cache.js';

const outage = () => new DomainError('DATABASE_UNAVAILABLE', 'away');

function setUp(answer: { value: string | null; error?: Error }) {
  const clock = new ManualClock();
  const world = { ...answer, lookups: 0 };
  const cache = new FreshCache<string>(clock, async () => {
    world.lookups++;
    if (world.error !== undefined) throw world.error;
    return world.value;
  });
  return { clock, world, cache };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('answers from memory, at once, what it looked up a moment ago', async () => {
  const { cache, clock, world } = setUp({ value: 'A' });
  await cache.get('k');
  clock.advance(1000);
  expect([cache.get('k'), world.lookups]).toEqual(['A', 1]);
});

it('sees a revocation within five seconds, used all the time or not at all', async () => {
  for (const steps of [[4100], [1600, 100], [700, 700, 700, 700, 700, 700]]) {
    const { cache, clock, world } = setUp({ value: 'A' });
    await cache.get('k');
    world.value = null;
    for (const step of steps) {
      clock.advance(step);
      void cache.get('k');
      await settle();
    }
    expect(await cache.get('k')).toBeNull();
  }
});

it('looks up once for many who ask at the same time', async () => {
  const { cache, world } = setUp({ value: 'A' });
  await Promise.all(Array.from({ length: 50 }, () => cache.get('k')));
  expect(world.lookups).toBe(1);
});

it('believes what it knew while the database is away, and asks again about once a second', async () => {
  const { cache, clock, world } = setUp({ value: 'A' });
  await cache.get('k');
  world.error = outage();
  for (let second = 0; second < 60; second++) {
    clock.advance(1001);
    expect(await cache.get('k')).toBe('A');
    expect(await cache.get('k')).toBe('A');
    await settle();
  }
  expect(world.lookups).toBeLessThan(65);
  world.error = undefined as never;
  world.value = null;
  clock.advance(5000);
  expect(await cache.get('k')).toBeNull();
});

it('believes nobody it never knew, and nobody for longer than half a day', async () => {
  const { cache, clock, world } = setUp({ value: 'A' });
  await cache.get('k');
  world.error = outage();
  await expect(cache.get('other')).rejects.toThrow('away');
  clock.advance(12 * 3_600_000 + 1);
  await expect(cache.get('k')).rejects.toThrow('away');
});

it('passes on an error that is no outage', async () => {
  const { cache, clock, world } = setUp({ value: 'A' });
  await cache.get('k');
  world.error = new Error('a bug');
  clock.advance(4500);
  await expect(cache.get('k')).rejects.toThrow('a bug');
});

it('does not remember a lookup that began before the change it was told of', async () => {
  const clock = new ManualClock();
  let finish: (value: string) => void = () => undefined;
  const cache = new FreshCache<string>(clock, () => new Promise((resolve) => (finish = resolve)));
  const slow = cache.get('k');
  cache.forget('k');
  finish('old');
  await slow;
  const next = cache.get('k');
  finish('new');
  expect(await next).toBe('new');
});

it('forgets all values of a kind, those that are being looked up as well', async () => {
  const clock = new ManualClock();
  const world = { answer: 'old', lookups: 0 };
  const cache = new FreshCache<string>(clock, async () => {
    world.lookups++;
    return world.answer;
  });
  await cache.get('known');
  const slow = cache.get('asked');
  world.answer = 'new';
  cache.forgetWhere((value) => value === 'old');
  await slow;
  expect([await cache.get('known'), await cache.get('asked')]).toEqual(['new', 'new']);
  cache.forgetWhere((value) => value === 'old');
  expect([await cache.get('known'), world.lookups]).toEqual(['new', 4]);
});
