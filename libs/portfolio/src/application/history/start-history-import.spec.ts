import type { AccountId, TenantId } from '@sextant/kernel';
import type { Idempotency, Jobs } from '@sextant/platform';
import type { AccountDirectory } from '../accounts/account-directory.js';
import { StartHistoryImport, StartHistoryImportHandler } from './start-history-import.js';

const NOW = Date.UTC(2026, 0, 1);

type OnceRequest = StartHistoryImport['once'];

/** @returns whether a job was started */
async function start(kind: 'LIVE' | 'PAPER', from: number | null): Promise<boolean> {
  let isStarted = false;
  const directory = { resolve: async () => ({ kind, account_id: 'acc_1' }) };
  const once = async () => {
    isStarted = true;
    return { status: 202, body: {}, replayed: false };
  };
  const handler = new StartHistoryImportHandler(
    directory as unknown as AccountDirectory,
    { ready: async () => undefined } as unknown as Jobs,
    { once } as unknown as Idempotency,
    { now: () => NOW, monotonicMs: () => 0 },
  );
  const [tenant, account] = ['ten_1' as TenantId, 'acc_1' as AccountId];
  await handler.execute(new StartHistoryImport(tenant, account, 'usr_1', from, {} as OnceRequest));
  return isStarted;
}

describe('an import of history', () => {
  it('starts for a live account, from any time that was', async () => {
    expect(await start('LIVE', null)).toBe(true);
    expect(await start('LIVE', NOW)).toBe(true);
  });

  it('is refused from a time that is yet to come, with the field', async () => {
    await expect(start('LIVE', NOW + 1)).rejects.toMatchObject({
      code: 'HISTORY_UNAVAILABLE',
      context: { pointer: '/history/from' },
    });
  });

  it('is refused for an account of play money', async () => {
    await expect(start('PAPER', null)).rejects.toMatchObject({ code: 'HISTORY_UNAVAILABLE' });
  });
});
