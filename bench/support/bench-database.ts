import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database, EmbeddedPostgres, platformModel } from '@sextant/platform';
import type { DatabaseModel } from '@sextant/platform';
import pg from 'pg';

/** A database of our own server with the platform's tables, for one benchmark. */
export interface BenchDatabase {
  database: Database;
  /** Of the owner. */
  url: string;
  /** A connection of the owner, to make tables and to compare with. */
  client: pg.Client;
  close(): Promise<void>;
}

/** @param tables statements that make what the model does not have */
export async function benchDatabase(
  tables: string,
  model: DatabaseModel = platformModel,
): Promise<BenchDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sextant-bench-'));
  const postgres = new EmbeddedPostgres({ dataDir });
  await postgres.start();
  const database = new Database({ url: postgres.url, model, statementTimeoutMs: 60_000 });
  await database.start();
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(tables);
  return {
    database,
    url: postgres.url,
    client,
    close: async () => {
      await client.end();
      await database.stop();
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
