import { isIP } from 'node:net';
import { readRedisUrl, REDIS_URL_FORM } from '../redis/redis-url.js';
import type { ConfigMistake } from './config-mistakes.js';
import type { Config } from './config.js';
import type { ConfigKey } from './config-schema.js';
import { configKeys, schemaEntry } from './schema-entry.js';
import { malformationOfUrl, weaknessOfKey, weaknessOfUrl } from './weak-secret.js';

/** Where known secrets do no harm: a developer's machine and a test run. */
const AT_EASE = ['development', 'test'];

/** What no single key can tell: rules between keys, and secrets that protect nothing. */
export function brokenRules(config: Config): ConfigMistake[] {
  const mistakes: ConfigMistake[] = [];
  const refuse = (key: ConfigKey, problem: string): void => {
    mistakes.push({ key, source: config.sourceOf(key), problem });
  };
  if (!config.get('http.allowNonLoopback')) {
    const exposed =
      'others could reach this address: use loopback, or set http.allowNonLoopback where a proxy ends TLS';
    if (!isLoopback(config.get('http.host'))) refuse('http.host', exposed);
    if (config.get('telemetry.port') !== null && !isLoopback(config.get('telemetry.host')))
      refuse('telemetry.host', exposed);
  }
  if (config.get('database.poolMin') > config.get('database.poolMax')) {
    refuse('database.poolMin', 'must not be above database.poolMax');
  }
  if (config.get('database.embeddedPoolMin') > config.get('database.embeddedPoolMax')) {
    refuse('database.embeddedPoolMin', 'must not be above database.embeddedPoolMax');
  }
  for (const key of configKeys) {
    const value = schemaEntry(key).type === 'url' ? config.configured(key) : null;
    const problem = typeof value === 'string' ? malformationOfUrl(value) : null;
    if (problem !== null) refuse(key, problem);
  }
  const redisUrl = config.get('redis.url');
  if (redisUrl !== null && readRedisUrl(redisUrl) === null) refuse('redis.url', REDIS_URL_FORM);
  if (config.environment === 'production' && config.get('exchange.allowCustomEndpoints')) {
    refuse('exchange.allowCustomEndpoints', 'is for rehearsals and refused in production');
  }
  if (config.get('exchange.vault.key') !== null && config.get('exchange.vault.keyFile') !== null) {
    refuse('exchange.vault.keyFile', 'and exchange.vault.key say the same thing: set one of them');
  }
  if (
    (config.get('exchange.binance.apiKey') === null) !==
    (config.get('exchange.binance.apiSecret') === null)
  ) {
    refuse('exchange.binance.apiSecret', 'and exchange.binance.apiKey come together: one of them is missing');
  }
  if (!AT_EASE.includes(config.environment))
    for (const key of configKeys) refuseWeakSecret(config, key, refuse);
  return mistakes;
}

function refuseWeakSecret(
  config: Config,
  key: ConfigKey,
  refuse: (key: ConfigKey, problem: string) => void,
): void {
  const entry = schemaEntry(key);
  const value = config.configured(key);
  if (!entry.secret || typeof value !== 'string') return;
  const weakness = entry.type === 'secret' ? weaknessOfKey(value, entry.minLength) : null;
  const inUrl = entry.type === 'url' ? weaknessOfUrl(value) : null;
  if (weakness ?? inUrl) refuse(key, `${weakness ?? inUrl}; outside development that is refused`);
}

export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1' || host === '[::1]') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
