import 'reflect-metadata';
import { exitCodeOf, loadConfig, sizeThreadPool } from '@sextant/platform';
import type { AppParts } from './app.module.js';
import { EarlyDatabase } from './early-database.js';

/** The API process, to its end; a start that fails ends it with the documented exit code. */
export async function runApi(parts: Pick<AppParts, 'killPoint'> = {}): Promise<void> {
  try {
    const config = loadConfig();
    sizeThreadPool(config.get('worker.threads'));
    const database = EarlyDatabase.begin(config);
    const { startApi } = await import('./start-api.js');
    await startApi(config, database, parts);
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = exitCodeOf(error);
    // A failed start leaves nothing running that is worth waiting for.
    process.exit();
  }
}
