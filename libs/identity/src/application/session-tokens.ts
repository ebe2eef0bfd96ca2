import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import { AccessTokens } from '../domain/access-tokens.js';
import type { Session, SessionTerms } from '../domain/session.js';

/** How long tokens and sessions last. */
export abstract class IdentitySettings {
  abstract readonly session: SessionTerms;
  abstract readonly accessTokenMs: number;
}

/** What a client gets at sign-in and at each renewal. */
export interface SessionTokensView {
  accessToken: string;
  tokenType: 'Bearer';
  /** Seconds. */
  expiresIn: number;
  refreshToken: string;
  refreshExpiresAt: string;
}

@Injectable()
export class SessionTokens {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly clock: Clock,
    @Inject(IdentitySettings) private readonly settings: IdentitySettings,
  ) {}

  async view(session: Session, refreshToken: string): Promise<SessionTokensView> {
    const { sessionId, userId, tenantId, expiresAt, idleExpiresAt } = session.snapshot;
    const now = this.clock.now();
    const end = Math.min(now + this.settings.accessTokenMs, expiresAt);
    return {
      accessToken: await this.accessTokens.issue({ sessionId, userId, tenantId, expiresAt: end }, now),
      tokenType: 'Bearer',
      expiresIn: Math.floor((end - now) / 1000),
      refreshToken,
      refreshExpiresAt: new Date(idleExpiresAt).toISOString(),
    };
  }
}
