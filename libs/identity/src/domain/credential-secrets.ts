import type { ApiKeyId } from '@sextant/kernel';
import type { ApiKeyParts } from './api-key.js';

/** Everything that needs randomness or the installation's credential key. */
export abstract class CredentialSecrets {
  /** A key nobody has: 50 random bits of prefix, 256 of secret. */
  abstract newApiKey(): ApiKeyParts;

  /** A refresh token nobody has: 256 random bits. */
  abstract newRefreshToken(): string;

  /** The one successor of a refresh token: a repeated renewal can give the same one without it being stored. */
  abstract nextRefreshToken(token: string): string;

  /** Keyed hash (hex) under which a secret or token is stored. */
  abstract hash(secret: string): string;

  /** True when the secret has that hash; takes the same time whether it does or not. */
  abstract matches(secret: string, hash: string): boolean;

  /** The secret that the requests of a key are signed with. Derived, not stored. */
  abstract signingSecret(keyId: ApiKeyId): string;

  /** True when `signature` (hex) is the HMAC-SHA-256 of the text under the key's signing secret. */
  abstract verifySignature(keyId: ApiKeyId, text: string, signature: string): boolean;
}
