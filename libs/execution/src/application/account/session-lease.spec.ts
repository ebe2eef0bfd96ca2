import type { AccountId } from '@sextant/kernel';
import type { AccountLease, Committed } from '@sextant/platform';
import { ExecutionWorld, turns } from '../execution-world.contract.js';
import { SessionLease } from './session-lease.js';

const plan = { rows: [], events: [], ledger: [] };

function setUp() {
  const settle: ((error?: Error) => void)[] = [];
  const lease: AccountLease = {
    accountId: 'acc_1' as AccountId,
    epoch: 3,
    isHeld: () => true,
    commit: () =>
      new Promise<Committed>((resolve, reject) => {
        settle.push((error) => (error ? reject(error) : resolve({ lastSequence: 1, events: [] })));
      }),
  };
  const state = { closed: false };
  return { settle, state, session: new SessionLease(lease, () => state.closed) };
}

describe('the lease of a state that is thrown away', () => {
  it('is settled once every commit that was begun is, whatever became of it', async () => {
    const { settle, state, session } = setUp();
    const [first, second] = [
      session.commit(plan),
      session.commit(plan).catch((error: Error) => error.message),
    ];
    state.closed = true;
    let isSettled = false;
    void session.settled().then(() => (isSettled = true));
    settle[0]!();
    await first;
    await turns();
    expect(isSettled).toBe(false);
    settle[1]!(new Error('refused'));
    expect(await second).toBe('refused');
    await turns();
    expect(isSettled).toBe(true);
  });

  it('begins none after the close', async () => {
    const { settle, state, session } = setUp();
    state.closed = true;
    await expect(session.commit(plan)).rejects.toMatchObject({ context: { outcome: 'NOT_EXECUTED' } });
    expect(settle).toEqual([]);
  });

  it('is waited for before the next state reads the database', async () => {
    const world = new ExecutionWorld();
    await world.start();
    const release = world.holdCommits();
    void world.place({ clientOrderId: 'mine' }).catch(() => undefined);
    await turns();
    let isClosed = false;
    void world.close('RELEASED').then(() => (isClosed = true));
    await turns();
    expect([isClosed, world.store.orders()]).toEqual([false, []]);
    release();
    await turns();
    expect([isClosed, world.store.orders().length]).toEqual([true, 1]);
  });
});
