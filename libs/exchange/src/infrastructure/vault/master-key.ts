import { createSecretKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A key-encryption key, and the name under which rows refer to it. */
export interface MasterKey {
  /** 16 hexadecimal digits, derived from the key: the same key has the same id everywhere. */
  readonly kekId: string;
  readonly key: KeyObject;
}

const KEY_BYTES = 32;
const ID_BYTES = 8;
const SHORTEST = 32;

/**
 * HKDF-SHA-256 (RFC 5869) of the text of a master key, once for the key and once for its id, so that the id tells
 * nothing of the key.
 * @throws Error when the text is too short to protect anything
 */
export function masterKeyOf(text: string): MasterKey {
  if (text.length < SHORTEST) {
    throw new Error(`a master key has at least ${SHORTEST} characters, such as \`openssl rand -base64 32\``);
  }
  const material = Buffer.from(text, 'utf8');
  try {
    const key = Buffer.from(hkdfSync('sha256', material, '', 'sextant vault kek v1', KEY_BYTES));
    const id = Buffer.from(hkdfSync('sha256', material, '', 'sextant vault kek id v1', ID_BYTES));
    const master = { kekId: id.toString('hex'), key: createSecretKey(key) };
    key.fill(0);
    return master;
  } finally {
    material.fill(0);
  }
}

/** The keys of a text: one a line or comma separated, the newest first; `#` begins a comment. @throws Error as above */
export function masterKeysOf(text: string): MasterKey[] {
  const lines = text.split(/[\n,]/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(masterKeyOf);
}
