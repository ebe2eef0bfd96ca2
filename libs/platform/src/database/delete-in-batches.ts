import type { Database } from './database.js';

const BATCH = 5_000;

/**
 * Deletes the rows of `table` that `condition` (SQL over its columns and `params`) names, a few thousand a statement: one
 * statement for all of them would run into its time-out, and then again at the next attempt. Answers how many.
 */
export async function deleteInBatches(
  database: Pick<Database, 'query'>,
  table: string,
  condition: string,
  params: readonly unknown[],
  batch: number = BATCH,
): Promise<number> {
  const sql = `
    WITH gone AS (
      DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${batch}))
      RETURNING 1)
    SELECT count(*)::int AS deleted FROM gone`;
  for (let total = 0; ;) {
    const [row] = await database.query<{ deleted: number }>(sql, [...params]);
    const deleted = row?.deleted ?? 0;
    total += deleted;
    if (deleted < batch) return total;
  }
}
