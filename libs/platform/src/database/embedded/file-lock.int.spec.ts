import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withFileLock } from './file-lock.js';
import { processIdentity } from './process-identity.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sextant-lock-'));
  file = path.join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

it('lets one in at a time, also when an abandoned lock is in the way', async () => {
  const gone = spawnSync('true').pid;
  await writeFile(file, `${gone}@1 abandoned`);
  let inside = 0;
  let most = 0;
  const visit = () =>
    withFileLock(file, async () => {
      inside += 1;
      most = Math.max(most, inside);
      await delay(2);
      inside -= 1;
    });
  await Promise.all(Array.from({ length: 20 }, visit));
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

it('is let go of when the work fails', async () => {
  await expect(withFileLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withFileLock(file, () => Promise.resolve(1))).toBe(1);
});

it('is not believed when the process id was given to another program', async () => {
  await writeFile(file, `${process.pid}@1 someone before us`);
  expect(await withFileLock(file, () => Promise.resolve(1))).toBe(1);
  expect(processIdentity(process.pid)).not.toBe(`${process.pid}@1`);
});
