// npm test: everything it needs included. Further arguments go to Jest: npm test -- libs/kernel
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { cache, ensureBuilt, ensureInstalled, root, runNode, say } from './bootstrap.mjs';
import { redisServer } from './redis-server.mjs';

await ensureInstalled();
await ensureBuilt();

const args = process.argv.slice(2);
const results = path.join(cache, 'test-results.json');
const redis = redisServer();
const seed = process.env.SEED ?? String(Date.now() % 2 ** 31);
rmSync(results, { force: true });
say(`Property tests with SEED=${seed}.`);
const jest = [
  '--experimental-vm-modules',
  '--no-warnings',
  path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
  ...(args.some((arg) => /^(-i|-w|--runInBand|--maxWorkers)/.test(arg)) ? [] : [`--maxWorkers=${workers()}`]),
  ...(args.includes('--json') ? [] : ['--json', `--outputFile=${results}`]),
  ...args,
  ...(redis === null ? ['--testPathIgnorePatterns', '/node_modules/', '\\.redis\\.spec\\.ts$'] : []),
];
const code = await runNode(jest, { env: { ...process.env, SEED: seed } });
if (redis === null) tellWhatDidNotRun();
process.exitCode = code;

function workers() {
  return Math.max(2, availableParallelism() - 1);
}

function tellWhatDidNotRun() {
  const files = ['apps', 'libs', 'test'].flatMap((folder) => specsThatNeedRedis(path.join(root, folder)));
  if (files.length === 0) return;
  const tests = files.reduce((sum, file) => sum + countTests(file), 0);
  say(
    `Not run: ${tests} test(s) in ${files.length} file(s) whose subject is Redis. ` +
      'Put redis-server on the PATH (apt-get install redis-server) or set REDIS_URL to run them.',
  );
}

function specsThatNeedRedis(folder) {
  try {
    return readdirSync(folder, { recursive: true })
      .filter((file) => file.endsWith('.redis.spec.ts'))
      .map((file) => path.join(folder, file));
  } catch {
    return [];
  }
}

/** Tests as written, those of a contract once a call of it; a table of cases counts as one. */
function countTests(file) {
  const text = readFileSync(file, 'utf8');
  const own = text.match(/^\s*(it|test)(\.each|\.concurrent)?\s*[(`]/gm)?.length ?? 0;
  const contracts = text.matchAll(/^import \{ ?(.+?) ?\} from '(\..+\.contract)\.js';$/gm);
  return contracts.reduce((sum, [, names, from]) => {
    const calls = text.match(new RegExp(`^\\s*(${names.replace(/, /g, '|')})\\(`, 'gm'))?.length ?? 0;
    return sum + calls * countTests(path.join(path.dirname(file), `${from}.ts`));
  }, own);
}
