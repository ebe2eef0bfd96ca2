// `node tools/mutants.mjs [name …] [--seed S]`: breaks the protocol on a copy of the source, one way at a time, and says
// how long the proof takes to see it. Fails when one is not seen within 200 schedules, or cannot be applied any more.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { protocolMutants } from '../test/mutants/protocol-mutants.mjs';

export { protocolMutants };

const root = fileURLToPath(new URL('..', import.meta.url));
/** What the simulation runs on, and what the tests need beside. */
const FOR_SIMULATION = ['libs', 'test/simulation', 'test/processes', '.swcrc', 'package.json'];
const FOR_TESTS = [
  'test/support',
  'tsconfig.json',
  'tsconfig.base.json',
  'jest.config.mjs',
  'tools',
  'apps',
  'config',
];
const LIMIT = 200;

/** The sources of a mutant as text, by file. @throws Error when an anchor is not there exactly once. */
export function mutated({ name, edits }, from = root) {
  const files = new Map();
  for (const { file, find, replace } of edits) {
    const text = files.get(file) ?? readFileSync(path.join(from, file), 'utf8');
    const places = text.split(find).length - 1;
    if (places !== 1) throw new Error(`${name}: its anchor stands ${places} times in ${file}:\n${find}`);
    files.set(
      file,
      text.replace(find, () => replace),
    );
  }
  return files;
}

/** A copy of the source to break things in. */
export function copyOfSource() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sextant-mutants-'));
  for (const name of [...FOR_SIMULATION, ...FOR_TESTS]) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Applies the mutant in the copy, lets its proof run, and takes it back.
 * @returns {Promise<{ caught: boolean; after: number | null; how: string }>} `after`: schedules until it was seen
 */
export async function runMutant(mutant, folder, { seed, node = process.execPath }) {
  const changed = mutated(mutant, folder);
  const original = new Map([...changed.keys()].map((file) => [file, readFileSync(path.join(folder, file))]));
  for (const [file, text] of changed) writeFileSync(path.join(folder, file), text);
  try {
    return mutant.caughtBy.kind === 'SIMULATION'
      ? await simulated(folder, seed, node)
      : await tested(folder, mutant.caughtBy, node);
  } finally {
    for (const [file, text] of original) writeFileSync(path.join(folder, file), text);
  }
}

async function simulated(folder, seed, node) {
  const loader = pathToFileURL(path.join(folder, 'test/processes/typescript-loader.mjs')).href;
  const main = path.join(folder, 'test/simulation/main.ts');
  const numbers = ['--schedules', String(LIMIT), '--seed', String(seed)];
  const { stdout, stderr } = await run(node, ['--import', loader, main, '--json', ...numbers], folder);
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`the simulation did not run:\n${stdout}\n${stderr}`);
  const { after, violations } = JSON.parse(line);
  return { caught: after !== null, after, how: violations[0] ?? '' };
}

/** The test must fail for what it expects, not because it could not run. */
async function tested(folder, { file, name }, node) {
  const jest = path.join(folder, 'node_modules/jest/bin/jest.js');
  const flags = ['--experimental-vm-modules', '--no-warnings', jest, '--maxWorkers=1', '--json', '-t', name];
  const { stdout } = await run(node, [...flags, '--runTestsByPath', file], folder);
  const line = stdout.split('\n').find((text) => text.startsWith('{"num'));
  if (line === undefined) throw new Error(`the test did not run:\n${stdout}`);
  const tests = JSON.parse(line).testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.filter(({ status }) => status === 'failed');
  if (tests.every(({ status }) => status === 'pending')) throw new Error(`no test of that name: ${name}`);
  return { caught: failed.length > 0, after: null, how: failed.map(({ title }) => title).join('; ') };
}

function run(node, args, cwd) {
  const env = { ...process.env, NODE_OPTIONS: '' };
  return promisify(execFile)(node, args, { cwd, env, maxBuffer: 1 << 26 }).catch((error) => {
    if (typeof error.stdout === 'string') return error;
    throw error;
  });
}

async function main() {
  const { ensureInstalled, pinnedNode, say } = await import('./bootstrap.mjs');
  await ensureInstalled();
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string', default: String(Date.now() % 2 ** 31) } },
  });
  const wanted = protocolMutants.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const { folder, remove } = copyOfSource();
  try {
    say(`seed ${values.seed}`);
    for (const mutant of wanted) {
      const options = { seed: Number(values.seed), node: pinnedNode() };
      const gone = (error) => ({ caught: false, after: null, how: error.message });
      const result = await runMutant(mutant, folder, options).catch(gone);
      const { caught, after, how } = result;
      const where = after === null ? how : `after ${after} schedules: ${how}`;
      say(`${caught ? '✔' : '✘ NOT SEEN'} ${mutant.name.padEnd(26)} ${where}`);
      if (!caught) process.exitCode = 1;
    }
    if (wanted.length === 0) process.exitCode = 1;
  } finally {
    remove();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
