import type { PoolClient } from 'pg';
import type { Database } from '../database/index.js';

/** What commits need of the database. */
export type CommitDatabase = Pick<Database, 'commitPool' | 'guard'>;

/** A connection on which an answered commit is durable. A failure here means that nothing was sent. */
export async function commitConnection(database: CommitDatabase): Promise<PoolClient> {
  const client = await database.commitPool.connect();
  try {
    await database.guard(client);
    return client;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
