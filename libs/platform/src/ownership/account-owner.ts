import type { JsonValue } from '@sextant/contracts';
import type { AccountId } from '@sextant/kernel';
import type { CommitPlan, Committed } from '../commit/index.js';

/** What a process holds of an account it owns. */
export interface AccountLease {
  readonly accountId: AccountId;
  /** Grows with every change of owner, and when a commit's outcome had to be established. Read it at each use. */
  readonly epoch: number;
  /** True while nobody else can own the account, by the monotonic clock. Checked just before bytes leave. */
  isHeld(): boolean;
  /**
   * Resolves when the plan is durable; plans of one lease are written in the order of the calls.
   * Never settles on doubt: after a lost connection the outcome is established first.
   * @throws LeaseLost (nothing was written), CommitRefused (this plan alone broke a constraint; nothing of it was
   * written), DomainError COMMIT_UNAVAILABLE (the database refuses writes; nothing was written).
   */
  commit(plan: CommitPlan): Promise<Committed>;
}

/** What a process does with the accounts it owns. */
export abstract class AccountRuntime {
  /** Builds the account's state from the database and reconciles it with its venue. */
  abstract open(lease: AccountLease): Promise<AccountSession>;
}

export type CloseReason = 'LOST' | 'RELEASED' | 'SHUTDOWN';

export interface AccountSession {
  execute(type: string, payload: JsonValue): Promise<JsonValue>;
  close(reason: CloseReason): Promise<void>;
}

/** Routes a command to the process that owns the account: a direct call, or an authenticated HTTP forward. */
export abstract class AccountOwner {
  /**
   * @throws DomainError as the session throws it, code, detail and context unchanged; ACCOUNT_UNKNOWN;
   * ACCOUNT_OWNER_UNREACHABLE with `context.outcome` UNKNOWN (retry with the same key) or NOT_EXECUTED.
   */
  abstract execute<R extends JsonValue>(accountId: AccountId, type: string, payload: JsonValue): Promise<R>;
}
