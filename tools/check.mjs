// npm run check: format, lint, types, fence, generated documents. One line a step; details of what failed follow.
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cache, ensureBuilt, ensureInstalled, pinnedNode, root, say, seconds } from './bootstrap.mjs';

await ensureInstalled();
const node = pinnedNode();
const tool = (file) => path.join(root, 'node_modules', file);

const sources = ['apps', 'bench', 'libs', 'test', 'tools'].filter((folder) =>
  existsSync(path.join(root, folder)),
);
const prettier = [tool('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '--cache'];
const steps = {
  format: () => run([...prettier, '--cache-location', path.join(cache, 'prettier'), '.']),
  lint: () => run([tool('oxlint/bin/oxlint'), '--deny-warnings', '--format', 'unix', ...sources]),
  types: () => run([tool('typescript7/bin/tsc'), '-p', 'tsconfig.json', '--pretty', 'false']),
  fence: () => run([path.join(root, 'tools', 'fence.mjs')]),
  docs: async () => {
    await ensureBuilt();
    return run([path.join(root, 'tools', 'docs.mjs'), '--check']);
  },
};

const wanted = process.argv.slice(2);
const chosen = Object.entries(steps).filter(([name]) => wanted.length === 0 || wanted.includes(name));
const outcomes = await Promise.all(chosen.map(([name, step]) => timed(name, step)));
const failed = outcomes.filter((outcome) => !outcome.passed);
for (const { name, output } of failed) say(`\n── ${name} ──\n${output.trim()}`);
writeFileSync(
  path.join(cache, 'check-results.json'),
  JSON.stringify({ passed: outcomes.length - failed.length, failed: failed.length }),
);
process.exitCode = failed.length === 0 && outcomes.length > 0 ? 0 : 1;

async function timed(name, step) {
  const started = Date.now();
  const { code, output } = await step().catch((error) => ({ code: 1, output: String(error.stack ?? error) }));
  say(`${code === 0 ? '✔' : '✘'} ${name.padEnd(7)} ${seconds(started)}`);
  return { name, passed: code === 0, output };
}

function run(args) {
  const child = spawn(node, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
