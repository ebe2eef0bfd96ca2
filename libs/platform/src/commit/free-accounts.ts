import type { Pool } from 'pg';

/** Those of the accounts whose rows no other transaction holds right now. */
export async function freeAccounts(pool: Pool, accountIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool.query<{ account_id: string }>(
    `SELECT account_id FROM account_stream WHERE account_id = ANY($1::text[])
     ORDER BY account_id FOR NO KEY UPDATE SKIP LOCKED`,
    [accountIds],
  );
  return new Set(rows.map(({ account_id }) => account_id));
}
