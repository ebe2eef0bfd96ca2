import type { JsonValue } from '@sextant/contracts';
import type { ConfigScalar } from './config-entry.js';
import type { ConfigKey, ConfigValue } from './config-schema.js';
import { configKeys, schemaEntry } from './schema-entry.js';
import { showUrl } from './show-url.js';

/** One value and where it came from: `default`, a file's path, a variable's name, `generated`, `override`. */
export interface SourcedValue {
  value: ConfigScalar;
  source: string;
  /** The environment decides: no override reaches the key. */
  pinned: boolean;
}

export interface EffectiveValue {
  key: ConfigKey;
  /** Secrets show as `***`, or null when absent. */
  value: JsonValue;
  source: string;
  dynamic: boolean;
  description: string;
}

type Listener = (value: never) => void;

/** The configuration of this process: checked, typed, complete. */
export class Config {
  private readonly overrides = new Map<ConfigKey, ConfigScalar>();
  private readonly listeners = new Map<ConfigKey, Set<Listener>>();

  constructor(
    /** `development`, `test`, `production` or the name of another file in `config/`. */
    readonly environment: string,
    private readonly values: ReadonlyMap<ConfigKey, SourcedValue>,
  ) {}

  /** The defaults with some values set: for tests and tools. */
  static fromValues(
    values: { readonly [K in ConfigKey]?: ConfigValue<K> } = {},
    environment = 'test',
  ): Config {
    const sourced = new Map<ConfigKey, SourcedValue>();
    for (const key of configKeys) {
      const given: ConfigScalar | undefined = values[key];
      const fallback =
        schemaEntry(key).type === 'secret' ? 'a-secret-of-a-test-'.repeat(2) : schemaEntry(key).default;
      sourced.set(key, { value: given === undefined ? fallback : given, source: 'test', pinned: false });
    }
    return new Config(environment, sourced);
  }

  /** The value now, dynamic overrides included. Costs two map lookups. */
  get<K extends ConfigKey>(key: K): ConfigValue<K> {
    const override = this.overrides.get(key);
    return (override === undefined ? this.values.get(key)?.value : override) as ConfigValue<K>;
  }

  /** Calls back after every change of a dynamic key. Answers how to stop listening. */
  onChange<K extends ConfigKey>(key: K, listener: (value: ConfigValue<K>) => void): () => void {
    const listeners = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, listeners);
    listeners.add(listener as Listener);
    return () => listeners.delete(listener as Listener);
  }

  /** True when the environment set the key, so that an override would have no effect. */
  isPinned(key: ConfigKey): boolean {
    return this.values.get(key)?.pinned ?? false;
  }

  /** Where the value comes from, overrides left out. */
  sourceOf(key: ConfigKey): string {
    return this.values.get(key)?.source ?? 'default';
  }

  /** The value without overrides. */
  configured(key: ConfigKey): ConfigScalar {
    return this.values.get(key)?.value ?? null;
  }

  /** Replaces all overrides and tells the listeners of the keys whose value differs now. Pinned keys stay. */
  applyOverrides(overrides: ReadonlyMap<ConfigKey, ConfigScalar>): void {
    const before = new Map(
      [...this.overrides.keys(), ...overrides.keys()].map((key) => [key, this.get(key)]),
    );
    this.overrides.clear();
    for (const [key, value] of overrides) {
      if (!this.isPinned(key)) this.overrides.set(key, value);
    }
    for (const [key, old] of before) {
      const value = this.get(key);
      if (JSON.stringify(value) === JSON.stringify(old)) continue;
      for (const listener of this.listeners.get(key) ?? []) listener(value as never);
    }
  }

  /** Every key with its value, secrets masked, sorted by key. */
  effective(): EffectiveValue[] {
    return configKeys.toSorted().map((key) => {
      const entry = schemaEntry(key);
      const source = this.overrides.has(key) ? 'override' : this.sourceOf(key);
      return {
        key,
        value: shown(key, this.get(key)),
        source,
        dynamic: entry.dynamic ?? false,
        description: entry.description,
      };
    });
  }

  /** The secret texts in use, so that the log can keep them out. */
  secrets(): string[] {
    return configKeys
      .filter((key) => schemaEntry(key).secret)
      .map((key) => this.get(key) as ConfigScalar)
      .filter((value): value is string => typeof value === 'string' && value.length > 0);
  }
}

function shown(key: ConfigKey, value: ConfigScalar): JsonValue {
  const entry = schemaEntry(key);
  if (value === null) return null;
  if (entry.secret) return entry.type === 'url' && typeof value === 'string' ? showUrl(value) : '***';
  return Array.isArray(value) ? [...value] : (value as JsonValue);
}
