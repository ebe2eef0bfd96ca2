import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** A baseline program of the bench: prints `{ port, rss }` when it listens. */
export interface Baseline {
  child: ChildProcess;
  port: number;
  /** Spawn to listening, milliseconds. */
  startMs: number;
  rssBytes: number;
  stop(): Promise<void>;
}

/** Starts `<name>.js` beside this file. */
export async function startBaseline(name: string, ...args: string[]): Promise<Baseline> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.js`), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} exited with ${code}`)));
    child.stdout!.once('data', (chunk: Buffer) => resolve(chunk.toString()));
  });
  const { port, rss } = JSON.parse(line) as { port: number; rss: number };
  const startMs = performance.now() - started;
  return {
    child,
    port,
    startMs,
    rssBytes: rss,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}
