export { AccountCommit } from './account-commit.js';
export { accountTable, write } from './account-table.js';
export type { AccountTable, AnyAccountTable, ColumnType, RowWrite } from './account-table.js';
export { assertPlan, CommitRefused, LeaseLost } from './commit-plan.js';
export type {
  CommitPlan,
  Committed,
  LedgerPostingPlan,
  LedgerTransactionPlan,
  NewEvent,
} from './commit-plan.js';
