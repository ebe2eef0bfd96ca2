import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const module = pathToFileURL(path.resolve('tools/lock.mjs')).href;
const folder = mkdtempSync(path.join(tmpdir(), 'sextant-lock-'));
const lock = path.join(folder, 'a.lock');
const log = path.join(folder, 'log');

afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  rmSync(lock, { force: true });
  writeFileSync(log, '');
});

/** A process that takes the lock and writes in and out around its work. */
function holder(work: string) {
  const script = `
    import { appendFileSync } from 'node:fs';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { withLock } from '${module}';
    const note = (text) => appendFileSync(${JSON.stringify(log)}, text);
    await withLock(${JSON.stringify(lock)}, () => undefined, async () => { note('<'); ${work}; note('>'); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
  return {
    child,
    ended: new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code))),
  };
}

describe('the lock between processes', () => {
  it('lets one at a time work, and goes away', async () => {
    const codes = await Promise.all(Array.from({ length: 4 }, () => holder('await sleep(50)').ended));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(readFileSync(log, 'utf8')).toBe('<><><><>');
    expect(existsSync(lock)).toBe(false);
  });

  it('is free again when the work failed', async () => {
    expect(await holder("throw new Error('no')").ended).toBe(1);
    expect(existsSync(lock)).toBe(false);
  });

  it('of a killed process is taken over', async () => {
    const first = holder('await sleep(60_000)');
    while (readFileSync(log, 'utf8') !== '<') await new Promise((resolve) => setTimeout(resolve, 20));
    first.child.kill('SIGKILL');
    await first.ended;
    expect(existsSync(lock)).toBe(true);
    expect(await holder('').ended).toBe(0);
    expect(readFileSync(log, 'utf8')).toBe('<<>');
  });

  it('that is silent for long is taken over, whoever has its process number now', async () => {
    writeFileSync(lock, String(process.pid));
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(lock, longAgo, longAgo);
    expect(await holder('').ended).toBe(0);
  });
});
