import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigKey } from './config-schema.js';

const BYTES = 32;

/**
 * The secret this installation made for itself, in `<data>/secrets/<key>`, readable by its owner only. The first of
 * several processes makes it; the others read the same one.
 * @throws Error when others may read the file.
 */
export function generatedSecret(dataDirectory: string, key: ConfigKey): { value: string; path: string } {
  const directory = join(dataDirectory, 'secrets');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, key);
  const existing = readSecret(path);
  if (existing !== null) return { value: existing, path };
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, randomBytes(BYTES).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, path); // fails when another process was first: a link never replaces
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return { value: readSecret(path)!, path };
}

function readSecret(path: string): string | null {
  try {
    if ((statSync(path).mode & 0o077) !== 0)
      throw new Error(`others may read ${path}: chmod 600 it, or delete it`);
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
