import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { createEmptyDatabase } from '@sextant/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './config/index.js';
import type { Config } from './config/index.js';
import { EventLog } from './event-log/index.js';
import { Lifecycle } from './lifecycle/index.js';
import { PlatformModule } from './platform.module.js';
import { platformModel } from './platform-model.js';
import { Metrics, TelemetryServer } from './telemetry/index.js';

let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
let data: string;

beforeAll(async () => {
  database = await createEmptyDatabase();
  data = mkdtempSync(join(tmpdir(), 'sextant-platform-'));
});
afterAll(async () => {
  await database.close();
  rmSync(data, { recursive: true });
});

function configured(): Config {
  return loadConfig({
    variables: {
      SEXTANT_ENV: 'test',
      SEXTANT_DATA_DIR: data,
      DATABASE_URL: database.url,
      SEXTANT__APP__LOGLEVEL: 'ERROR',
      SEXTANT__TELEMETRY__PORT: '0',
    },
    directory: join(import.meta.dirname, '../../../config'),
  });
}

function assemble(): Promise<TestingModule> {
  const options = { app: 'test', config: configured(), model: platformModel };
  return Test.createTestingModule({ imports: [PlatformModule.forRoot(options)] }).compile();
}

it('starts a process from nothing, says how it is, and leaves its events in the log', async () => {
  const module = await assemble();
  const lifecycle = module.get(Lifecycle);
  await lifecycle.start();
  try {
    const status = await lifecycle.check();
    expect(status).toMatchObject({ running: true, ready: true });
    const names = [
      'tracing',
      'event-loop',
      'database',
      'config-overrides',
      'telemetry-server',
      'idempotency-keys',
      'jobs',
    ];
    expect(status.components.map(({ name }) => name)).toEqual(names);
    const port = module.get(TelemetryServer).port;
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'UP' }]);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(/^component_up\{component="database"\} 1$/m);
    expect(metrics).toMatch(/^process_cpu_seconds_total \d/m);
    expect(metrics).toMatch(/^disk_free_bytes [1-9]\d+/m);
    expect((await fetch(`http://127.0.0.1:${port}/elsewhere`)).status).toBe(404);
    const events = await module.get(EventLog).read('system', 0, 10);
    expect(events).toMatchObject([
      { type: 'SystemStarted', payload: { process: { app: 'test', pid: process.pid } } },
    ]);
  } finally {
    expect(await lifecycle.stop('SIGTERM')).toEqual([]);
  }
  await module.close();
});

it('a second start finds what the first one left, and its stop is in the log', async () => {
  const module = await assemble();
  await module.get(Lifecycle).start();
  const events = await module.get(EventLog).read('system', 1, 10);
  expect(events.map(({ type }) => type)).toEqual(['SystemStopping', 'SystemStarted']);
  expect(module.get(Metrics).contentType).toContain('text/plain');
  await module.get(Lifecycle).stop();
  await module.close();
});
