import type { AccountId } from '@sextant/kernel';
import type { StreamPosition } from './commit-lane.js';
import type { CommitPlan, Committed } from './commit-plan.js';

/** A stream as it was read: where it ended, and who owned the account. */
export interface SeenStream {
  accountId: AccountId;
  owner: string | null;
  epoch: number;
  position: StreamPosition;
}

/** Writes without a lease: accounts that do not exist yet, and repairs. All else goes through the lease. */
export abstract class AccountCommit {
  /**
   * Creates the account's stream and writes the plan, in one transaction. Repeating it with the same plan after a
   * lost answer gives the same result.
   * @throws CommitRefused when the stream exists with another beginning, or the plan breaks a constraint.
   */
  abstract openStream(accountId: AccountId, plan: CommitPlan): Promise<Committed>;

  /**
   * Writes the plan if the stream still is what was seen. An owner that lives finds its lease lost at its next commit,
   * and the account is loaded anew: what it held in memory counts no more.
   * @throws LeaseLost when something was written meanwhile; nothing of the plan was. CommitRefused as a lease says it;
   * DomainError DATABASE_OUTCOME_UNKNOWN.
   */
  abstract repairStream(seen: SeenStream, plan: CommitPlan): Promise<Committed>;
}
