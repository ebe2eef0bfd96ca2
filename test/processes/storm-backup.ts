import { pause } from './storm.js';
import type { Storm } from './storm.js';

const TABLES = [
  'account_stream',
  'log_stream',
  'event_log',
  'consumer_offset',
  'process_heartbeat',
  'storm_last',
  'storm_operation',
  'storm_effect',
];

/** Copies all tables as they are at one moment, while the processes go on. */
export async function backUp({ client }: Storm): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  for (const table of TABLES) await client.query(`CREATE TABLE backup_${table} AS SELECT * FROM ${table}`);
  await client.query('COMMIT');
}

/** Puts the copy back while the database is out of reach; the processes run on and know nothing of it. */
export async function restore({ client, proxy }: Storm): Promise<void> {
  proxy.reachable = false;
  proxy.cutAll();
  await pause(300);
  await client.query('BEGIN');
  await client.query(`TRUNCATE ${TABLES.join(', ')}`);
  for (const table of TABLES) await client.query(`INSERT INTO ${table} SELECT * FROM backup_${table}`);
  await client.query('COMMIT');
  proxy.reachable = true;
}
