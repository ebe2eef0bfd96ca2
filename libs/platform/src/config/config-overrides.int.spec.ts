import { DomainError } from '@sextant/kernel';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import { SystemLog } from '../event-log/system-log.js';
import { platformModel } from '../platform-model.js';
import { Logger } from '../telemetry/index.js';
import { ManualClock, ManualTimers } from '../time/index.js';
import { ConfigOverrides } from './config-overrides.js';
import { Config } from './config.js';
import type { SourcedValue } from './config.js';
import type { ConfigKey } from './config-schema.js';
import { configKeys, schemaEntry } from './schema-entry.js';

let test: TestDatabase;
const running: ConfigOverrides[] = [];
const clock = new ManualClock();
const timers = new ManualTimers(clock);

beforeAll(async () => {
  test = await createTestDatabase(platformModel);
});
afterAll(() => test.close());
beforeEach(() => test.database.query('DELETE FROM config_override'));
afterEach(async () => {
  for (const process of running.splice(0)) await process.stop();
});

async function startProcess(
  config = Config.fromValues(),
): Promise<{ config: Config; overrides: ConfigOverrides }> {
  const log = new SystemLog(test.database);
  const overrides = new ConfigOverrides(config, test.database, log, clock, timers, Logger.silent());
  await overrides.start();
  running.push(overrides);
  return { config, overrides };
}

function pinned(key: ConfigKey): Config {
  const values = new Map<ConfigKey, SourcedValue>(
    configKeys.map((each) => [each, { value: schemaEntry(each).default, source: 'default', pinned: false }]),
  );
  values.set(key, { value: 'WARN', source: 'SEXTANT__APP__LOGLEVEL', pinned: true });
  return new Config('production', values);
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !condition(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}

async function refusal(work: Promise<unknown>): Promise<DomainError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DomainError);
  return error as DomainError;
}

it('a change is in force at once, told to listeners, followed by the other processes and there after a restart', async () => {
  const one = await startProcess();
  const two = await startProcess();
  const seen: string[] = [];
  one.config.onChange('app.logLevel', (level) => seen.push(level));
  await one.overrides.change({ 'app.logLevel': 'WARN', 'marketData.maxAgeMs': 700 }, { actor: 'usr_a' });
  expect(one.config.get('app.logLevel')).toBe('WARN');
  expect(seen).toEqual(['WARN']);
  await until(() => two.config.get('app.logLevel') === 'WARN');
  expect(two.config.get('marketData.maxAgeMs')).toBe(700);
  expect([one.overrides.version, two.overrides.version]).toEqual([1, 1]);
  const later = await startProcess();
  expect(later.config.get('app.logLevel')).toBe('WARN');
  expect(later.config.effective().find(({ key }) => key === 'app.logLevel')?.source).toBe('override');
});

it('null takes an override back', async () => {
  const { config, overrides } = await startProcess();
  await overrides.change({ 'app.logLevel': 'ERROR' }, { actor: 'usr_a' });
  await overrides.change({ 'app.logLevel': null }, { actor: 'usr_a' });
  expect(config.get('app.logLevel')).toBe('INFO');
  expect(overrides.version).toBe(2);
  expect((await startProcess()).config.get('app.logLevel')).toBe('INFO');
});

it('is audited with who, what, before and after', async () => {
  const { overrides } = await startProcess();
  await overrides.change({ 'app.logLevel': 'ERROR' }, { actor: 'usr_a', traceId: 'f'.repeat(32) });
  await overrides.change({ 'app.logLevel': null }, { actor: 'usr_b' });
  const events = await test.database.query(
    `SELECT type, actor, trace_id, payload FROM event_log WHERE stream_id = 'system' ORDER BY stream_seq DESC LIMIT 2`,
  );
  expect(events).toMatchObject([
    { type: 'ConfigChanged', actor: 'usr_b', payload: { from: 'ERROR', to: 'INFO', overridden: false } },
    {
      type: 'ConfigChanged',
      actor: 'usr_a',
      trace_id: 'f'.repeat(32),
      payload: { key: 'app.logLevel', from: 'INFO', to: 'ERROR', overridden: true },
    },
  ]);
});

it('changes nothing when one of several values is refused, and names each', async () => {
  const { config, overrides } = await startProcess();
  const body = {
    'app.logLevel': 'ERROR',
    'app.loglevle': 'X',
    'http.port': 1,
    'marketData.maxAgeMs': '700',
    'telemetry.traceRatio': 0.5,
  };
  const { code, context } = await refusal(overrides.change(body, { actor: 'usr_a' }));
  expect(code).toBe('CONFIG_CHANGE_REFUSED');
  expect(context['errors']).toMatchObject([
    {
      pointer: '/values/app.loglevle',
      code: 'CONFIG_KEY_UNKNOWN',
      message: expect.stringContaining('app.logLevel'),
    },
    { pointer: '/values/http.port', code: 'CONFIG_KEY_NOT_DYNAMIC' },
    {
      pointer: '/values/marketData.maxAgeMs',
      code: 'CONFIG_VALUE_INVALID',
      message: expect.stringContaining('from 100'),
    },
    { pointer: '/values/telemetry.traceRatio', code: 'CONFIG_VALUE_INVALID' },
  ]);
  expect(config.get('app.logLevel')).toBe('INFO');
});

it('never beats the environment: the change is refused, and a stored override has no effect', async () => {
  const other = await startProcess();
  await other.overrides.change({ 'app.logLevel': 'ERROR' }, { actor: 'usr_a' });
  const { config, overrides } = await startProcess(pinned('app.logLevel'));
  expect(config.get('app.logLevel')).toBe('WARN');
  const { code, message } = await refusal(overrides.change({ 'app.logLevel': 'DEBUG' }, { actor: 'usr_a' }));
  expect(code).toBe('CONFIG_KEY_PINNED');
  expect(message).toContain('SEXTANT__APP__LOGLEVEL');
});

it('of two changes that both know the same state one is refused', async () => {
  const one = await startProcess();
  const two = await startProcess();
  const ifVersion = one.overrides.version;
  const outcomes = await Promise.allSettled([
    one.overrides.change({ 'app.logLevel': 'WARN' }, { actor: 'usr_a', ifVersion }),
    two.overrides.change({ 'app.logLevel': 'ERROR' }, { actor: 'usr_b', ifVersion }),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const lost = outcomes.find((outcome) => outcome.status === 'rejected');
  expect(lost).toMatchObject({ reason: { code: 'CONFIG_CHANGED_MEANWHILE' } });
});

it('a stored override that the schema does not take any more is ignored', async () => {
  await test.database.query(
    `INSERT INTO config_override VALUES ('gone.key', '1', 1, now(), 'x'), ('marketData.maxAgeMs', '-5', 1, now(), 'x'),
       ('http.port', '1', 1, now(), 'x')`,
  );
  const { config } = await startProcess();
  expect(config.get('marketData.maxAgeMs')).toBe(5000);
  expect(config.get('http.port')).toBe(3000);
});

it('a process that missed the notification finds the change with its sweep', async () => {
  const { config } = await startProcess();
  await test.database.query(`INSERT INTO config_override VALUES ('app.logLevel', '"ERROR"', 1, now(), 'x')`);
  expect(config.get('app.logLevel')).toBe('INFO');
  await timers.advance(30_000);
  expect(config.get('app.logLevel')).toBe('ERROR');
});
