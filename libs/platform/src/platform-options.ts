import type { Config } from './config/index.js';
import type { DatabaseModel, EmbeddedPostgres } from './database/index.js';

export interface PlatformOptions {
  /** Name of the process in logs, traces and events: `api`, `worker`. */
  app: string;
  config: Config;
  /** The tables of all contexts that the process hosts. */
  model: DatabaseModel;
  /** The embedded database where the process has begun it already. */
  embedded?: EmbeddedPostgres | null;
}
