import { SystemTimers } from '../time/index.js';
import { CommandLate, withinBudget } from './command-budget.js';

const timers = new SystemTimers();
const after = (ms: number) => new Promise<string>((resolve) => setTimeout(() => resolve('reply'), ms));

it('answers what came in time and passes a failure on', async () => {
  expect(await withinBudget(timers, 1_000, () => after(5))).toBe('reply');
  const failure = new Error('refused');
  await expect(withinBudget(timers, 1_000, () => Promise.reject(failure))).rejects.toBe(failure);
});

it('gives up after the budget, and a failure that comes later disturbs nobody', async () => {
  let fail: (error: Error) => void = () => undefined;
  const late = new Promise<string>((_, reject) => (fail = reject));
  await expect(withinBudget(timers, 20, () => late)).rejects.toThrow(new CommandLate(20));
  fail(new Error('too late'));
  await after(1);
});

it('takes a reply that was there when the process itself stood still', async () => {
  const work = withinBudget(timers, 20, () => after(10));
  const untilMs = performance.now() + 60;
  while (performance.now() < untilMs);
  expect(await work).toBe('reply');
});
