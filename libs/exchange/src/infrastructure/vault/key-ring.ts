import { join, resolve } from 'node:path';
import type { Config } from '@sextant/platform';
import { EXIT_CONFIG } from '@sextant/platform';
import { KeyRingFile } from './key-ring-file.js';
import { masterKeysOf } from './master-key.js';
import type { MasterKey } from './master-key.js';

/** Where nothing else can share the database with keys of its own. */
const ALONE = ['development', 'test'];

/** The master keys that this process has. Which one seals, the database says: the same one for all processes. */
export class KeyRing {
  private keys: ReadonlyMap<string, MasterKey> | null = null;

  constructor(
    private readonly configured: string | null,
    /** Where the keys come from when none are configured; null: from nowhere. */
    readonly file: KeyRingFile | null,
  ) {}

  /** As `exchange.vault.key` and `exchange.vault.keyFile` say, else a file of the data directory. */
  static of(config: Config): KeyRing {
    const key = config.get('exchange.vault.key');
    if (key !== null) return new KeyRing(key, null);
    const path = config.get('exchange.vault.keyFile');
    if (path !== null) return new KeyRing(null, new KeyRingFile(resolve(path), false));
    const alone = config.get('database.url') === null || ALONE.includes(config.environment);
    const generated = join(config.get('data.directory'), 'secrets', 'exchange.vault.keys');
    return new KeyRing(null, alone ? new KeyRingFile(generated, true) : null);
  }

  /** The newest key; null when there is none. @throws Error with the exit code of a wrong configuration */
  newest(): MasterKey | null {
    for (const key of this.read().values()) return key;
    return null;
  }

  /** A file is read again for a key that is not known: a rotation may have added it. @throws Error as above */
  find(kekId: string): MasterKey | null {
    const known = this.keys?.get(kekId);
    return known ?? this.reread().get(kekId) ?? null;
  }

  has(kekId: string): boolean {
    return this.find(kekId) !== null;
  }

  /** Ids of the keys that are here, the newest first. */
  ids(): string[] {
    return [...this.reread().keys()];
  }

  reread(): ReadonlyMap<string, MasterKey> {
    this.keys = null;
    return this.read();
  }

  private read(): ReadonlyMap<string, MasterKey> {
    this.keys ??= new Map(this.load().map((key) => [key.kekId, key]));
    return this.keys;
  }

  private load(): MasterKey[] {
    try {
      return this.configured === null ? (this.file?.read() ?? []) : masterKeysOf(this.configured);
    } catch (error) {
      const where = this.file === null ? 'exchange.vault.key' : this.file.path;
      const detail = `The master keys of the vault (${where}): ${(error as Error).message}`;
      throw Object.assign(new Error(detail), { exitCode: EXIT_CONFIG });
    }
  }
}
