import { Injectable } from '@nestjs/common';
import type { AccountId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { ExecutionArchive } from '../application/executions/execution-archive.js';
import type { StoredExecution } from '../application/executions/execution-archive.js';
import { SELECT_SLICES, storedExecutions } from '../application/executions/execution-reads.js';
import type { SliceOfOrder } from '../application/executions/execution-reads.js';
import type { ExecutionRow } from '../application/executions/execution-tables.js';
import type { ReadRow } from '../application/account/order-rows.js';

/** Reads stored executions as the owner of their account. */
@Injectable()
export class DatabaseExecutionArchive extends ExecutionArchive {
  constructor(private readonly database: Database) {
    super();
  }

  async openExecutions(accountId: AccountId): Promise<StoredExecution[]> {
    const rows = await this.database.query<ReadRow<ExecutionRow>>(
      'SELECT * FROM execution WHERE account_id = $1 AND closed_at IS NULL ORDER BY execution_id',
      [accountId],
    );
    if (rows.length === 0) return [];
    const slices = await this.database.query<SliceOfOrder>(
      `${SELECT_SLICES} s.account_id = $1 AND s.execution_id = ANY ($2) ORDER BY s.slice`,
      [accountId, rows.map(({ execution_id }) => execution_id)],
    );
    return storedExecutions(rows, slices);
  }
}
