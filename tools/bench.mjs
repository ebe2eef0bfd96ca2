// npm run bench: every bench/*.bench.ts, each in a process of its own; names choose: npm run bench -- event-log
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt, ensureInstalled, root, runNode, say } from './bootstrap.mjs';
import { compile } from './build.mjs';

await ensureInstalled();
await ensureBuilt();

const folder = path.join(root, 'bench');
const files = readdirSync(folder, { recursive: true }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
);
await Promise.all(files.map((file) => compile(path.join(folder, file))));

const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
const options = process.argv.slice(2).filter((arg) => arg.startsWith('-'));
const benches = files
  .filter((file) => file.endsWith('.bench.ts'))
  .filter((file) => wanted.length === 0 || wanted.some((name) => file.includes(name)))
  .sort();
if (benches.length === 0) {
  say(`No benchmark ${wanted.length === 0 ? 'in bench/' : `named ${wanted.join(', ')}`}.`);
  process.exitCode = 1;
}
for (const bench of benches) {
  say(`── ${bench.replace(/\.bench\.ts$/, '')}`);
  const built = path.join(root, 'dist', 'bench', bench.replace(/\.ts$/, '.js'));
  const code = await runNode(['--expose-gc', '--enable-source-maps', built, ...options]);
  if (code !== 0) process.exitCode = code;
}
