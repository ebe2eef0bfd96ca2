import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const MANY = '100000000';

/** Limits that a bench would run into, and nothing else, are widened; everything is on. */
const WIDENED = {
  SEXTANT__API__RATELIMITPERMINUTE: '1000000',
  SEXTANT__HTTP__ADDRESSPERMINUTE: MANY,
  SEXTANT__HTTP__ORDERSPERMINUTE: MANY,
  SEXTANT__RISK__MAXORDERSPERSECOND: '1000000',
  SEXTANT__RISK__MAXPOSITIONNOTIONAL: '1000000000000',
  SEXTANT__APP__LOGLEVEL: 'INFO',
};

/** The built API on its own embedded database, driven over HTTP. */
export class SextantUnderLoad {
  private constructor(
    private readonly child: ChildProcess,
    private readonly dataDir: string,
    readonly address: { port: number; pid: number },
    readonly headers: Record<string, string>,
    /** Spawn to ready on an existing database is measured by start-up benches; this is the first start. */
    readonly startMs: number,
  ) {}

  static async start(variables: Record<string, string> = {}): Promise<SextantUnderLoad> {
    const dataDir = mkdtempSync(join(tmpdir(), 'sextant-bench-'));
    const started = performance.now();
    const child = spawn(process.execPath, [join(ROOT, 'dist', 'apps', 'api', 'src', 'main.js')], {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'] ?? '',
        PORT: '0',
        SEXTANT_DATA_DIR: dataDir,
        ...WIDENED,
        ...variables,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    const ready = await new Promise<{ port: number; key: string }>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`sextant exited with ${code}: ${output}`)));
      child.stdout!.on('data', (chunk: Buffer) => {
        if (output.length < 100_000) output += chunk.toString();
        const port = /ready at http:\/\/localhost:(\d+)/.exec(output);
        const key = /sx_[0-9a-z]+_[0-9a-zA-Z]+/.exec(output);
        if (port !== null && key !== null) resolve({ port: Number(port[1]), key: key[0] });
      });
    });
    const address = { port: ready.port, pid: child.pid! };
    return new SextantUnderLoad(
      child,
      dataDir,
      address,
      { 'X-API-Key': ready.key },
      performance.now() - started,
    );
  }

  /** Paper accounts with enough play money for any bench. */
  async openAccounts(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const answer = await fetch(`http://127.0.0.1:${this.address.port}/api/accounts`, {
        method: 'POST',
        headers: { ...this.headers, 'content-type': 'application/json' },
        body: JSON.stringify({ name: `bench ${n}`, balances: [{ asset: 'USDT', amount: '1000000000000' }] }),
      });
      if (answer.status !== 201) throw new Error(`opening an account answered ${answer.status}`);
      ids.push(((await answer.json()) as { accountId: string }).accountId);
    }
    return ids;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
