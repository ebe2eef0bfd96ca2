import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');

it.each(['api', 'worker'])('%s: SIGTERM while it waits for the database ends it at once', async (app) => {
  const data = mkdtempSync(path.join(tmpdir(), 'sextant-wait-'));
  const child = spawn(process.execPath, [path.join(ROOT, 'dist', 'apps', app, 'src', 'main.js')], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: '0',
      SEXTANT_DATA_DIR: data,
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const waits = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Waiting for the database')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`it ended before it waited:\n${output}`)));
  });
  try {
    await waits;
    const toldMs = performance.now();
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'close');
    expect({ code, signal, output }).toMatchObject({ code: 0, signal: null });
    expect(performance.now() - toldMs).toBeLessThan(5_000);
    expect(output).toContain('Told to stop before the start was through.');
    expect(output).not.toMatch(/unsettled|"level":"(ERROR|FATAL)"/);
  } finally {
    child.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  }
});
