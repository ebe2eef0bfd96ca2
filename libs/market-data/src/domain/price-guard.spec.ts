import { BELIEVED_AFTER_MS, PriceGuard } from './price-guard.js';

it('doubts a price beyond the band, once, and believes the next one that is near', () => {
  const guard = new PriceGuard(() => 0.3);
  expect([guard.judge(200, 0), guard.inDoubt]).toEqual([false, false]);
  expect([guard.judge(2_000, 10), guard.inDoubt]).toEqual([true, true]);
  expect([guard.judge(2_001, 20), guard.inDoubt]).toEqual([false, true]);
  expect([guard.judge(201, 30), guard.inDoubt]).toEqual([false, false]);
});

it('believes what stands for long enough: markets do crash', () => {
  const guard = new PriceGuard(() => 0.3);
  guard.judge(200, 0);
  guard.judge(100, 1_000);
  guard.judge(100, 1_000 + BELIEVED_AFTER_MS - 1);
  expect(guard.inDoubt).toBe(true);
  guard.judge(99, 1_000 + BELIEVED_AFTER_MS);
  expect([guard.inDoubt, guard.within(200)]).toEqual([false, false]);
});

it('does not believe one mistake because another came before it', () => {
  const guard = new PriceGuard(() => 0.3);
  guard.judge(200, 0);
  guard.judge(2_000, 1_000);
  expect(guard.judge(20, 1_000 + BELIEVED_AFTER_MS)).toBe(false);
  expect([guard.inDoubt, guard.within(20)]).toEqual([true, false]);
  guard.judge(21, 1_000 + 2 * BELIEVED_AFTER_MS);
  expect([guard.inDoubt, guard.within(21)]).toEqual([false, true]);
});

it.each([0, -5, Number.NaN])('never takes %p for a price', (price) => {
  const guard = new PriceGuard(() => 0.3);
  expect([guard.within(price), guard.judge(price, 0), guard.inDoubt]).toEqual([false, true, true]);
});
