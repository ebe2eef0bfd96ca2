import { spawn } from 'node:child_process';
import os from 'node:os';

/** A second signal within this time is the same key press: the terminal and npm both pass it on. */
const ECHO_MS = 300;
/** What a program gets to end after the second signal. */
const LAST_GRACE_MS = 2000;

/**
 * Runs a program as if it were this one: SIGINT, SIGTERM and SIGHUP reach it once each, a second one too, and its
 * exit code is the result. It has a session of its own, so that a terminal's Ctrl-C does not reach it twice.
 */
export function runInForeground(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options, detached: true });
  let last = 0;
  let count = 0;
  const forward = (signal) => {
    const now = performance.now();
    if (count > 0 && now - last < ECHO_MS) return;
    last = now;
    count += 1;
    child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    if (count > 1) setTimeout(() => child.kill('SIGKILL'), LAST_GRACE_MS).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (os.constants.signals[signal] ?? 0)));
  });
}
