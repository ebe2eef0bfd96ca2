import { createEmptyDatabase } from '@sextant/testing';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { SextantProcess } from '../support/sextant-process.js';
import type { Answer, RequestOptions } from '../support/sextant-process.js';

/** Short leases, a fast market, and no limit on the pace of requests. */
const VARIABLES = {
  SEXTANT_ENV: 'test',
  SEXTANT__APP__LOGLEVEL: 'WARN',
  SEXTANT__DATABASE__POOLMIN: '1',
  SEXTANT__DATABASE__POOLMAX: '10',
  SEXTANT__OWNERSHIP__BEATMS: '100',
  SEXTANT__OWNERSHIP__LEASEMS: '800',
  SEXTANT__MARKETDATA__REPLAY__SPEED: '20',
  SEXTANT__API__RATELIMITPERMINUTE: '1000000',
  SEXTANT__HTTP__ADDRESSPERMINUTE: '1000000',
  SEXTANT__HTTP__ORDERSPERMINUTE: '1000000',
  SEXTANT__HTTP__CANCELSPERMINUTE: '1000000',
};

/** A database of its own, and the built programs that run on it. */
export class World {
  /** The administrator's key, from the first start. */
  key = '';
  private readonly processes: SextantProcess[] = [];
  private readonly pool: pg.Pool;

  private constructor(
    readonly url: string,
    private readonly data: string,
    private readonly dropDatabase: () => Promise<void>,
  ) {
    this.pool = new pg.Pool({ connectionString: url, max: 2 });
    this.pool.on('error', () => undefined);
  }

  static async open(): Promise<World> {
    const database = await createEmptyDatabase();
    return new World(database.url, mkdtempSync(path.join(tmpdir(), 'sextant-e2e-')), database.close);
  }

  async api(variables: Record<string, string> = {}): Promise<SextantProcess> {
    const api = await this.start('api', variables);
    this.key ||= api.apiKey ?? '';
    return api;
  }

  worker(variables: Record<string, string> = {}): Promise<SextantProcess> {
    return this.start('worker', variables);
  }

  /** The operator's terminal on the same configuration; answers what it prints as JSON. */
  async terminal<T = any>(...args: string[]): Promise<T> {
    const main = path.join(import.meta.dirname, '../../dist/apps/cli/src/main.js');
    const env = { ...VARIABLES, DATABASE_URL: this.url, SEXTANT_DATA_DIR: this.data };
    const run = promisify(execFile)(process.execPath, [main, ...args, '--json'], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
    });
    // What it found wrong it says in the same document.
    const { stdout } = await run.catch((error: { stdout: string }) => error);
    return JSON.parse(stdout) as T;
  }

  private async start(app: 'api' | 'worker', variables: Record<string, string>): Promise<SextantProcess> {
    const env = {
      ...VARIABLES,
      DATABASE_URL: this.url,
      SEXTANT_DATA_DIR: this.data,
      // Many starts of the same code: only the first ones compile it.
      NODE_COMPILE_CACHE: path.join(this.data, 'compiled'),
      ...variables,
    };
    const started = await SextantProcess.start({ app, env });
    this.processes.push(started);
    return started;
  }

  /** A request as the administrator. */
  call(at: SextantProcess, method: string, pathname: string, options: RequestOptions = {}): Promise<Answer> {
    return at.request(method, pathname, { key: this.key, ...options });
  }

  /**
   * The same request until it is not 503: what the API says a client may do. Every POST carries a key, so that
   * repeating it is safe.
   * @throws Error when it is not served within 30 s, or when a 503 does not say that it may be repeated.
   */
  async persist(
    at: SextantProcess,
    method: string,
    pathname: string,
    options: RequestOptions = {},
  ): Promise<Answer> {
    for (const deadline = Date.now() + 30_000; ;) {
      const answer = await this.call(at, method, pathname, options);
      if (answer.status !== 503) return answer;
      if (answer.body.retryable !== true || !answer.headers.has('retry-after'))
        throw new Error(`a 503 that is not retryable: ${JSON.stringify(answer.body)}`);
      if (Date.now() > deadline) throw new Error(`not served: ${JSON.stringify(answer.body)}\n${at.output}`);
      await delay(50);
    }
  }

  /** Resolves when the market is open, so that orders can be placed. */
  async marketOpen(at: SextantProcess): Promise<void> {
    await until(async () => {
      const { body } = await this.call(at, 'GET', '/api/market-data/tickers?symbols=BTCUSDT');
      return body.data?.[0]?.stale === false;
    });
  }

  /** Best prices, in hundredths of a USDT. */
  async topOfBook(at: SextantProcess): Promise<{ bid: number; ask: number }> {
    const { body } = await this.call(at, 'GET', '/api/market-data/order-book?symbol=BTCUSDT&depth=1');
    return { bid: Math.round(Number(body.bids[0][0]) * 100), ask: Math.round(Number(body.asks[0][0]) * 100) };
  }

  async openAccounts(at: SextantProcess, count: number): Promise<string[]> {
    const balances = [
      { asset: 'USDT', amount: '1000000' },
      { asset: 'BTC', amount: '20' },
    ];
    const answers = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        this.persist(at, 'POST', '/api/accounts', {
          body: { name: `Account ${index}`, balances },
          headers: { 'Idempotency-Key': `account-${index}` },
        }),
      ),
    );
    return answers.map(({ body }) => body.accountId);
  }

  async sql<R extends pg.QueryResultRow = any>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.pool.query<R>(text, values)).rows;
  }

  /** What a test started beside it ends with the test. */
  async killAllBut(kept: SextantProcess): Promise<void> {
    await Promise.all(this.processes.map((one) => (one === kept ? null : one.stop('SIGKILL'))));
  }

  /** Kills what still runs and drops the database. */
  async close(): Promise<void> {
    await Promise.all(this.processes.map((one) => one.stop('SIGKILL')));
    await this.pool.end();
    await this.dropDatabase();
    rmSync(this.data, { recursive: true });
  }
}

export function price(hundredths: number): string {
  return (hundredths / 100).toFixed(2);
}

export async function until(condition: () => Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; !(await condition());) {
    if (Date.now() > deadline) throw new Error(`not so within ${timeoutMs} ms: ${condition}`);
    await delay(20);
  }
}
