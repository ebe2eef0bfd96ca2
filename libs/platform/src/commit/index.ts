export { AccountCommit } from './account-commit.js';
export type { SeenStream } from './account-commit.js';
export { accountTable, write } from './account-table.js';
export type { AccountTable, AnyAccountTable, ColumnType, RowWrite, WriteMode } from './account-table.js';
export { commitErrors, commitUnavailable } from './commit-errors.js';
export { CommitLane } from './commit-lane.js';
export type { StreamPosition } from './commit-lane.js';
export { assertPlan, CommitRefused, LeaseLost } from './commit-plan.js';
export type {
  CommitPlan,
  Committed,
  LedgerPostingPlan,
  LedgerTransactionPlan,
  NewEvent,
} from './commit-plan.js';
export { EVENT_CHANNEL } from './commit-statement.js';
export { GroupAccountCommit } from './group-account-commit.js';
export { GROUP_COMMIT_LIMITS, GroupCommit } from './group-commit.js';
export type { GroupCommitLimits } from './group-commit.js';
export {
  canonicalJson,
  continuesChain,
  eventHash,
  GENESIS_HASH,
  ledgerHash,
  textHash,
} from './hash-chain.js';
export type { HashedEvent } from './hash-chain.js';
