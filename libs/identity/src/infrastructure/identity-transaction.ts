import type { Database, SystemLog } from '@sextant/platform';
import type { PoolClient } from 'pg';
import type { IdentityEvent, Transaction } from '../domain/identity-event.js';

/** The client behind the opaque transaction that use cases hand around. */
export function clientOf(transaction: Transaction): PoolClient {
  return transaction as PoolClient;
}

/** Runs in the caller's transaction, or in one of its own. */
export function within<T>(
  database: Database,
  transaction: Transaction | undefined,
  run: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return transaction === undefined ? database.transaction(run) : run(clientOf(transaction));
}

/** Appends an aggregate's events to the system stream, in the transaction of their effect. */
export function appendEvents(
  log: SystemLog,
  events: readonly IdentityEvent[],
  client: PoolClient,
): Promise<void> {
  return log.append([...events], client);
}

export function toDate(epochMs: number | null): Date | null {
  return epochMs === null ? null : new Date(epochMs);
}
