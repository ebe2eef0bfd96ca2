import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { isAlive, mayServe, processIdentity } from './process-identity.js';

it('tells the living from the dead', () => {
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(spawnSync('true').pid)).toBe(false);
  expect(processIdentity(spawnSync('true').pid)).toBeNull();
  expect(processIdentity(process.pid)).toBe(processIdentity(process.pid));
});

it('takes a process for dead that only waits to be reaped', async () => {
  // The shell becomes a program that never asks how its child ended, well before the child ends.
  const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(parent.stdout, 'data');
    const zombie = Number(String(line));
    for (const deadline = Date.now() + 10_000; isAlive(zombie) && Date.now() < deadline;) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(() => process.kill(zombie, 0)).not.toThrow();
    expect(isAlive(zombie)).toBe(false);
  } finally {
    parent.kill();
  }
});

it('does not take any program for a server', () => {
  expect(mayServe(process.pid, process.cwd())).toBe(process.platform !== 'linux');
});
