// Runs once, before the workers of a test run begin. The database itself is started by the first test that asks for
// one (test-server.ts), so that a run of unit tests does not pay for it; here is only prepared that it cannot stay.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export default function globalSetup() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sextant-test-'));
  // A server that must not run as root has to get in.
  chmodSync(folder, 0o711);
  process.env.SEXTANT_TEST_DIR = folder;
  const script = fileURLToPath(new URL('clean-up.sh', import.meta.url));
  const warden = spawn('sh', [script, folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  globalThis.sextantTestWarden = warden;
  warden.unref();
  warden.stdin.unref?.();
}
