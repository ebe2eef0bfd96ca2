import { ManualClock, Metrics } from '@sextant/platform';
import { confirmed, unknown } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import { ReadCache } from './read-cache.js';

const AGES = { freshMs: 1_000, staleMs: 60_000 };

function make() {
  const clock = new ManualClock(1_000_000);
  const metrics = new Metrics();
  let asked = 0;
  const venue = { isDown: false };
  const load = async (): Promise<GatewayOutcome<number>> => {
    asked += 1;
    const at = clock.now();
    if (!venue.isDown) return confirmed(asked, { kind: 'VENUE_ANSWER', detail: {}, at });
    return unknown({ code: 'TIMEOUT', detail: 'no answer' }, { kind: 'TRANSPORT', detail: {}, at });
  };
  const cache = new ReadCache('TESTVENUE', clock, metrics);
  return { cache, clock, metrics, venue, load, asked: () => asked };
}

it('asks again only when what it has is old', async () => {
  const { cache, clock, load, asked } = make();
  expect(await cache.read('ticker', AGES, load)).toEqual({
    ...{ outcome: 'CONFIRMED', value: 1 },
    evidence: { kind: 'VENUE_ANSWER', detail: {}, at: 1_000_000 },
  });
  clock.advance(1_000);
  expect(await cache.read('ticker', AGES, load)).not.toHaveProperty('stale');
  clock.advance(1);
  expect(await cache.read('ticker', AGES, load)).toMatchObject({ value: 2, evidence: { at: 1_001_001 } });
  expect(asked()).toBe(2);
});

it('gives what it has, marked stale and with its time, while the venue cannot be asked', async () => {
  const { cache, clock, venue, load, metrics } = make();
  await cache.read('ticker', AGES, load);
  venue.isDown = true;
  clock.advance(60_000);
  expect(await cache.read('ticker', AGES, load)).toMatchObject({
    outcome: 'CONFIRMED',
    ...{ value: 1, stale: true },
    evidence: { at: 1_000_000 },
  });
  clock.advance(1);
  expect(await cache.read('ticker', AGES, load)).toMatchObject({
    outcome: 'UNKNOWN',
    reason: { code: 'TIMEOUT' },
  });
  expect(await metrics.render()).toContain('venue_cache_reads_total{venue="TESTVENUE",outcome="stale"} 1');
});

it('measures age by the monotonic clock', async () => {
  const { cache, clock, load, asked } = make();
  await cache.read('ticker', AGES, load);
  clock.jumpTo(0);
  await cache.read('ticker', AGES, load);
  clock.jumpTo(9e12);
  await cache.read('ticker', AGES, load);
  expect(asked()).toBe(1);
});

it('asks once for all who ask at the same time, and forgets on demand', async () => {
  const { cache, load, asked } = make();
  await Promise.all([1, 2, 3].map(() => cache.read('book', AGES, load)));
  expect(asked()).toBe(1);
  cache.forget('book');
  await cache.read('book', AGES, load);
  expect(asked()).toBe(2);
});

it('keeps a bounded number of answers, the latest ones', async () => {
  const { cache, load, asked } = make();
  for (let key = 0; key <= 2_000; key += 1) await cache.read(`key ${key}`, AGES, load);
  await cache.read('key 2000', AGES, load);
  expect(asked()).toBe(2_001);
  await cache.read('key 0', AGES, load);
  expect(asked()).toBe(2_002);
});

it('passes a bug on, and asks again after it', async () => {
  const { cache, load } = make();
  const bug = new Error('a bug');
  await expect(cache.read('book', AGES, () => Promise.reject(bug))).rejects.toBe(bug);
  expect(await cache.read('book', AGES, load)).toMatchObject({ outcome: 'CONFIRMED' });
});
