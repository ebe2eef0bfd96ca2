// npm run dev: the application, compiled anew and restarted at each change of a source or of config/.
import { spawn } from 'node:child_process';
import { existsSync, rmSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildStamp,
  ensureBuilt,
  ensureInstalled,
  pinnedNode,
  root,
  runNode,
  say,
  sourceFingerprint,
} from './bootstrap.mjs';
import { compile } from './build.mjs';

const SETTLE_MS = 100;
const DRAIN_MS = 12_000;
/** A second signal within this time is the same key press: terminal, npm and the outer process all pass it on. */
const ECHO_MS = 300;

const main = path.join(root, 'dist', 'apps', 'api', 'src', 'main.js');
const changed = new Set();
let app;
let timer;
let turning = Promise.resolve();
let ending = false;
let endingSince = 0;

await ensureInstalled();
// Node 20 loses sight of a file that an editor replaces by renaming; the pinned one does not.
if (process.env.ON_PINNED_NODE !== undefined) await develop();
else
  process.exitCode = await runNode([import.meta.filename], { env: { ...process.env, ON_PINNED_NODE: '1' } });

async function develop() {
  await ensureBuilt();
  const watchers = ['apps', 'libs', 'config']
    .filter((folder) => existsSync(path.join(root, folder)))
    .map(watchFolder);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(watchers));
  process.once('exit', () => app.kill('SIGTERM'));
  app = start();
  say('Watching apps, libs and config. Ctrl-C ends.');
}

function watchFolder(folder) {
  return watch(path.join(root, folder), { recursive: true }, (_, name) => {
    if (name === null || ending || /\.(spec|contract|d)\.ts$|(^|[\\/])\.|~$/.test(name)) return;
    if (folder !== 'config' && !name.endsWith('.ts')) return;
    changed.add(path.join(root, folder, name));
    clearTimeout(timer);
    timer = setTimeout(() => (turning = turning.then(restart)), SETTLE_MS);
  });
}

/** Compiles what changed; the running application stays when that fails. */
async function restart() {
  if (ending) return;
  const files = [...changed];
  changed.clear();
  try {
    await Promise.all(files.filter((file) => file.endsWith('.ts')).map(refresh));
    writeFileSync(buildStamp, sourceFingerprint());
  } catch (error) {
    files.forEach((file) => changed.add(file));
    say(`Not compiled, the application goes on as it was:\n${error.message.split('\n\nCaused by')[0]}`);
    return;
  }
  say(`Changed: ${files.map((file) => path.relative(root, file)).join(', ')}`);
  await stop(app);
  if (!ending) app = start();
}

async function refresh(file) {
  if (existsSync(file)) return compile(file);
  const target = path.join(root, 'dist', path.relative(root, file).replace(/\.ts$/, '.js'));
  for (const name of [target, `${target}.map`]) rmSync(name, { force: true });
}

/** In a session of its own: Ctrl-C reaches it once, through `end`. */
function start() {
  const child = spawn(pinnedNode(), ['--enable-source-maps', main], {
    cwd: root,
    stdio: 'inherit',
    detached: true,
  });
  child.once('exit', (code, signal) => {
    if (!child.expected)
      say(`The application ended (${signal ?? code}). It starts again at the next change.`);
  });
  child.once('error', (error) => say(error.message));
  return child;
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.expected = true;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const last = setTimeout(() => child.kill('SIGKILL'), DRAIN_MS);
  await gone;
  clearTimeout(last);
}

/** The first signal lets the application drain; one that is not an echo of it does not wait. */
async function end(watchers) {
  if (ending) {
    if (performance.now() - endingSince > ECHO_MS) process.exit(130);
    return;
  }
  ending = true;
  endingSince = performance.now();
  clearTimeout(timer);
  watchers.forEach((watcher) => watcher.close());
  await stop(app);
  await turning;
  process.exit(0);
}
