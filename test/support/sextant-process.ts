import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface SextantOptions {
  /** Which program of the build: the API by default. */
  app?: 'api' | 'worker';
  env: Record<string, string>;
  /** How long the start may take, milliseconds. */
  startTimeoutMs?: number;
}

export interface Answer<T = any> {
  status: number;
  headers: Headers;
  body: T;
}

const ROOT = join(import.meta.dirname, '..', '..');
const READY = /ready/i;
const URL_LINE = /https?:\/\/[0-9.a-z]+:(\d+)/;
const KEY = /sx_[0-9A-Za-z]+_[0-9A-Za-z_-]+/;

/** One built program of Sextant as an operating system process, driven as a user would: environment, stdout, HTTP. */
export class SextantProcess {
  output = '';
  port = 0;
  /** The admin API key, printed at the first start on a database only. */
  apiKey: string | null = null;

  private constructor(readonly child: ChildProcess) {}

  static async start(options: SextantOptions): Promise<SextantProcess> {
    const app = options.app ?? 'api';
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', join(ROOT, 'dist', 'apps', app, 'src', 'main.js')],
      {
        cwd: ROOT,
        env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const sextant = new SextantProcess(child);
    await sextant.untilReady(options.startTimeoutMs ?? 60_000);
    return sextant;
  }

  private untilReady(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => fail('was not ready in time'), timeoutMs);
      const fail = (why: string): void => {
        clearTimeout(timer);
        this.child.kill('SIGKILL');
        reject(new Error(`sextant ${why}; it printed:\n${this.output}`));
      };
      const read = (chunk: Buffer): void => {
        this.output += chunk.toString();
        this.apiKey ??= KEY.exec(this.output)?.[0] ?? null;
        const port = URL_LINE.exec(this.output);
        if (port !== null && this.port === 0) this.port = Number(port[1]);
        if (READY.test(this.output)) {
          clearTimeout(timer);
          resolve();
        }
      };
      this.child.stdout!.on('data', read);
      this.child.stderr!.on('data', read);
      this.child.once('exit', (code, signal) => fail(`exited with ${code ?? signal}`));
    });
  }

  async request<T = any>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: {
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.key === undefined ? {} : { 'x-api-key': options.key }),
        ...options.headers,
      },
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
  }

  /** Sends the signal and waits for the end; returns the exit code, or the signal's name. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) {
      return this.child.exitCode ?? this.child.signalCode!;
    }
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    const [code, by] = (await ended) as [number | null, string | null];
    return code ?? by!;
  }
}

export interface RequestOptions {
  key?: string;
  body?: unknown;
  headers?: Record<string, string>;
}
