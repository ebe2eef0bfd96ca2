import type { UserId } from '@sextant/kernel';
import { ManualClock, Metrics } from '@sextant/platform';
import { ActiveUsers } from './active-users.js';

it('counts the users of the last five minutes, each once', async () => {
  const clock = new ManualClock();
  const metrics = new Metrics();
  const users = new ActiveUsers(clock, metrics);
  const shown = async () => /^users_active (\d+)$/m.exec(await metrics.render())?.[1];
  expect(await shown()).toBe('0');
  users.note('usr_1' as UserId);
  clock.advance(200_000);
  users.note('usr_2' as UserId);
  users.note('usr_2' as UserId);
  expect(await shown()).toBe('2');
  clock.advance(100_001);
  expect(await shown()).toBe('1');
  users.note('usr_1' as UserId);
  expect(await shown()).toBe('2');
  clock.advance(300_001);
  expect(await shown()).toBe('0');
});
