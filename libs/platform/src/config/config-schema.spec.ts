import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileLayer } from './file-layer.js';
import { Config } from './config.js';
import { loadConfig } from './load-config.js';
import { readValue } from './read-value.js';
import { configKeys, isConfigKey, schemaEntry } from './schema-entry.js';

const directory = join(import.meta.dirname, '../../../../config');

it.each(configKeys)('%s is well declared', (key) => {
  const entry = schemaEntry(key);
  expect(key).toMatch(/^[a-z][a-zA-Z]*(\.[a-z][a-zA-Z0-9]*)+$/);
  expect(entry.description).toMatch(/^[A-Z`].{15,}\.$/s);
  if (entry.type === 'secret' || entry.secret) expect(entry.dynamic ?? false).toBe(false);
  if (entry.default === null) return;
  const text = Array.isArray(entry.default) ? entry.default : String(entry.default);
  expect(readValue(entry, text)).toHaveProperty('value');
});

it.each(['default', 'development', 'production', 'test'])(
  'config/%s.yaml holds known keys with allowed values',
  (name) => {
    const { entries } = fileLayer(join(directory, `${name}.yaml`), name);
    expect(entries.length).toBeGreaterThan(0);
    for (const { key, value, problem } of entries) {
      expect([key, problem]).toEqual([key, undefined]);
      if (!isConfigKey(key)) throw new Error(`${key} is unknown`);
      expect([key, readValue(schemaEntry(key), value)]).toEqual([key, { value: expect.anything() }]);
    }
  },
);

it('config/default.yaml states the built-in defaults', () => {
  const built = Config.fromValues();
  for (const { key, value } of fileLayer(join(directory, 'default.yaml'), 'default').entries) {
    if (!isConfigKey(key)) throw new Error(`${key} is unknown`);
    expect([key, readValue(schemaEntry(key), value)]).toEqual([key, { value: built.get(key) }]);
  }
});

it('the shipped files carry the figures of the seeds', () => {
  const read = (environment: string): unknown => {
    const { entries } = fileLayer(join(directory, `${environment}.yaml`), environment);
    return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
  };
  expect(read('development')).toMatchObject({
    'app.debug': 'true',
    'app.logLevel': 'DEBUG',
    'api.timeoutMs': '30000',
    'api.retries': '3',
  });
  expect(read('production')).toMatchObject({
    'app.debug': 'false',
    'app.logLevel': 'INFO',
    'api.timeoutMs': '10000',
    'api.retries': '5',
    'api.rateLimitPerMinute': '1000',
  });
  expect(readFileSync(join(directory, 'default.yaml'), 'utf8')).toMatch(/poolMin: 20\n {2}poolMax: 50/);
});

it('the shipped files are found from the sources, and an unknown environment is refused there', () => {
  expect(() => loadConfig({ variables: { SEXTANT_ENV: 'nowhere' }, directory })).toThrow(
    'there are development, production, test',
  );
});
