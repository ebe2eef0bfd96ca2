import { AccountReconciliation } from './account-reconciliation.js';

it('keeps the process from being ready until every account agreed with its venue once', () => {
  const reconciliation = new AccountReconciliation();
  const first = { reconciled: true, row: { kind: 'PAPER' } as const };
  const second = { reconciled: false, row: { kind: 'PAPER' } as const };
  reconciliation.follow(first);
  const leave = reconciliation.follow(second);
  expect(reconciliation.health()).toMatchObject({ status: 'DOWN', facts: { accounts: 2, unreconciled: 1 } });
  second.reconciled = true;
  expect(reconciliation.health()).toMatchObject({ status: 'UP', facts: { accounts: 2, unreconciled: 0 } });
  second.reconciled = false;
  expect(reconciliation.health()).toMatchObject({
    status: 'DEGRADED',
    detail: expect.stringContaining('1 of 2 accounts'),
  });
  leave();
  expect(reconciliation.health()).toMatchObject({ status: 'UP', facts: { accounts: 1 } });
});

it('is ready while an account waits for a venue across a network, and says so', () => {
  const reconciliation = new AccountReconciliation();
  reconciliation.follow({ reconciled: false, row: { kind: 'LIVE' } });
  expect(reconciliation.health()).toMatchObject({
    status: 'DEGRADED',
    facts: { accounts: 1, unreconciled: 1 },
  });
});

it('is up without accounts: others may hold them all', () => {
  expect(new AccountReconciliation().health().status).toBe('UP');
});
