import type { AccountId } from '@sextant/kernel';
import type { CommitPlan, Committed } from './commit-plan.js';

/** Creates accounts. All later writes of an account go through its lease. */
export abstract class AccountCommit {
  /**
   * Creates the account's stream and writes the plan, in one transaction. Repeating it with the same plan after a
   * lost answer gives the same result.
   * @throws CommitRefused when the stream exists with another beginning, or the plan breaks a constraint.
   */
  abstract openStream(accountId: AccountId, plan: CommitPlan): Promise<Committed>;
}
