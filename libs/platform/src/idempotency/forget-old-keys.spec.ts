import { Logger } from '../telemetry/index.js';
import { ManualClock, ManualTimers } from '../time/index.js';
import { ForgetOldKeys } from './forget-old-keys.js';
import type { Idempotency } from './idempotency.js';

const DAY_MS = 86_400_000;

it('forgets keys of more than thirty days, again and again, whatever a run meets', async () => {
  const clock = new ManualClock();
  const timers = new ManualTimers(clock);
  const begun = clock.now();
  const asked: number[] = [];
  const idempotency = {
    forgetBefore: async (epochMs: number) => {
      asked.push(epochMs);
      if (asked.length === 1) throw new Error('no writes');
    },
  } as Idempotency;
  const component = new ForgetOldKeys(idempotency, clock, timers, Logger.silent());
  await component.start();
  await timers.advance(1_200_000);
  expect(asked).toEqual([begun + 600_000 - 30 * DAY_MS, begun + 1_200_000 - 30 * DAY_MS]);
  await component.stop();
  await timers.advance(1_200_000);
  expect(asked).toHaveLength(2);
});
