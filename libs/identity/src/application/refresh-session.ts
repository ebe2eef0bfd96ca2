import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock, DomainError } from '@sextant/kernel';
import { CredentialSecrets } from '../domain/credential-secrets.js';
import type { Session } from '../domain/session.js';
import { SessionRepository } from '../domain/session-repository.js';
import { UserRepository } from '../domain/user-repository.js';
import { Authenticator } from './authenticator.js';
import { IdentitySettings, SessionTokens } from './session-tokens.js';
import type { SessionTokensView } from './session-tokens.js';

/**
 * Renews a session with its refresh token, which is used up by that. The same token within seconds gets the same
 * successor again; later, it ends the session for whoever holds it. @throws REFRESH_TOKEN_INVALID
 */
export class RefreshSession extends Command<SessionTokensView> {
  constructor(readonly refreshToken: string) {
    super();
  }
}

@CommandHandler(RefreshSession)
export class RefreshSessionHandler implements ICommandHandler<RefreshSession> {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly users: UserRepository,
    private readonly secrets: CredentialSecrets,
    private readonly tokens: SessionTokens,
    private readonly authenticator: Authenticator,
    private readonly settings: IdentitySettings,
    private readonly clock: Clock,
  ) {}

  async execute({ refreshToken }: RefreshSession): Promise<SessionTokensView> {
    const hash = this.secrets.hash(refreshToken);
    const found = await this.sessions.findByToken(hash);
    if (found === null) throw refused();
    const { session, token } = found;
    const now = this.clock.now();
    const renewal = session.judge(token, now);
    if (renewal === 'REUSED') await this.end(session, now);
    if (renewal === 'REUSED' || renewal === 'ENDED' || !(await this.isActive(session))) throw refused();
    const next = this.secrets.nextRefreshToken(refreshToken);
    if (renewal === 'ROTATE') {
      session.renew(this.settings.session, now);
      // Lost to a twin of this request: the successor is the same one.
      await this.sessions.rotate(session, hash, this.secrets.hash(next), now);
    }
    return this.tokens.view(session, next);
  }

  private async end(session: Session, now: number): Promise<void> {
    session.end('REUSED', now);
    await this.sessions.end(session);
    this.authenticator.forgetSession(session.snapshot.sessionId);
  }

  private async isActive(session: Session): Promise<boolean> {
    const user = await this.users.find(session.snapshot.tenantId, session.snapshot.userId);
    return user?.snapshot.status === 'ACTIVE';
  }
}

function refused(): DomainError {
  return new DomainError('REFRESH_TOKEN_INVALID', 'The refresh token is not valid any more; sign in again.');
}
