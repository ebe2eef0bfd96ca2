import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
    private child: ChildProcess,
    private readonly dataDir: string,
    public address: { port: number; pid: number },
    readonly headers: Record<string, string>,
    private readonly variables: Record<string, string>,
    /** Spawn to ready on an existing database is measured by start-up benches; this is the first start. */
    readonly startMs: number,
  ) {}

  static async start(variables: Record<string, string> = {}): Promise<SextantUnderLoad> {
    const dataDir = mkdtempSync(join(tmpdir(), 'sextant-bench-'));
    const started = performance.now();
    const { child, port, output } = await launch(dataDir, variables);
    const key = /sx_[0-9a-z]+_[0-9a-zA-Z]+/.exec(output);
    if (key === null) throw new Error(`sextant printed no key: ${output}`);
    const address = { port, pid: child.pid! };
    const headers = { 'X-API-Key': key[0] };
    return new SextantUnderLoad(child, dataDir, address, headers, variables, performance.now() - started);
  }

  /** SIGKILL, then the same again on the same data. Resolves when it says that it is ready. */
  async killAndStartAgain(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
    const { child, port } = await launch(this.dataDir, this.variables);
    this.child = child;
    this.address = { port, pid: child.pid! };
  }

  async get<T>(path: string): Promise<T> {
    const answer = await fetch(`http://127.0.0.1:${this.address.port}${path}`, { headers: this.headers });
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    return (await answer.json()) as T;
  }

  async post(path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(`http://127.0.0.1:${this.address.port}${path}`, {
      method: 'POST',
      headers: { ...this.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  /** Paper accounts with enough play money for any bench. */
  async openAccounts(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const balances = [{ asset: 'USDT', amount: '1000000000000' }];
      const { status, body } = await this.post('/api/accounts', { name: `bench ${n}`, balances });
      if (status !== 201) throw new Error(`opening an account answered ${status}`);
      ids.push(body['accountId'] as string);
    }
    return ids;
  }

  /** The postmaster of the embedded database. */
  get databasePid(): number {
    const file = readdirSync(this.dataDir, { recursive: true, encoding: 'utf8' }).find((name) =>
      name.endsWith('postmaster.pid'),
    );
    if (file === undefined) throw new Error('there is no embedded database');
    return Number(readFileSync(join(this.dataDir, file), 'utf8').split('\n')[0]);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

async function launch(dataDir: string, variables: Record<string, string>) {
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'apps', 'api', 'src', 'main.js')], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', SEXTANT_DATA_DIR: dataDir, ...WIDENED, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`sextant exited with ${code}: ${output}`)));
    child.stdout!.on('data', (chunk: Buffer) => {
      if (output.length < 100_000) output += chunk.toString();
      const ready = /ready at http:\/\/localhost:(\d+)[\s\S]*curl/.exec(output);
      if (ready !== null) resolve(Number(ready[1]));
    });
  });
  return { child, port, output };
}
