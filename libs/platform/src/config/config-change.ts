import { DomainError } from '@sextant/kernel';
import type { ConfigScalar } from './config-entry.js';
import type { Config } from './config.js';
import type { ConfigKey } from './config-schema.js';
import { nearest } from './nearest-key.js';
import { allowed, readValue } from './read-value.js';
import type { RawValue } from './read-value.js';
import { configKeys, isConfigKey, schemaEntry } from './schema-entry.js';

/** Keys to override with their values; null takes an override back. */
export type ConfigChange = ReadonlyMap<ConfigKey, ConfigScalar>;

interface FieldError {
  pointer: string;
  code: string;
  message: string;
}

/** Reads a change as a client sends it, `{"app.logLevel": "DEBUG"}`. @throws DomainError naming every refusal. */
export function readChange(config: Config, body: Readonly<Record<string, unknown>>): ConfigChange {
  const change = new Map<ConfigKey, ConfigScalar>();
  const errors: FieldError[] = [];
  for (const [key, given] of Object.entries(body)) {
    const error = take(config, key, given, change);
    if (error)
      errors.push({ pointer: `/values/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, ...error });
  }
  const [first] = errors;
  if (first && errors.length === 1)
    throw new DomainError(first.code, first.message, { pointer: first.pointer });
  if (first) throw new DomainError('CONFIG_CHANGE_REFUSED', 'Several values cannot be taken.', { errors });
  return change;
}

/** Reads a stored override; undefined when the key has gone, is no longer dynamic, or takes other values now. */
export function readOverride(key: string, stored: unknown): [ConfigKey, ConfigScalar] | undefined {
  if (!isConfigKey(key) || !schemaEntry(key).dynamic) return undefined;
  const raw = rawOf(key, stored);
  const read = raw === undefined || raw === null ? undefined : readValue(schemaEntry(key), raw);
  return read && 'value' in read ? [key, read.value] : undefined;
}

function take(
  config: Config,
  key: string,
  given: unknown,
  change: Map<ConfigKey, ConfigScalar>,
): Omit<FieldError, 'pointer'> | null {
  if (!isConfigKey(key)) {
    const near = nearest(key, configKeys);
    const message = near === null ? 'There is no such key.' : `There is no such key; ${near} is the nearest.`;
    return { code: 'CONFIG_KEY_UNKNOWN', message };
  }
  const entry = schemaEntry(key);
  if (!entry.dynamic) return { code: 'CONFIG_KEY_NOT_DYNAMIC', message: `${key} is read at start only.` };
  if (config.isPinned(key))
    return { code: 'CONFIG_KEY_PINNED', message: `${key} is set by ${config.sourceOf(key)}.` };
  if (given === null) {
    change.set(key, null);
    return null;
  }
  const raw = rawOf(key, given);
  const read = raw === undefined ? { problem: `must be ${allowed(entry)}` } : readValue(entry, raw);
  if ('problem' in read) return { code: 'CONFIG_VALUE_INVALID', message: `${key} ${read.problem}.` };
  change.set(key, read.value);
  return null;
}

/** JSON keeps its types: whole numbers and booleans as such, decimals as strings. */
function rawOf(key: ConfigKey, given: unknown): RawValue | undefined {
  const { type } = schemaEntry(key);
  if (type === 'integer') return Number.isSafeInteger(given) ? String(given) : undefined;
  if (type === 'boolean') return typeof given === 'boolean' ? String(given) : undefined;
  if (type === 'list')
    return Array.isArray(given) && given.every((item) => typeof item === 'string') ? given : undefined;
  return typeof given === 'string' ? given : undefined;
}
