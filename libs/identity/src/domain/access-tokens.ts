import type { EpochMs, SessionId, TenantId, UserId } from '@sextant/kernel';

export interface AccessTokenClaims {
  sessionId: SessionId;
  userId: UserId;
  tenantId: TenantId;
  expiresAt: EpochMs;
}

/** Signed, short-lived tokens of a session. */
export abstract class AccessTokens {
  abstract issue(claims: AccessTokenClaims, now: EpochMs): Promise<string>;

  /** Null for anything but a token of ours that is valid now. */
  abstract verify(token: string, now: EpochMs): Promise<AccessTokenClaims | null>;
}
