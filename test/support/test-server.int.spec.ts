import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PROCESSES = path.join(import.meta.dirname, '..', 'processes');

it('leaves nothing behind of a test run that is killed', async () => {
  const loader = path.join(PROCESSES, 'typescript-loader.mjs');
  const run = spawn(process.execPath, ['--import', loader, path.join(PROCESSES, 'hold-test-server.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(run.stdout, 'data');
  const folder = String(line).trim();
  const server = Number.parseInt(
    readFileSync(path.join(folder, 'postgres/cluster/postmaster.pid'), 'utf8'),
    10,
  );
  expect(existsSync(`/proc/${server}`) || process.platform !== 'linux').toBe(true);

  run.kill('SIGKILL');
  await once(run, 'exit');
  for (const deadline = Date.now() + 10_000; existsSync(folder) && Date.now() < deadline;) await delay(50);
  expect(existsSync(folder)).toBe(false);
  expect(() => process.kill(server, 0)).toThrow('ESRCH');
});
