import { Injectable } from '@nestjs/common';
import type { ApiKeyId, SessionId, UserId } from '@sextant/kernel';
import { Clock, DomainError } from '@sextant/kernel';
import { AccessTokens } from '../domain/access-tokens.js';
import { parseApiKey } from '../domain/api-key.js';
import { CredentialSecrets } from '../domain/credential-secrets.js';
import type { Principal } from '../domain/principal.js';
import { canonicalRequest, SIGNATURE_WINDOW_MS, timestampWithin } from '../domain/request-signature.js';
import { CredentialLookup } from './credential-lookup.js';
import type { KnownKey } from './credential-lookup.js';
import { FreshCache } from './fresh-cache.js';
import { SignatureLog } from './signature-log.js';

/** What a request says of who sends it. */
export interface Credentials {
  apiKey: string | undefined;
  /** The token after `Bearer `. */
  bearer: string | undefined;
  timestamp: string | undefined;
  signature: string | undefined;
  method: string;
  /** Path and query exactly as sent. */
  url: string;
  /** Body exactly as sent. */
  body: string;
}

/** Finds the principal of a request. Answers at once when the credential is known; waits for a lookup otherwise. */
@Injectable()
export class Authenticator {
  private readonly keys: FreshCache<KnownKey>;
  private readonly sessions: FreshCache<Principal>;
  /** Tokens whose signature was checked, until they expire. */
  private readonly tokens: FreshCache<{ sessionId: SessionId; expiresAt: number }>;

  constructor(
    private readonly clock: Clock,
    private readonly secrets: CredentialSecrets,
    private readonly accessTokens: AccessTokens,
    private readonly signatures: SignatureLog,
    lookup: CredentialLookup,
  ) {
    this.keys = new FreshCache(clock, (prefix) => lookup.keyByPrefix(prefix));
    this.sessions = new FreshCache(clock, (id) => lookup.sessionPrincipal(id as SessionId, clock.now()));
    this.tokens = new FreshCache(clock, (token) => this.accessTokens.verify(token, clock.now()));
  }

  /** @throws DomainError CREDENTIALS_MISSING, CREDENTIALS_INVALID, SIGNATURE_… */
  authenticate(credentials: Credentials): Principal | Promise<Principal> {
    const { apiKey, bearer } = credentials;
    if (apiKey !== undefined && bearer !== undefined) throw refused('Send an API key or a token, not both.');
    if (apiKey !== undefined) return this.byApiKey(apiKey, credentials);
    if (bearer !== undefined) return this.byToken(bearer);
    throw new DomainError(
      'CREDENTIALS_MISSING',
      'Send X-API-Key, or Authorization: Bearer with an access token.',
    );
  }

  /** Makes this process see a change of a key now; the others see it within seconds. */
  forgetKey(prefix: string): void {
    this.keys.forget(prefix);
  }

  forgetSession(sessionId: SessionId): void {
    this.sessions.forget(sessionId);
  }

  /** Makes this process see a changed role or status of a user now, with every key and session. */
  forgetUser(userId: UserId): void {
    this.keys.forgetWhere(({ principal }) => principal.userId === userId);
    this.sessions.forgetWhere((principal) => principal.userId === userId);
  }

  private byApiKey(text: string, credentials: Credentials): Principal | Promise<Principal> {
    const parts = parseApiKey(text);
    if (parts === null) throw refused('The API key is not valid.');
    const known = this.keys.get(parts.prefix);
    return known instanceof Promise
      ? known.then((key) => this.admit(key, parts.secret, credentials))
      : this.admit(known, parts.secret, credentials);
  }

  private admit(
    key: KnownKey | null,
    secret: string,
    credentials: Credentials,
  ): Principal | Promise<Principal> {
    const usable = key !== null && this.secrets.matches(secret, key.secretHash);
    if (!usable || (key.expiresAt !== null && key.expiresAt <= this.clock.now())) {
      throw refused('The API key is not valid.');
    }
    return key.signed ? this.admitSigned(key, credentials) : key.principal;
  }

  private async admitSigned(key: KnownKey, credentials: Credentials): Promise<Principal> {
    const { timestamp, signature, method, url, body } = credentials;
    if (timestamp === undefined || signature === undefined) {
      throw new DomainError(
        'SIGNATURE_INVALID',
        'This key needs X-Timestamp and X-Signature on every request.',
      );
    }
    const now = this.clock.now();
    const signedAt = timestampWithin(timestamp, now);
    if (signedAt === null) {
      const serverTime = new Date(now).toISOString();
      const detail = `X-Timestamp must be epoch milliseconds within ${SIGNATURE_WINDOW_MS / 1000} s of ${serverTime}.`;
      throw new DomainError('SIGNATURE_EXPIRED', detail, { serverTime });
    }
    const text = canonicalRequest({ method, url, timestamp, body });
    if (!this.secrets.verifySignature(key.keyId, text, signature)) {
      throw new DomainError('SIGNATURE_INVALID', 'X-Signature does not fit this request.');
    }
    await this.useUp(key.keyId, signature.toLowerCase(), signedAt + 2 * SIGNATURE_WINDOW_MS);
    return key.principal;
  }

  private async useUp(keyId: ApiKeyId, signature: string, until: number): Promise<void> {
    if (await this.signatures.admit(keyId, signature, until)) return;
    throw new DomainError(
      'SIGNATURE_REPLAYED',
      'This signature was used before; sign again with a new timestamp.',
    );
  }

  private byToken(token: string): Principal | Promise<Principal> {
    if (token.length > 2048) throw refused('The access token is not valid.');
    const claims = this.tokens.get(token);
    if (claims instanceof Promise) return claims.then((found) => this.ofSession(found));
    return this.ofSession(claims);
  }

  private ofSession(
    claims: { sessionId: SessionId; expiresAt: number } | null,
  ): Principal | Promise<Principal> {
    if (claims === null || claims.expiresAt <= this.clock.now())
      throw refused('The access token is not valid.');
    const known = this.sessions.get(claims.sessionId);
    if (!(known instanceof Promise)) return known;
    return known.then((principal) => {
      if (principal === null) throw refused('The session has ended.');
      return principal;
    });
  }
}

function refused(detail: string): DomainError {
  return new DomainError('CREDENTIALS_INVALID', detail);
}
