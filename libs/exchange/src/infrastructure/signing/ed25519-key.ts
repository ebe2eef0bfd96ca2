import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { DomainError } from '@sextant/kernel';

/** What stands before the 32 bytes of an Ed25519 seed in PKCS #8 DER (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
/** Both alphabets of base64, padded or not: venues and their samples use either. */
const BASE64 = /^[A-Za-z0-9+/_-]{43,88}={0,2}$/;

/** An Ed25519 private key; the key object is made once and kept. */
export class Ed25519Key {
  private readonly key: KeyObject;
  /** Raw public key, standard base64. */
  readonly publicKey: string;

  private constructor(seed: Buffer) {
    this.key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
    const { x } = createPublicKey(this.key).export({ format: 'jwk' });
    this.publicKey = Buffer.from(x!, 'base64url').toString('base64');
  }

  /**
   * @param text base64 of the 32-byte seed (PyNaCl) or of the 64 bytes seed ‖ public key (tweetnacl)
   * @throws DomainError CREDENTIAL_MALFORMED when it is neither; the message does not contain the text
   */
  static parse(text: string): Ed25519Key {
    const bytes = BASE64.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
    const key = bytes.length === 32 || bytes.length === 64 ? new Ed25519Key(bytes.subarray(0, 32)) : null;
    const told = bytes.subarray(32).toString('base64');
    if (key === null || (told !== '' && told !== key.publicKey)) {
      throw new DomainError(
        'CREDENTIAL_MALFORMED',
        'The secret is no Ed25519 private key. One has 32 bytes in base64, or 64 that end in its public key.',
      );
    }
    return key;
  }

  sign(text: string, encoding: 'base64' | 'base64url'): string {
    return sign(null, Buffer.from(text), this.key).toString(encoding);
  }
}
