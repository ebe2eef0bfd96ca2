import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@sextant/kernel';
import { CredentialSecrets } from '../domain/credential-secrets.js';
import { SessionRepository } from '../domain/session-repository.js';
import { Authenticator } from './authenticator.js';

/** Ends the session that a refresh token belongs to. Says nothing of whether there was one. */
export class LogOut extends Command<void> {
  constructor(readonly refreshToken: string) {
    super();
  }
}

@CommandHandler(LogOut)
export class LogOutHandler implements ICommandHandler<LogOut> {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly secrets: CredentialSecrets,
    private readonly authenticator: Authenticator,
    private readonly clock: Clock,
  ) {}

  async execute({ refreshToken }: LogOut): Promise<void> {
    const found = await this.sessions.findByToken(this.secrets.hash(refreshToken));
    if (found === null) return;
    found.session.end('LOGGED_OUT', this.clock.now());
    await this.sessions.end(found.session);
    this.authenticator.forgetSession(found.session.snapshot.sessionId);
  }
}
