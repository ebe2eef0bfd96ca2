import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BEAT_MS = 1000;
const SILENT_MS = 15_000;

/**
 * Runs `work` while no other process does, per lock file. The holder touches the file every second; one whose
 * process is gone, or that was silent for 15 s (a pid can be somebody else's by now), is taken over.
 */
export async function withLock(file, say, work) {
  mkdirSync(path.dirname(file), { recursive: true });
  for (let told = false; !take(file); await sleep(200)) {
    if (isAbandoned(file)) rmSync(file, { force: true });
    else if (!told) say(`Waiting for another process (${path.basename(file, '.lock')}) …`);
    told = true;
  }
  const beat = setInterval(() => utimesSync(file, new Date(), new Date()), BEAT_MS);
  beat.unref();
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    release();
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isAbandoned(file) {
  try {
    const silentMs = Date.now() - statSync(file).mtimeMs;
    if (silentMs > SILENT_MS) return true;
    const pid = Number(readFileSync(file, 'utf8'));
    return silentMs > BEAT_MS && pid > 0 && !isAlive(pid);
  } catch {
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
