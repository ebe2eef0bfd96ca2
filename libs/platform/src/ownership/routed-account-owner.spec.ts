import type { JsonValue } from '@sextant/contracts';
import type { AccountId } from '@sextant/kernel';
import { ManualClock, ManualTimers } from '../time/index.js';
import type { ForwardClient } from './forward-client.js';
import type { LeasedAccounts } from './leased-accounts.js';
import type { LeaseStore } from './lease-store.js';
import { NotOwner } from './owned-account.js';
import { OWNERSHIP_DEFAULTS } from './ownership-options.js';
import { ownerUnreachable } from './ownership-errors.js';
import type { ProcessPresence } from './process-presence.js';
import { RoutedAccountOwner } from './routed-account-owner.js';

const ACCOUNT = 'acc_1' as AccountId;

/** A process whose account belongs to another one, which answers as `answers` says, one after the other. */
function router(forwardRetries: number, answers: (() => JsonValue)[]) {
  const clock = new ManualClock();
  const sent: string[] = [];
  const pauses: number[] = [];
  const timers = new (class extends ManualTimers {
    override async sleep(delayMs: number): Promise<void> {
      pauses.push(delayMs);
    }
  })(clock);
  const client = {
    forward: async (owner: string) => {
      sent.push(owner);
      return answers[Math.min(sent.length, answers.length) - 1]!();
    },
  };
  const store = { ownerOf: async () => ({ ownerAddress: 'there:1/x', ownerLives: true, epoch: 1 }) };
  const owner = new RoutedAccountOwner(
    { get: () => undefined } as unknown as LeasedAccounts,
    store as unknown as LeaseStore,
    { address: 'here:1/x' } as unknown as ProcessPresence,
    client as unknown as ForwardClient,
    clock,
    timers,
    { ...OWNERSHIP_DEFAULTS, forwardRetries },
  );
  return { execute: () => owner.execute(ACCOUNT, 'PlaceOrder', {}), sent, pauses };
}

const refuse = (error: Error) => () => {
  throw error;
};

it('hands a command over again, later each time, while nothing of it was executed', async () => {
  const notSent = refuse(ownerUnreachable(ACCOUNT, 'NOT_EXECUTED'));
  const { execute, sent, pauses } = router(3, [refuse(new NotOwner()), notSent, notSent, () => 'done']);
  expect(await execute()).toBe('done');
  expect(sent).toHaveLength(4);
  expect(pauses).toEqual([50, 100]);
});

it.each([0, 1, 5])('at most %i times', async (retries) => {
  const { execute, sent } = router(retries, [refuse(new NotOwner())]);
  await expect(execute()).rejects.toMatchObject({
    code: 'ACCOUNT_OWNER_UNREACHABLE',
    context: { outcome: 'NOT_EXECUTED' },
  });
  expect(sent).toHaveLength(retries + 1);
});

it('never again when it may have been executed', async () => {
  const { execute, sent } = router(3, [refuse(ownerUnreachable(ACCOUNT, 'UNKNOWN'))]);
  await expect(execute()).rejects.toMatchObject({ context: { outcome: 'UNKNOWN' } });
  expect(sent).toHaveLength(1);
});
