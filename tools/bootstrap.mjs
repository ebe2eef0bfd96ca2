// What every command does first, on the machine's own Node and with nothing installed: install what the lock
// says, find the pinned Node, build what is stale. Plain JavaScript without dependencies for that reason.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** Left-overs that may be deleted at any time: locks, tool caches, results of the last run. */
export const cache = path.join(root, '.cache');

const OLDEST_NODE = [22, 19];
const modules = path.join(root, 'node_modules');
const installStamp = path.join(modules, '.sextant-install');
export const buildStamp = path.join(root, 'dist', '.build');

/** One short progress line. On stderr, so that a command's own output stays clean. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Installs when node_modules is missing or is not what package-lock.json says. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  await withLock(path.join(cache, 'install.lock'), say, async () => {
    if (isInstalled()) return;
    const started = Date.now();
    say('Installing packages (once, about a minute) …');
    let result = await npm('ci');
    if (result.code !== 0 && /EUSAGE|can only install packages when your package\.json/.test(result.output)) {
      say('npm ci does not accept the lock on this machine; npm install instead …');
      result = await npm('install', '--no-save');
    }
    if (result.code !== 0) {
      say(`${result.output.trim()}\n`);
      say('The packages could not be installed; npm says why above. Run the command again after that.');
      process.exit(1);
    }
    writeFileSync(installStamp, lockFingerprint());
    say(`Packages installed in ${seconds(started)}.`);
  });
}

/** The Node that the project runs on; ends the process with a word of advice when this machine has none. */
export function pinnedNode() {
  const packaged = path.join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node');
  const linked = path.join(modules, '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const pinned = [packaged, linked].find((candidate) => existsSync(candidate));
  if (pinned !== undefined) return pinned;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]))
    return process.execPath;
  say(
    `Sextant brings its own Node as a package, but none is installed for ${process.platform}-${process.arch}, ` +
      `and this machine's Node ${process.versions.node} is older than ${OLDEST_NODE.join('.')}. ` +
      'Install Node 26 (or 24) and run the command again.',
  );
  process.exit(1);
}

/** Builds `dist` when a source or a build setting differs from what it was built from. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  await withLock(path.join(cache, 'build.lock'), say, async () => {
    if (isBuilt()) return;
    const { build } = await import('./build.mjs');
    await build();
  });
}

/** Fingerprint of everything that decides what `dist` holds. */
export function sourceFingerprint() {
  const hash = createHash('sha256');
  const settings = ['.swcrc', 'package-lock.json', 'tools/build.mjs'].map((name) => path.join(root, name));
  for (const file of [...settings, ...sourceFiles()]) {
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

/** The TypeScript files that belong into `dist`, absolute, sorted. */
export function sourceFiles() {
  return ['apps', 'libs'].flatMap((folder) => walk(path.join(root, folder))).sort();
}

/** Runs the pinned Node with this terminal and resolves with its exit code. */
export function runNode(args, { env = process.env, stdio = 'inherit' } = {}) {
  const child = spawn(pinnedNode(), args, { cwd: root, env, stdio });
  const forward = (signal) => child.kill(signal);
  // A terminal sends Ctrl-C to the child as well: sent again it would be the second one, which kills.
  const interrupt = process.stdin.isTTY ? () => undefined : forward;
  process.on('SIGTERM', forward).on('SIGHUP', forward).on('SIGINT', interrupt);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGTERM', forward).off('SIGHUP', forward).off('SIGINT', interrupt);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

export function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

function isBuilt() {
  try {
    return readFileSync(buildStamp, 'utf8') === sourceFingerprint();
  } catch {
    return false;
  }
}

function isInstalled() {
  const hidden = path.join(modules, '.package-lock.json');
  if (!existsSync(hidden)) return false;
  try {
    if (readFileSync(installStamp, 'utf8') === lockFingerprint()) return true;
  } catch {
    // installed by hand: compared below
  }
  if (!sameVersions(readJson(hidden).packages, readJson(path.join(root, 'package-lock.json')).packages))
    return false;
  writeFileSync(installStamp, lockFingerprint());
  return true;
}

/** True when every package that the lock demands is there in its version; optional ones depend on the machine. */
function sameVersions(installed, locked) {
  return Object.entries(locked).every(([folder, entry]) => {
    if (folder === '' || entry.link || entry.devOptional || entry.peer) return true;
    const found = installed[folder];
    return found === undefined ? entry.optional === true : found.version === entry.version;
  });
}

function lockFingerprint() {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}`;
}

/** Runs npm outside the tree's own node_modules/.bin: it must not stand on the Node that it replaces. */
function npm(...args) {
  const separator = path.delimiter;
  const outside = (process.env.PATH ?? '').split(separator).filter((entry) => !entry.startsWith(modules));
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const child = spawn('npm', [...args, ...flags], {
    cwd: root,
    env: { ...process.env, PATH: outside.join(separator), NODE_ENV: 'development', npm_config_omit: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const started = Date.now();
  const ticker = setInterval(() => say(`  … ${Math.round((Date.now() - started) / 1000)} s`), 5000);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`npm cannot be run: ${error.message}`)));
    child.once('close', (code) => resolve({ code, output }));
  }).finally(() => clearInterval(ticker));
}

function* walkEntries(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* walkEntries(file);
    else yield file;
  }
}

function walk(folder) {
  return [...walkEntries(folder)].filter(
    (file) =>
      file.endsWith('.ts') && !/\.(spec|contract|d)\.ts$/.test(file) && !/[\\/]node_modules[\\/]/.test(file),
  );
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

mkdirSync(cache, { recursive: true });
