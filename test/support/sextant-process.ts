import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface SextantOptions {
  /** Which program of the build: the API by default. */
  app?: 'api' | 'worker';
  env: Record<string, string>;
  /** Given the process before it is ready: some tests do not wait. */
  onSpawn?: (child: ChildProcess) => void;
  /** How long the start may take, milliseconds. */
  startTimeoutMs?: number;
}

export interface Answer<T = any> {
  status: number;
  headers: Headers;
  body: T;
}

const ROOT = join(import.meta.dirname, '..', '..');
/** The API has said all that a start says; its last line is the one to paste. */
const READY = { api: /^Sextant is ready at [^]*^curl .*\n/m, worker: /^Sextant worker is ready\n/m };
const URL_LINE = /https?:\/\/[0-9.a-z]+:(\d+)/;
const KEY = /sx_[0-9A-Za-z]+_[0-9A-Za-z_-]+/;

/** With CHAOS_KILL it dies at a step of the order path: only a test's own entry can have it do that. */
function entryOf(app: 'api' | 'worker', env: Record<string, string>): string[] {
  if (env['CHAOS_KILL'] === undefined) return [join(ROOT, 'dist', 'apps', app, 'src', 'main.js')];
  return [join(import.meta.dirname, 'killable.mjs'), app];
}

/** A request that was not answered: whether it was executed is unknown. */
export class NoAnswer extends Error {
  constructor(cause: Error) {
    super(`no answer: ${cause.message}`, { cause });
    this.name = 'NoAnswer';
  }
}

/** One built program of Sextant as an operating system process, driven as a user would: environment, stdout, HTTP. */
export class SextantProcess {
  output = '';
  port = 0;
  /** The admin API key, printed at the first start on a database only. */
  apiKey: string | null = null;

  private constructor(readonly child: ChildProcess) {}

  static async start(options: SextantOptions): Promise<SextantProcess> {
    const app = options.app ?? 'api';
    const child = spawn(process.execPath, ['--enable-source-maps', ...entryOf(app, options.env)], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Nothing outlives the test run, not even a process that was stopped by SIGSTOP.
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    options.onSpawn?.(child);
    const sextant = new SextantProcess(child);
    await sextant.untilReady(READY[app], options.startTimeoutMs ?? 60_000);
    return sextant;
  }

  private untilReady(ready: RegExp, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => fail('was not ready in time'), timeoutMs);
      const fail = (why: string): void => {
        clearTimeout(timer);
        this.child.kill('SIGKILL');
        reject(new Error(`sextant ${why}; it printed:\n${this.output}`));
      };
      const read = (chunk: Buffer): void => {
        this.output += chunk.toString();
        if (!ready.test(this.output)) return;
        this.apiKey = KEY.exec(this.output)?.[0] ?? null;
        this.port = Number(URL_LINE.exec(this.output)?.[1] ?? 0);
        clearTimeout(timer);
        this.child.stdout!.off('data', read);
        this.child.stdout!.on('data', (later: Buffer) => (this.output += later.toString()));
        resolve();
      };
      this.child.stdout!.on('data', read);
      this.child.stderr!.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
      this.child.once('exit', (code, signal) => fail(`exited with ${code ?? signal}`));
    });
  }

  /** False once it has ended, however that came. */
  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** @throws NoAnswer when the connection ends before the answer is whole */
  async request<T = any>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
    const { status, headers, text } = await this.fetch(method, path, options).catch((error: Error) => {
      throw new NoAnswer(error);
    });
    return { status, headers, body: text === '' ? null : JSON.parse(text) };
  }

  private async fetch(method: string, path: string, options: RequestOptions) {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: {
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.key === undefined ? {} : { 'x-api-key': options.key }),
        ...options.headers,
      },
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  /** Resolves when it has ended: the exit code, or the signal's name. */
  async ended(): Promise<number | string> {
    if (this.running) await once(this.child, 'exit');
    return this.child.exitCode ?? this.child.signalCode!;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Sends the signal and waits for the end; returns the exit code, or the signal's name. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    if (this.running) this.child.kill(signal);
    return this.ended();
  }
}

export interface RequestOptions {
  key?: string;
  body?: unknown;
  headers?: Record<string, string>;
}
