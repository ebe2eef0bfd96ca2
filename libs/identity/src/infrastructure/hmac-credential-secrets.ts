import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiKeyId } from '@sextant/kernel';
import type { ApiKeyParts } from '../domain/api-key.js';
import { CredentialSecrets } from '../domain/credential-secrets.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** HMAC-SHA-256 under keys derived from the installation's one credential key, one for each purpose. */
export class HmacCredentialSecrets extends CredentialSecrets {
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
    return sameHex(createHmac('sha256', this.hashKey).update(secret).digest(), hash);
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
