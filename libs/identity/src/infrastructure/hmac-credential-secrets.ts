import { createHmac, hash as digest, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiKeyId } from '@sextant/kernel';
import type { ApiKeyParts } from '../domain/api-key.js';
import { CredentialSecrets } from '../domain/credential-secrets.js';

const MAX_PROVEN = 10_000;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** HMAC-SHA-256 under keys derived from the installation's one credential key, one for each purpose. */
export class HmacCredentialSecrets extends CredentialSecrets {
  /** Stored hash → plain SHA-256 of the secret that was seen to fit it: half the cost of the HMAC. */
  private readonly proven = new Map<string, Buffer>();
  private readonly hashKey: Buffer;
  private readonly signingKey: Buffer;
  private readonly refreshKey: Buffer;

  constructor(credentialKey: string) {
    super();
    const derive = (purpose: string) =>
      createHmac('sha256', credentialKey).update(`sextant ${purpose}`).digest();
    this.hashKey = derive('credential hash');
    this.signingKey = derive('request signing');
    this.refreshKey = derive('refresh token');
  }

  newApiKey(): ApiKeyParts {
    const prefix = [...randomBytes(10)].map((byte) => ALPHABET[byte % 32]).join('');
    return { prefix, secret: randomBytes(32).toString('hex') };
  }

  newRefreshToken(): string {
    return `rt_${randomBytes(32).toString('base64url')}`;
  }

  nextRefreshToken(token: string): string {
    return `rt_${createHmac('sha256', this.refreshKey).update(token).digest('base64url')}`;
  }

  hash(secret: string): string {
    return createHmac('sha256', this.hashKey).update(secret).digest('hex');
  }

  matches(secret: string, hash: string): boolean {
    const quick = digest('sha256', secret, 'buffer');
    const proven = this.proven.get(hash);
    if (proven !== undefined && timingSafeEqual(quick, proven)) return true;
    if (!sameHex(createHmac('sha256', this.hashKey).update(secret).digest(), hash)) return false;
    if (this.proven.size >= MAX_PROVEN) this.proven.clear();
    this.proven.set(hash, quick);
    return true;
  }

  signingSecret(keyId: ApiKeyId): string {
    return createHmac('sha256', this.signingKey).update(keyId).digest('hex');
  }

  verifySignature(keyId: ApiKeyId, text: string, signature: string): boolean {
    if (!/^[0-9a-fA-F]{64}$/.test(signature)) return false;
    return sameHex(createHmac('sha256', this.signingSecret(keyId)).update(text, 'utf8').digest(), signature);
  }
}

function sameHex(digest: Buffer, hex: string): boolean {
  const other = Buffer.from(hex, 'hex');
  return other.length === digest.length && timingSafeEqual(digest, other);
}
