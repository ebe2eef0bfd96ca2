import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { sizeThreadPool } from './thread-pool.js';

/** Prints how many threads a process gained by computing eight hashes at once in a pool of this size. */
const program = (threads: number) => `
  import { pbkdf2 } from 'node:crypto';
  import { readdirSync } from 'node:fs';
  ${sizeThreadPool.toString()}
  sizeThreadPool(${threads});
  const tasks = () => readdirSync('/proc/self/task').length;
  const before = tasks();
  for (let n = 0; n < 8; n += 1) pbkdf2('word', 'salt', 20_000, 32, 'sha256', () => undefined);
  console.log(tasks() - before);
`;

it('sets what libuv reads', () => {
  const before = process.env['UV_THREADPOOL_SIZE'];
  sizeThreadPool(5);
  expect(process.env['UV_THREADPOOL_SIZE']).toBe('5');
  if (before === undefined) delete process.env['UV_THREADPOOL_SIZE'];
  else process.env['UV_THREADPOOL_SIZE'] = before;
});

// Only Linux shows the threads of a process as files.
if (existsSync('/proc/self/task')) {
  it.each([1, 4, 8])('a pool of %i threads computes eight hashes', (threads) => {
    const args = ['--input-type=module', '-e', program(threads)];
    const env = { ...process.env, UV_THREADPOOL_SIZE: undefined, NODE_OPTIONS: undefined };
    expect(Number(execFileSync(process.execPath, args, { encoding: 'utf8', env }))).toBe(threads);
  });
}
