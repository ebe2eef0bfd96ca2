import { createCipheriv, createDecipheriv, createSecretKey, randomFillSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { CredentialBinding, CredentialSecrets } from '../../domain/connections/credential-vault.js';
import { packSecrets, unpackSecrets } from './packed-secrets.js';
import type { MasterKey } from './master-key.js';

const ALGORITHM = 'aes-256-gcm';
const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const DATA_KEY_BYTES = 32;
const OVERHEAD = 1 + NONCE_BYTES + TAG_BYTES;

/** Which encryption of a credential it is: grows when the credential is encrypted anew. */
export type SealedBinding = CredentialBinding & { keyVersion: number };

/** A credential as it is stored. */
export interface Envelope {
  /** The master key that `wrappedKey` is encrypted with. */
  kekId: string;
  wrappedKey: Buffer;
  ciphertext: Buffer;
}

/** The envelope was altered, moved to another row, cut, or is not of this master key. Says nothing of the content. */
export class EnvelopeBroken extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'EnvelopeBroken';
  }
}

/**
 * Encrypts a credential under a data key of its own, and that under the master key (AES-256-GCM both; layout: format
 * byte, 96-bit random nonce, ciphertext, 128-bit tag). Both are bound to whose the credential is and which encryption of
 * it: a row's ciphertext does not open in another row, nor an older one in place of a newer.
 */
export function seal(secrets: CredentialSecrets, binding: SealedBinding, master: MasterKey): Envelope {
  const clear = packSecrets(secrets);
  const dataKey = randomFillSync(Buffer.alloc(DATA_KEY_BYTES));
  try {
    const ciphertext = encrypt(createSecretKey(dataKey), clear, secretsContext(binding));
    const wrappedKey = encrypt(master.key, dataKey, dataKeyContext(binding, master.kekId));
    return { kekId: master.kekId, wrappedKey, ciphertext };
  } finally {
    clear.fill(0);
    dataKey.fill(0);
  }
}

/** @throws EnvelopeBroken */
export function open(envelope: Envelope, binding: SealedBinding, master: MasterKey): CredentialSecrets {
  return withDataKey(envelope, binding, master, (dataKey) => {
    const clear = decrypt(createSecretKey(dataKey), envelope.ciphertext, secretsContext(binding));
    try {
      return unpackSecrets(clear);
    } finally {
      clear.fill(0);
    }
  });
}

/** The same credential under another master key: its ciphertext stays as it is. @throws EnvelopeBroken */
export function rewrap(envelope: Envelope, binding: SealedBinding, from: MasterKey, to: MasterKey): Envelope {
  return withDataKey(envelope, binding, from, (dataKey) => ({
    kekId: to.kekId,
    wrappedKey: encrypt(to.key, dataKey, dataKeyContext(binding, to.kekId)),
    ciphertext: envelope.ciphertext,
  }));
}

function withDataKey<T>(
  { kekId, wrappedKey }: Envelope,
  binding: SealedBinding,
  master: MasterKey,
  use: (dataKey: Buffer) => T,
): T {
  if (kekId !== master.kekId) throw new EnvelopeBroken('The credential is sealed with another master key.');
  const dataKey = decrypt(master.key, wrappedKey, dataKeyContext(binding, kekId));
  try {
    return use(dataKey);
  } finally {
    dataKey.fill(0);
  }
}

function encrypt(key: KeyObject, clear: Buffer, context: Buffer): Buffer {
  const sealed = Buffer.alloc(OVERHEAD + clear.length);
  sealed[0] = FORMAT;
  const nonce = randomFillSync(sealed.subarray(1, 1 + NONCE_BYTES));
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(context);
  cipher.update(clear).copy(sealed, 1 + NONCE_BYTES);
  cipher.final();
  cipher.getAuthTag().copy(sealed, sealed.length - TAG_BYTES);
  return sealed;
}

function decrypt(key: KeyObject, sealed: Buffer, context: Buffer): Buffer {
  if (sealed.length <= OVERHEAD || sealed[0] !== FORMAT)
    throw new EnvelopeBroken('The ciphertext is cut or of an unknown format.');
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(context);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const clear = decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
    return clear;
  } catch {
    clear.fill(0);
    throw new EnvelopeBroken('The ciphertext was altered, or belongs somewhere else.');
  }
}

function secretsContext(binding: SealedBinding): Buffer {
  return contextOf('secrets', binding, []);
}

function dataKeyContext(binding: SealedBinding, kekId: string): Buffer {
  return contextOf('data-key', binding, [kekId]);
}

/** No part may hold the separator: two bindings never read the same. */
function contextOf(what: string, binding: SealedBinding, more: readonly string[]): Buffer {
  const { tenantId, accountId, venue, credentialId, keyVersion } = binding;
  const parts = [what, tenantId, accountId, venue, credentialId, String(keyVersion), ...more];
  if (parts.some((part) => part === '' || part.includes('|')))
    throw new Error('a binding with an empty or split part');
  return Buffer.from(parts.join('|'), 'utf8');
}
