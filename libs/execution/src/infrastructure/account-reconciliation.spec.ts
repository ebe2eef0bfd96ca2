import { AccountReconciliation } from './account-reconciliation.js';

it('keeps the process from being ready until every account agreed with its venue once', () => {
  const reconciliation = new AccountReconciliation();
  const first = { reconciled: true };
  const second = { reconciled: false };
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

it('is up without accounts: others may hold them all', () => {
  expect(new AccountReconciliation().health().status).toBe('UP');
});
