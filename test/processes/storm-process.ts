import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { StormCommand, StormOrders, StormReport } from './storm-protocol.js';

const LOADER = new URL('./typescript-loader.mjs', import.meta.url).href;
const WORKER = fileURLToPath(new URL('./storm-worker.ts', import.meta.url));

/** A child process of the storm, seen from its parent. */
export class StormProcess {
  /** `account operation` of everything that was answered, in the order of the answers. */
  readonly acknowledged: string[] = [];
  /** Those that must not be in the log. */
  readonly refused: string[] = [];
  readonly failures: Record<string, number> = {};
  readonly exited: Promise<number | null>;
  private readonly waiting = new Map<StormReport['kind'], () => void>();
  private seen = new Set<StormReport['kind']>();
  private readonly child: ChildProcess;

  constructor(readonly orders: StormOrders) {
    this.child = spawn(process.execPath, ['--no-warnings', '--import', LOADER, WORKER], {
      env: { ...process.env, STORM: JSON.stringify(orders), NODE_OPTIONS: '' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.on('message', (report: StormReport) => this.heard(report));
  }

  async ready(): Promise<this> {
    await Promise.race([this.once('READY'), this.exited.then((code) => this.died(code))]);
    return this;
  }

  /** Ends its clients and hands its accounts over. */
  async stop(): Promise<void> {
    this.send({ kind: 'STOP' });
    await Promise.race([this.once('STOPPED'), this.exited.then((code) => this.died(code))]);
    await this.exited;
  }

  /** Ends its clients; it goes on serving the others. */
  quiet(): void {
    this.send({ kind: 'QUIET' });
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  pause(): void {
    this.child.kill('SIGSTOP');
  }

  continue(): void {
    this.child.kill('SIGCONT');
  }

  private send(command: StormCommand): void {
    this.child.send(command);
  }

  private once(kind: StormReport['kind']): Promise<void> {
    if (this.seen.has(kind)) return Promise.resolve();
    return new Promise((resolve) => this.waiting.set(kind, resolve));
  }

  private heard(report: StormReport): void {
    this.seen.add(report.kind);
    this.waiting.get(report.kind)?.();
    if (report.kind !== 'PROGRESS') return;
    this.acknowledged.push(...report.acknowledged);
    this.refused.push(...report.refused);
    for (const [name, count] of Object.entries(report.failures)) {
      this.failures[name] = (this.failures[name] ?? 0) + count;
    }
  }

  private died(code: number | null): never {
    throw new Error(`${this.orders.name} ended with ${code} when it should not`);
  }
}
