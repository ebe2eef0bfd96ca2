import type { SystemLog } from '@sextant/platform';
import type { PoolClient } from 'pg';
import type { ConnectionEvent, Transaction } from '../../domain/connections/connection-event.js';

/** The client behind the opaque transaction that use cases hand around. */
export function clientOf(transaction: Transaction): PoolClient {
  return transaction as PoolClient;
}

/** Appends events to the stream `system`, in the transaction of their effect. */
export function appendEvents(
  log: SystemLog,
  events: readonly ConnectionEvent[],
  client: PoolClient,
): Promise<void> {
  return log.append([...events], client);
}
