import { schemaEntry, configKeys } from './schema-entry.js';
import type { ConfigKey } from './config-schema.js';

/** `SEXTANT_…` variables that are not keys of the schema: read before it, or by the tools around the platform. */
export const otherVariables = {
  SEXTANT_API_KEY: "A client's key, in the shell of the person who types the examples; no process reads it.",
  SEXTANT_CONFIG: 'More configuration files (YAML or JSON), comma separated; the last one wins.',
  SEXTANT_ENV: 'Name of the environment: config/<name>.yaml is read. Else NODE_ENV, else development.',
  SEXTANT_ENV_FILES: 'Files with environment variables (NAME=value), comma separated; the last one wins.',
} as const;

/** Set by test runs and ignored here. */
export const IGNORED_PREFIX = 'SEXTANT_TEST_';

/** `PORT`, `DATABASE_URL` and the like, and the key each one means. */
export const plainVariables: ReadonlyMap<string, ConfigKey> = new Map(
  configKeys.flatMap((key) => {
    const { variable } = schemaEntry(key);
    return variable === undefined ? [] : [[variable, key] as const];
  }),
);
