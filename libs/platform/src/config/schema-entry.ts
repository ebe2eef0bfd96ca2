import type { ConfigEntry } from './config-entry.js';
import { configSchema } from './config-schema.js';
import type { ConfigKey } from './config-schema.js';

/** The entry of a key, with the optional marks that the literal type of the schema leaves out. */
export function schemaEntry(key: ConfigKey): ConfigEntry {
  return configSchema[key];
}

export function isConfigKey(text: string): text is ConfigKey {
  return Object.hasOwn(configSchema, text);
}

export const configKeys = Object.keys(configSchema) as ConfigKey[];
