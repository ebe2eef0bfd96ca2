import type { Pool, PoolClient } from 'pg';

/** How long a batch waits for an account that another transaction holds, before it goes on without that account. */
const LOCK_TIMEOUT_MS = 1_000;

const SETTINGS = `SET synchronous_commit = on; SET lock_timeout = ${LOCK_TIMEOUT_MS}`;

const prepared = new WeakSet<PoolClient>();

/** A connection on which an answered commit is durable. A failure here means that nothing was sent. */
export async function commitConnection(pool: Pool): Promise<PoolClient> {
  const client = await pool.connect();
  if (prepared.has(client)) return client;
  try {
    await client.query(SETTINGS);
  } catch (error) {
    client.release(true);
    throw error;
  }
  prepared.add(client);
  return client;
}
