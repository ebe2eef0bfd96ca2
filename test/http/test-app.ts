import type { EventEnvelope } from '@sextant/contracts';
import type { Config } from '@sextant/platform';
import { Database, EventLog, Lifecycle, loadConfig } from '@sextant/platform';
import { createEmptyDatabase } from '@sextant/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IdentityComponent } from '@sextant/identity';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppModule } from '../../apps/api/src/app.module.js';
import { createHttpApp, HttpServer } from '../../apps/api/src/http/index.js';
import { ScriptedExchange } from './scripted-exchange.js';

export interface Answer {
  status: number;
  headers: Headers;
  body: any;
  text: string;
}

/** The whole application on an empty database, listening on a port of its own. */
export class TestApp {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    /** The administrator's key of the first start. */
    readonly adminKey: string,
    readonly databaseName: string,
    /** A venue that says of keys what a test wants. */
    readonly exchange: ScriptedExchange,
    private readonly release: () => Promise<void>,
  ) {}

  /** `scripted` false: the venues are those that Sextant comes with, at their own addresses. */
  static async start(variables: Record<string, string> = {}, { scripted = true } = {}): Promise<TestApp> {
    const database = await createEmptyDatabase();
    const data = mkdtempSync(path.join(tmpdir(), 'sextant-http-'));
    const config = testConfig(database.url, data, variables);
    const exchange = new ScriptedExchange();
    const app = await createHttpApp(
      AppModule.forRoot(config, { venues: scripted ? exchange.adapters : [] }),
      config,
    );
    const server = new HttpServer(app, config);
    const lifecycle = app.get(Lifecycle);
    lifecycle.register(server);
    await lifecycle.start();
    const adminKey = app.get(IdentityComponent, { strict: false }).takeFirstKey() ?? '';
    const name = new URL(database.url).pathname.slice(1);
    const url = server.url.replace('localhost', '127.0.0.1');
    return new TestApp(app, url, adminKey, name, exchange, async () => {
      await lifecycle.stop();
      await database.close();
      rmSync(data, { recursive: true });
    });
  }

  /** A request with JSON in and out; `as` is an API key. */
  async call(method: string, pathname: string, options: CallOptions = {}): Promise<Answer> {
    const { as = null, body, headers = {} } = options;
    const response = await fetch(this.url + pathname, {
      method,
      headers: {
        ...(as === null ? {} : { 'X-API-Key': as }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : text,
    };
  }

  /** The stream `system`, oldest first. */
  async events(): Promise<EventEnvelope[]> {
    return this.app.get(EventLog, { strict: false }).read('system', 0, 10_000);
  }

  /** Every row of every table, as text. */
  async dump(): Promise<string> {
    const database = this.app.get(Database, { strict: false });
    const tables = await database.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const rows = await Promise.all(
      tables.map(({ name }) => database.query(`SELECT t::text FROM ${name} t`).catch(() => [])),
    );
    return JSON.stringify(rows);
  }

  async close(): Promise<void> {
    await this.release();
  }
}

export interface CallOptions {
  as?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

function testConfig(databaseUrl: string, data: string, variables: Record<string, string>): Config {
  return loadConfig({
    variables: {
      SEXTANT_ENV: 'test',
      SEXTANT_DATA_DIR: data,
      DATABASE_URL: databaseUrl,
      PORT: '0',
      SEXTANT__APP__LOGLEVEL: 'ERROR',
      SEXTANT__HTTP__ADDRESSPERMINUTE: '1000000',
      SEXTANT__HTTP__LOGINSPERMINUTE: '100000',
      SEXTANT__API__RATELIMITPERMINUTE: '1000000',
      ...variables,
    },
    directory: path.join(import.meta.dirname, '../../config'),
  });
}
