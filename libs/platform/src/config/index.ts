export { Config } from './config.js';
export type { EffectiveValue, SourcedValue } from './config.js';
export { defineConfig } from './config-entry.js';
export type { ConfigEntry, ConfigScalar } from './config-entry.js';
export { configSchema } from './config-schema.js';
export type { ConfigKey, ConfigValue } from './config-schema.js';
