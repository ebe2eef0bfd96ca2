import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const FOREGROUND = path.join(import.meta.dirname, 'foreground.mjs');

/** Runs `program` in the foreground of a second process, which is what `npm start` is to the application. */
function started(program: string) {
  const source = `import { runInForeground } from ${JSON.stringify(FOREGROUND)};
    process.exitCode = await runInForeground(process.execPath, ['-e', ${JSON.stringify(program)}]);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const said = async (text: string) => {
    while (!output.includes(text)) await once(child.stdout, 'data');
  };
  return { child, said, exit: once(child, 'exit'), output: () => output };
}

const COUNTING = `let count = 0;
  process.on('SIGINT', () => { console.log('signal', ++count); if (count === 2) process.exit(7); });
  setInterval(() => undefined, 1000); console.log('up');`;

describe('a program in the foreground', () => {
  it('gives its exit code', async () => {
    expect(await started('process.exit(78)').exit).toEqual([78, null]);
  });

  it('ends like a shell says when a signal killed it', async () => {
    expect(await started(`process.kill(process.pid, 'SIGKILL')`).exit).toEqual([137, null]);
  });

  it('gets one signal of one key press, and the second press as a second one', async () => {
    const { child, said, exit, output } = started(COUNTING);
    await said('up');
    child.kill('SIGINT');
    child.kill('SIGINT');
    await said('signal 1');
    await delay(400);
    expect(output()).not.toContain('signal 2');
    child.kill('SIGINT');
    expect(await exit).toEqual([7, null]);
  });

  it('is killed when the second press does not end it either', async () => {
    const { child, said, exit } = started(`process.on('SIGTERM', () => console.log('no'));
      setInterval(() => undefined, 1000); console.log('up');`);
    await said('up');
    child.kill('SIGTERM');
    await said('no');
    await delay(400);
    child.kill('SIGTERM');
    expect(await exit).toEqual([137, null]);
  });

  it('is told to end when the terminal is closed', async () => {
    const { child, said, exit } = started(`process.on('SIGTERM', () => process.exit(5));
      setInterval(() => undefined, 1000); console.log('up');`);
    await said('up');
    child.kill('SIGHUP');
    expect(await exit).toEqual([5, null]);
  });
});

describe('npm start on a terminal', () => {
  it('ends with the exit code of the program when Ctrl-C is pressed', () => {
    const { scripts } = JSON.parse(
      readFileSync(path.join(import.meta.dirname, '..', 'package.json'), 'utf8'),
    );
    const before = scripts.start.slice(0, scripts.start.indexOf('node '));
    const program = `process.on('SIGINT', () => process.exit(0)); process.kill(0, 'SIGINT'); setInterval(() => 0, 99)`;
    // A group of its own, which all get the signal, as from a terminal.
    const shell = spawnSync('setsid', ['--wait', 'sh', '-c', `${before}${process.execPath} -e "${program}"`]);
    expect({ status: shell.status, signal: shell.signal }).toEqual({ status: 0, signal: null });
  });
});
