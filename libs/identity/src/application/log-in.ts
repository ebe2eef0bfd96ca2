import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock, DomainError, Ids } from '@sextant/kernel';
import { SystemLog } from '@sextant/platform';
import { CredentialSecrets } from '../domain/credential-secrets.js';
import { LoginThrottle } from '../domain/login-throttle.js';
import { PasswordHasher } from '../domain/password-hasher.js';
import { Session } from '../domain/session.js';
import { SessionRepository } from '../domain/session-repository.js';
import type { User } from '../domain/user.js';
import { UserRepository } from '../domain/user-repository.js';
import { IdentitySettings, SessionTokens } from './session-tokens.js';
import type { SessionTokensView } from './session-tokens.js';

/** Signs a person in. @throws LOGIN_FAILED, LOGIN_THROTTLED, PASSWORD_CHECK_BUSY */
export class LogIn extends Command<SessionTokensView> {
  constructor(
    readonly email: string,
    readonly password: string,
    readonly address: string,
  ) {
    super();
  }
}

@CommandHandler(LogIn)
export class LogInHandler implements ICommandHandler<LogIn> {
  private readonly throttle = new LoginThrottle();

  constructor(
    private readonly users: UserRepository,
    private readonly sessions: SessionRepository,
    private readonly passwords: PasswordHasher,
    private readonly secrets: CredentialSecrets,
    private readonly tokens: SessionTokens,
    private readonly systemLog: SystemLog,
    private readonly settings: IdentitySettings,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async execute({ email, password, address }: LogIn): Promise<SessionTokensView> {
    const name = email.trim().toLowerCase();
    this.assertHeard(name, address);
    const user = await this.users.findByEmail(name);
    const active = user !== null && user.snapshot.status === 'ACTIVE';
    // Unknown, suspended or without a password: the same work, the same answer.
    const verified = await this.passwords.verify(password, active ? user.snapshot.passwordHash : null);
    if (!active || !verified) return this.refuse(user, name, address);
    this.throttle.succeeded(name, address);
    await this.strengthen(user, password);
    return this.open(user, address);
  }

  private assertHeard(name: string, address: string): void {
    const retryAfterMs = this.throttle.delayMs(name, address, this.clock.now());
    if (retryAfterMs === 0) return;
    throw new DomainError('LOGIN_THROTTLED', 'Too many failed sign-ins; try again later.', { retryAfterMs });
  }

  private async refuse(user: User | null, name: string, address: string): Promise<never> {
    const at = this.clock.now();
    this.throttle.failed(name, address, at);
    const payload = { userId: user?.snapshot.userId ?? null, address };
    await this.systemLog.append([{ type: 'LoginFailed', payload, occurredAt: at, actor: null }]);
    throw new DomainError('LOGIN_FAILED', 'E-mail and password do not belong together.');
  }

  /** The parameters of the hash may have grown since the password was set. */
  private async strengthen(user: User, password: string): Promise<void> {
    const { userId, passwordHash } = user.snapshot;
    if (passwordHash === null || !this.passwords.isOutdated(passwordHash)) return;
    await this.users.rehash(userId, passwordHash, await this.passwords.hash(password));
  }

  private async open(user: User, address: string): Promise<SessionTokensView> {
    const { tenantId, userId } = user.snapshot;
    const who = { sessionId: this.ids.next('ses'), tenantId, userId };
    const session = Session.start(who, this.settings.session, address, this.clock.now());
    const refreshToken = this.secrets.newRefreshToken();
    await this.sessions.open(session, this.secrets.hash(refreshToken));
    return this.tokens.view(session, refreshToken);
  }
}
