import type { AccountId } from '@sextant/kernel';
import type { AccountLease, CommitPlan, Committed } from '@sextant/platform';
import { notExecuted } from './session-closed.js';

/**
 * The lease as one state of the account uses it. A state that is thrown away may have commits under way: whoever reads
 * the database before they are settled does not see what they store, and would never look at it again.
 */
export class SessionLease implements AccountLease {
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly lease: AccountLease,
    private readonly isClosed: () => boolean,
  ) {}

  get accountId(): AccountId {
    return this.lease.accountId;
  }

  get epoch(): number {
    return this.lease.epoch;
  }

  isHeld(): boolean {
    return this.lease.isHeld();
  }

  /** @throws what the lease throws; DomainError ACCOUNT_SESSION_CLOSED when the state was thrown away (nothing is written) */
  async commit(plan: CommitPlan): Promise<Committed> {
    if (this.isClosed()) throw notExecuted();
    const committed = this.lease.commit(plan);
    this.underWay.add(committed);
    try {
      return await committed;
    } finally {
      this.underWay.delete(committed);
    }
  }

  /** Resolves when what was begun is stored, or is known not to be. Nothing is begun after the close. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }
}
