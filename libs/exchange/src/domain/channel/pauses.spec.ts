import type { CallClass, CallIntent } from './call-intent.js';
import { Pauses } from './pauses.js';

function intent(callClass: CallClass, credentialId: string | null = 'key_1'): CallIntent {
  return { class: callClass, bucket: 'trading', weight: 1, credentialId, idempotentRead: false };
}

it('lasts for as long as the venue says, for everybody', () => {
  const pauses = new Pauses(0);
  expect(pauses.begin(null, 30_000, 100)).toBe(30_100);
  expect(pauses.waitMs(intent('ENTRY'), 10_100)).toBe(20_000);
  expect(pauses.waitMs(intent('CANCEL', null), 10_100)).toBe(20_000);
  expect([pauses.untilMs(10_100), pauses.waitMs(intent('ENTRY'), 30_100), pauses.untilMs(30_100)]).toEqual([
    30_100,
    0,
    null,
  ]);
});

it('for a key concerns that key alone', () => {
  const pauses = new Pauses(0);
  pauses.begin('key_1', 5_000, 0);
  expect(pauses.waitMs(intent('ENTRY'), 0)).toBe(5_000);
  expect([pauses.waitMs(intent('ENTRY', 'key_2'), 0), pauses.waitMs(intent('DATA', null), 0)]).toEqual([
    0, 0,
  ]);
});

it('lets through a few calls that reduce risk, in all', () => {
  const pauses = new Pauses(2);
  pauses.begin(null, 5_000, 0);
  const passed = (['CANCEL', 'PROTECTIVE', 'CANCEL'] as const).map((callClass) => {
    const mayGo = pauses.waitMs(intent(callClass), 1) === 0;
    if (mayGo) pauses.spend(intent(callClass), 1);
    return mayGo;
  });
  expect(passed).toEqual([true, true, false]);
  expect(pauses.waitMs(intent('RECONCILE'), 1)).toBe(4_999);
});

it('that is prolonged does not begin its allowance anew, nor end earlier', () => {
  const pauses = new Pauses(1);
  pauses.begin(null, 60_000, 0);
  pauses.spend(intent('CANCEL'), 1);
  expect(pauses.begin(null, 1_000, 2)).toBe(60_000);
  expect(pauses.waitMs(intent('CANCEL'), 2)).toBeGreaterThan(0);
});

it('doubles while the venue does not say how long, and begins small again after a good answer', () => {
  const pauses = new Pauses(0);
  const lengths = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => pauses.begin(null, null, n * 100_000) - n * 100_000);
  expect(lengths).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  pauses.calm();
  expect(pauses.begin(null, null, 2_000_000)).toBe(2_001_000);
});

it('counts refusals of calls that were under way together once', () => {
  const pauses = new Pauses(0);
  for (let count = 0; count < 10; count += 1) pauses.begin(null, null, count);
  expect(pauses.untilMs(10)).toBe(1_009);
});
