import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { masterKeyOf, masterKeysOf } from './master-key.js';
import type { MasterKey } from './master-key.js';

const KEY_BYTES = 32;

/**
 * Master keys in a file that only its owner may read: one a line, the newest first. It is replaced as a whole, so that a
 * crash leaves the old one or the new one. Whoever changes it holds the lock of the vault's rotation.
 */
export class KeyRingFile {
  constructor(
    readonly path: string,
    /** Makes the first key when there is no file. */
    private readonly mayCreate: boolean,
  ) {}

  /** Null when there is no file and none may be made. @throws Error when others may read it, or a key is too short */
  read(): MasterKey[] | null {
    const text = this.text() ?? (this.mayCreate ? this.create() : null);
    return text === null ? null : masterKeysOf(text);
  }

  /** A new key in front of the others; on disk when this returns. */
  add(): MasterKey {
    const line = newKey();
    this.replace(`${line}\n${this.text() ?? ''}`);
    return masterKeyOf(line);
  }

  /** Takes out the keys of these ids, and leaves everything else as it stands. */
  remove(kekIds: ReadonlySet<string>): void {
    const text = this.text();
    if (text === null) return;
    const kept = text.split('\n').flatMap((line) => withoutKeys(line, kekIds) ?? []);
    const left = kept.join('\n');
    if (left !== text) this.replace(left);
  }

  private text(): string | null {
    try {
      if ((statSync(this.path).mode & 0o077) !== 0)
        throw new Error(`others may read ${this.path}: chmod 600 it`);
      return readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** The first of several processes makes it; the others read the same one. */
  private create(): string {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const draft = this.draft(`${newKey()}\n`);
    try {
      linkSync(draft, this.path); // fails when another process was first: a link never replaces
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      unlinkSync(draft);
    }
    flushDirectory(dirname(this.path));
    return this.text()!;
  }

  private replace(text: string): void {
    renameSync(this.draft(text), this.path);
    flushDirectory(dirname(this.path));
  }

  private draft(text: string): string {
    const draft = `${this.path}.${process.pid}.${randomBytes(4).toString('hex')}`;
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    return draft;
  }
}

/** What stays of a line; null when nothing of it does. A line may hold several keys, as `exchange.vault.key` may. */
function withoutKeys(line: string, kekIds: ReadonlySet<string>): string | null {
  const parts = line.split(',');
  const kept = parts.filter((part) => !masterKeysOf(part).some(({ kekId }) => kekIds.has(kekId)));
  if (kept.length === parts.length) return line;
  return kept.every((part) => part.trim() === '') ? null : kept.join(',');
}

function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/** A rename is on disk when its directory is. */
function flushDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
