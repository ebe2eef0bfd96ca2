export { copyField, copyIn, copyOut } from './copy-binary.js';
export type { CopyField } from './copy-binary.js';
export { CreateRoles1763600000000 } from './create-roles.js';
export { Database } from './database.js';
export type { ConnectionGuard } from './database.js';
export { databaseErrors } from './database-errors.js';
export {
  asDatabaseFailure,
  errorCode,
  isConnectionLoss,
  isRetryable,
  violatedConstraint,
} from './database-failure.js';
export { combineModels } from './database-model.js';
export type { DatabaseModel } from './database-model.js';
export type { DatabaseLog, DatabaseOptions } from './database-options.js';
export { deleteInBatches } from './delete-in-batches.js';
export { grantAppendOnly, grantReadWrite, isolateByAccount, isolateByTenant, keepRows } from './grants.js';
export { migrate, pendingMigrations } from './migration-runner.js';
export { EmbeddedPostgres } from './embedded/embedded-postgres.js';
export type { EmbeddedPostgresOptions } from './embedded/embedded-postgres.js';
