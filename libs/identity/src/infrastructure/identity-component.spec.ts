import type { ApiKeyId } from '@sextant/kernel';
import { ManualClock, ManualTimers } from '@sextant/platform';
import { KeyUsage } from '../application/key-usage.js';
import { IdentityComponent } from './identity-component.js';

it('goes on when the database takes no writes, and tries again', async () => {
  const clock = new ManualClock();
  const timers = new ManualTimers(clock);
  const usage = new KeyUsage();
  const warned: string[] = [];
  let writable = false;
  const written: string[] = [];
  const database = {
    query: async (sql: string) => {
      if (!writable) throw Object.assign(new Error('cannot execute UPDATE'), { code: '25006' });
      written.push(sql);
      return [{ deleted: 0 }];
    },
  };
  const component = new IdentityComponent(
    ...([
      database,
      { get: () => 'admin@sextant.local' },
      clock,
      timers,
      { run: async () => undefined },
      { run: async () => null },
      usage,
      {},
      { warn: (message: string) => void warned.push(message) },
    ] as never as ConstructorParameters<typeof IdentityComponent>),
  );
  await component.start();
  usage.note('key_1' as ApiKeyId, clock.now());
  await timers.advance(15_000);
  expect(warned).toHaveLength(1);
  writable = true;
  usage.note('key_1' as ApiKeyId, clock.now());
  await timers.advance(15_000);
  expect(written).toHaveLength(1);
  await timers.advance(600_000);
  expect(written.filter((sql) => sql.includes('DELETE'))).toHaveLength(2);
  expect(warned).toHaveLength(1);
  await component.stop();
});
