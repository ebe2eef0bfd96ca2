import type { CredentialSecrets } from '../../domain/connections/credential-vault.js';

const LENGTH_BYTES = 2;
const LONGEST = 0xfffe;
const ABSENT = 0xffff;

/** The parts one after another, each after its length (16 bit; 0xFFFF: absent), written without a text in between. */
export function packSecrets({ apiKey, secret, passphrase }: CredentialSecrets): Buffer {
  const parts = [apiKey, secret, passphrase];
  const lengths = parts.map((part) => (part === null ? 0 : Buffer.byteLength(part)));
  if (lengths.some((length) => length > LONGEST)) throw new Error('a secret of more than 65534 bytes');
  const size = lengths.reduce((sum, length) => sum + LENGTH_BYTES + length, 0);
  // Of its own, not a slice of the shared pool: it is zeroed after use.
  const packed = Buffer.alloc(size);
  let at = 0;
  for (const part of parts) {
    const length = part === null ? 0 : packed.write(part, at + LENGTH_BYTES, 'utf8');
    packed.writeUInt16BE(part === null ? ABSENT : length, at);
    at += LENGTH_BYTES + length;
  }
  return packed;
}

/** @throws Error when the bytes are no packed secrets: nothing that was sealed here */
export function unpackSecrets(packed: Buffer): CredentialSecrets {
  const parts: (string | null)[] = [];
  let at = 0;
  while (at < packed.length) {
    if (at + LENGTH_BYTES > packed.length) throw new Error('packed secrets are cut');
    const length = packed.readUInt16BE(at);
    const end = at + LENGTH_BYTES + (length === ABSENT ? 0 : length);
    if (end > packed.length) throw new Error('packed secrets are cut');
    parts.push(length === ABSENT ? null : packed.toString('utf8', at + LENGTH_BYTES, end));
    at = end;
  }
  const [apiKey, secret, passphrase] = parts;
  if (
    parts.length !== 3 ||
    typeof apiKey !== 'string' ||
    typeof secret !== 'string' ||
    passphrase === undefined
  ) {
    throw new Error('packed secrets are not three parts');
  }
  return { apiKey, secret, passphrase };
}
