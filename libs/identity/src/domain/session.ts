import type { EpochMs, SessionId, TenantId, UserId } from '@sextant/kernel';
import { Aggregate } from '@sextant/kernel';
import type { IdentityEvent } from './identity-event.js';

export type SessionEnd = 'LOGGED_OUT' | 'REUSED' | 'PASSWORD_CHANGED';

export interface SessionSnapshot {
  sessionId: SessionId;
  tenantId: TenantId;
  userId: UserId;
  createdAt: EpochMs;
  /** However often it is renewed. */
  expiresAt: EpochMs;
  /** Unless it is renewed before. */
  idleExpiresAt: EpochMs;
  revokedAt: EpochMs | null;
  revokedReason: SessionEnd | null;
}

/** How long sessions last, in milliseconds. */
export interface SessionTerms {
  idleMs: number;
  absoluteMs: number;
}

/** A refresh token as it is stored. */
export interface StoredToken {
  issuedAt: EpochMs;
  usedAt: EpochMs | null;
}

/**
 * What a presented refresh token means. REPEAT: it was used a moment ago, so the answer was probably lost, and the
 * same successor is given again. REUSED: two parties hold the token; nobody can say which one is honest.
 */
export type Renewal = 'ROTATE' | 'REPEAT' | 'REUSED' | 'ENDED';

/** How long after its use a refresh token may come again. */
export const REPEAT_GRACE_MS = 20_000;

/** A signed-in person, and the family of refresh tokens that goes back to the sign-in. */
export class Session extends Aggregate<IdentityEvent> {
  private constructor(private state: SessionSnapshot) {
    super();
  }

  static start(
    who: Pick<SessionSnapshot, 'sessionId' | 'tenantId' | 'userId'>,
    terms: SessionTerms,
    address: string,
    at: EpochMs,
  ): Session {
    const session = new Session({
      ...who,
      createdAt: at,
      expiresAt: at + terms.absoluteMs,
      idleExpiresAt: at + Math.min(terms.idleMs, terms.absoluteMs),
      revokedAt: null,
      revokedReason: null,
    });
    session.happened('LoginSucceeded', { address }, at);
    return session;
  }

  static fromSnapshot(snapshot: SessionSnapshot): Session {
    return new Session({ ...snapshot });
  }

  get snapshot(): Readonly<SessionSnapshot> {
    return this.state;
  }

  isOpen(now: EpochMs): boolean {
    const { revokedAt, expiresAt, idleExpiresAt } = this.state;
    return revokedAt === null && now < expiresAt && now < idleExpiresAt;
  }

  /** Judges a refresh token of this session. */
  judge(token: StoredToken, now: EpochMs): Renewal {
    if (!this.isOpen(now)) return 'ENDED';
    if (token.usedAt === null) return 'ROTATE';
    return now - token.usedAt <= REPEAT_GRACE_MS ? 'REPEAT' : 'REUSED';
  }

  renew(terms: SessionTerms, now: EpochMs): void {
    this.state = { ...this.state, idleExpiresAt: Math.min(now + terms.idleMs, this.state.expiresAt) };
  }

  /** Ending twice is once. */
  end(reason: SessionEnd, now: EpochMs): void {
    if (this.state.revokedAt !== null) return;
    if (reason === 'REUSED') this.happened('RefreshTokenReused', {}, now);
    this.state = { ...this.state, revokedAt: now, revokedReason: reason };
    this.happened('SessionRevoked', { reason }, now);
  }

  private happened(type: IdentityEvent['type'], facts: IdentityEvent['payload'], at: EpochMs): void {
    const { tenantId, userId, sessionId } = this.state;
    this.record({ type, payload: { tenantId, userId, sessionId, ...facts }, occurredAt: at, actor: userId });
  }
}
