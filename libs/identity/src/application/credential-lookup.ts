import type { ApiKeyId, EpochMs, SessionId } from '@sextant/kernel';
import type { Principal } from '../domain/principal.js';

/** What authentication needs of a usable key. */
export interface KnownKey {
  keyId: ApiKeyId;
  secretHash: string;
  signed: boolean;
  expiresAt: EpochMs | null;
  principal: Principal;
}

/** Reads behind authentication. Null: unknown, revoked, or its user is suspended. */
export abstract class CredentialLookup {
  abstract keyByPrefix(prefix: string): Promise<KnownKey | null>;

  abstract sessionPrincipal(sessionId: SessionId, now: EpochMs): Promise<Principal | null>;
}
