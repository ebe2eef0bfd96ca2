import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StormWorld } from './world.js';

const KEPT = path.join(import.meta.dirname, '..', '..', '.cache', 'storm');
const TABLES = [
  'orders',
  'order_attempt',
  'fill',
  'balance',
  'ledger_transaction',
  'venue_cursor',
  'account_stream',
];

/** What is worth looking at after a schedule that failed; returns where it is. */
export async function keepEvidence(world: StormWorld): Promise<string> {
  const folder = path.join(KEPT, String(world.schedule.seed));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of ['history.jsonl', 'venue.jsonl']) {
    cpSync(path.join(world.folder, file), path.join(folder, file));
  }
  writeFileSync(path.join(folder, 'schedule.json'), JSON.stringify(world.schedule, null, 2));
  const printed = world.printed + world.apps.map((app) => app?.output ?? '').join('\n');
  writeFileSync(path.join(folder, 'printed.log'), printed);
  for (const table of TABLES) await keepTable(world, folder, table, `SELECT * FROM ${table}`);
  await keepTable(world, folder, 'events', 'SELECT * FROM event_log ORDER BY stream_id, stream_seq');
  return folder;
}

async function keepTable(world: StormWorld, folder: string, name: string, sql: string): Promise<void> {
  const rows = await world.sql(sql).catch((error: Error) => [{ error: error.message }]);
  const lines = rows.map((row) => JSON.stringify(row)).join('\n');
  writeFileSync(path.join(folder, `${name}.jsonl`), lines);
}
