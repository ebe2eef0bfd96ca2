import type { ApiKeyId, EpochMs, TenantId, UserId } from '@sextant/kernel';
import { Aggregate, DomainError } from '@sextant/kernel';
import type { IdentityEvent } from './identity-event.js';
import type { Scope } from './principal.js';
import type { By } from './user.js';

export interface ApiKeySnapshot {
  keyId: ApiKeyId;
  tenantId: TenantId;
  userId: UserId;
  name: string;
  /** The public part: finds the key, tells it from others in a log. */
  prefix: string;
  /** HMAC-SHA-256 (hex) of the secret under the installation's credential key. */
  secretHash: string;
  scopes: readonly Scope[];
  /** Requests with this key must carry a signature. */
  signed: boolean;
  expiresAt: EpochMs | null;
  revokedAt: EpochMs | null;
  lastUsedAt: EpochMs | null;
  /** Set when the key was rotated. */
  successorId: ApiKeyId | null;
  version: number;
  createdAt: EpochMs;
}

/** A key as its owner holds it: `sx_<prefix>_<secret>`. */
export interface ApiKeyParts {
  prefix: string;
  secret: string;
}

const KEY = /^sx_([a-z0-9]{10})_([0-9a-f]{64})$/;

/** The parts of a key's text; null when it is none. */
export function parseApiKey(text: string): ApiKeyParts | null {
  const match = text.length === 78 ? KEY.exec(text) : null;
  return match === null ? null : { prefix: match[1]!, secret: match[2]! };
}

export function formatApiKey(parts: ApiKeyParts): string {
  return `sx_${parts.prefix}_${parts.secret}`;
}

type Terms = Pick<
  ApiKeySnapshot,
  'keyId' | 'tenantId' | 'userId' | 'name' | 'prefix' | 'secretHash' | 'scopes' | 'signed' | 'expiresAt'
>;

/** A credential for programs, within what its user may do. */
export class ApiKey extends Aggregate<IdentityEvent> {
  private constructor(private state: ApiKeySnapshot) {
    super();
  }

  static issue(terms: Terms, by: By): ApiKey {
    if (terms.expiresAt !== null && terms.expiresAt <= by.at) {
      throw new DomainError('API_KEY_EXPIRY_PAST', 'A key cannot expire in the past.', {
        pointer: '/expiresAt',
      });
    }
    const key = new ApiKey({
      ...terms,
      revokedAt: null,
      lastUsedAt: null,
      successorId: null,
      version: 0,
      createdAt: by.at,
    });
    const { name, prefix, signed, expiresAt } = terms;
    key.happened('ApiKeyCreated', { name, prefix, scopes: [...terms.scopes], signed, expiresAt }, by);
    return key;
  }

  static fromSnapshot(snapshot: ApiKeySnapshot): ApiKey {
    return new ApiKey({ ...snapshot });
  }

  get snapshot(): Readonly<ApiKeySnapshot> {
    return this.state;
  }

  /** Revoking twice is once. */
  revoke(by: By): void {
    if (this.state.revokedAt !== null) return;
    this.state = { ...this.state, revokedAt: by.at };
    this.happened('ApiKeyRevoked', {}, by);
  }

  /**
   * Issues the key that takes this one's place; this one works until `by.at + overlapMs`, or its own earlier expiry.
   * @throws DomainError API_KEY_NOT_ACTIVE
   */
  rotate(successor: Pick<Terms, 'keyId' | 'prefix' | 'secretHash'>, overlapMs: number, by: By): ApiKey {
    const { revokedAt, expiresAt, successorId, tenantId, userId, name, scopes, signed } = this.state;
    if (revokedAt !== null || successorId !== null || (expiresAt !== null && expiresAt <= by.at)) {
      throw new DomainError('API_KEY_NOT_ACTIVE', 'The key was revoked, has expired or was rotated before.');
    }
    const end = Math.min(by.at + overlapMs, expiresAt ?? Number.MAX_SAFE_INTEGER);
    this.state = { ...this.state, expiresAt: end, successorId: successor.keyId };
    this.happened('ApiKeyRotated', { successorId: successor.keyId, expiresAt: end }, by);
    return ApiKey.issue({ ...successor, tenantId, userId, name, scopes, signed, expiresAt }, by);
  }

  private happened(type: IdentityEvent['type'], facts: IdentityEvent['payload'], by: By): void {
    const { tenantId, userId, keyId } = this.state;
    this.record({ type, payload: { tenantId, userId, keyId, ...facts }, occurredAt: by.at, actor: by.actor });
  }
}
