import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brokenRules } from './config-rules.js';
import { Config } from './config.js';
import type { SourcedValue } from './config.js';
import type { ConfigLayer, LayerEntry } from './config-layer.js';
import { ConfigMistakes } from './config-mistakes.js';
import type { ConfigMistake } from './config-mistakes.js';
import type { ConfigKey } from './config-schema.js';
import { envFileLayer, environmentLayer } from './environment-layer.js';
import type { Variables } from './environment-layer.js';
import { fileLayer } from './file-layer.js';
import { generatedSecret } from './generated-secret.js';
import { nearest } from './nearest-key.js';
import { plainVariables } from './plain-variables.js';
import { readValue } from './read-value.js';
import { configKeys, isConfigKey, schemaEntry } from './schema-entry.js';

export interface ConfigSurroundings {
  variables: Variables;
  /** Holds `default.yaml` and a file for each environment. */
  directory: string;
}

type Values = Map<ConfigKey, SourcedValue>;

/**
 * Reads and checks the configuration: built-in defaults, then the layers of `docs/configuration.md` in their order.
 * @throws ConfigMistakes with every mistake there is.
 */
export function loadConfig({ variables, directory }: ConfigSurroundings = machine()): Config {
  const mistakes: ConfigMistake[] = [];
  const environment = variables['SEXTANT_ENV'] || variables['NODE_ENV'] || 'development';
  const values = defaults();
  for (const layer of layers(environment, variables, directory)) apply(layer, values, mistakes);
  if (mistakes.length === 0) fillGeneratedSecrets(environment, values, mistakes);
  const config = new Config(environment, values);
  mistakes.push(...brokenRules(config));
  if (mistakes.length > 0) throw new ConfigMistakes(mistakes);
  return config;
}

function machine(): ConfigSurroundings {
  return { variables: process.env, directory: findConfigDirectory() };
}

/** `config/` of the repository or image this code lies in: the same from sources and from `dist`. */
export function findConfigDirectory(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'config', 'default.yaml'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('There is no config/default.yaml above the program.');
    folder = above;
  }
  return join(folder, 'config');
}

function defaults(): Values {
  return new Map(
    configKeys.map((key) => {
      const entry = schemaEntry(key);
      const read = readValue(entry, typeof entry.default === 'string' ? entry.default : null);
      const value = entry.type === 'path' && 'value' in read ? read.value : entry.default;
      return [key, { value, source: 'default', pinned: false }];
    }),
  );
}

function layers(environment: string, variables: Variables, directory: string): ConfigLayer[] {
  const shipped = (name: string): ConfigLayer =>
    fileLayer(join(directory, `${name}.yaml`), `config/${name}.yaml`);
  return [
    shipped('default'),
    environmentFile(environment, directory) ?? shipped(environment),
    ...listed(variables['SEXTANT_CONFIG']).map((path) => fileLayer(path, relative('.', path))),
    ...listed(variables['SEXTANT_ENV_FILES']).map((path) => envFileLayer(path)),
    environmentLayer(variables, (variable) => variable, true),
  ];
}

/** A layer that refuses an environment nobody has described; null when the file is there. */
function environmentFile(environment: string, directory: string): ConfigLayer | null {
  if (/^[\w-]+$/.test(environment) && existsSync(join(directory, `${environment}.yaml`))) return null;
  const known = readdirSync(directory).filter((file) => file.endsWith('.yaml') && file !== 'default.yaml');
  const names = known.map((file) => file.slice(0, -'.yaml'.length)).sort();
  const problem = `no such environment; there are ${names.join(', ')}`;
  return {
    pinned: false,
    entries: [{ key: environment, value: null, source: 'SEXTANT_ENV or NODE_ENV', problem }],
  };
}

function apply(layer: ConfigLayer, values: Values, mistakes: ConfigMistake[]): void {
  for (const entry of layer.entries) {
    const { key, source } = entry;
    if (entry.problem !== undefined) mistakes.push({ key, source, problem: entry.problem });
    else if (!isConfigKey(key)) mistakes.push({ key, source, problem: unknownKey(entry) });
    else {
      const read = readValue(schemaEntry(key), entry.value);
      if ('problem' in read) mistakes.push({ key, source, problem: read.problem });
      else values.set(key, { value: read.value, source, pinned: layer.pinned });
    }
  }
}

function unknownKey({ key, source }: LayerEntry): string {
  const variables =
    key === source ? [...plainVariables.keys()].filter((name) => name.startsWith('SEXTANT')) : [];
  const near =
    nearest(key, [...configKeys, ...variables]) ??
    nearest(key.replace(/^SEXTANT_/i, '').replaceAll('_', '.'), configKeys);
  return near === null ? 'there is no such key' : `there is no such key; ${near} is the nearest`;
}

/** A process that shares its database with others must be told the secrets they share. */
function fillGeneratedSecrets(environment: string, values: Values, mistakes: ConfigMistake[]): void {
  const alone =
    values.get('database.url')?.value === null || environment === 'development' || environment === 'test';
  for (const key of configKeys) {
    const entry = schemaEntry(key);
    if (entry.type !== 'secret' || !entry.generated || values.get(key)!.value !== null) continue;
    if (!alone) {
      const variable = `SEXTANT__${key.toUpperCase().replaceAll('.', '__')}`;
      mistakes.push({
        key,
        source: variable,
        problem: 'must be set: all processes of this database share it',
      });
      continue;
    }
    try {
      const { value, path } = generatedSecret(String(values.get('data.directory')?.value), key);
      values.set(key, { value, source: `generated: ${path}`, pinned: false });
    } catch (error) {
      mistakes.push({
        key,
        source: 'generated',
        problem: error instanceof Error ? error.message : String(error),
      });
    }
  }
}

function listed(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
