import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { UserId } from '@sextant/kernel';
import { Clock, DomainError } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import type { Transaction } from '../domain/identity-event.js';
import { assertPassword } from '../domain/password.js';
import { PasswordHasher } from '../domain/password-hasher.js';
import type { Principal, Role } from '../domain/principal.js';
import { SessionRepository } from '../domain/session-repository.js';
import type { User, UserStatus } from '../domain/user.js';
import { UserRepository } from '../domain/user-repository.js';
import { actorOf } from './actor.js';
import { Authenticator } from './authenticator.js';
import { userView } from './user-view.js';
import type { UserView } from './user-view.js';

export interface UserChanges {
  role?: Role;
  status?: UserStatus;
  password?: string;
}

/**
 * Changes a user of the principal's tenant; whoever is no administrator may change nothing but their own password.
 * A new password ends the user's sessions. `version`: the one that was read, or null to change whatever is there.
 * @throws USER_NOT_FOUND, USER_CHANGED, LAST_ADMIN, PASSWORD_TOO_WEAK, ACCESS_DENIED
 */
export class ChangeUser extends Command<UserView> {
  constructor(
    readonly principal: Principal,
    readonly userId: UserId,
    readonly changes: UserChanges,
    readonly version: number | null,
  ) {
    super();
  }
}

@CommandHandler(ChangeUser)
export class ChangeUserHandler implements ICommandHandler<ChangeUser> {
  constructor(
    private readonly database: Database,
    private readonly users: UserRepository,
    private readonly sessions: SessionRepository,
    private readonly passwords: PasswordHasher,
    private readonly authenticator: Authenticator,
    private readonly clock: Clock,
  ) {}

  async execute(command: ChangeUser): Promise<UserView> {
    const { principal, userId, changes } = command;
    assertMay(principal, userId, changes);
    const passwordHash = await this.hashOf(command);
    const { view, ended } = await this.database.transaction(async (transaction) => {
      const user = await this.current(command, transaction);
      const by = { actor: actorOf(principal), at: this.clock.now() };
      if (changes.role !== undefined) user.changeRole(changes.role, by);
      if (changes.status !== undefined) user.changeStatus(changes.status, by);
      if (passwordHash !== null) user.setPassword(passwordHash, by);
      await this.users.save(user, transaction);
      await this.keepAnAdmin(principal, transaction);
      const ended = passwordHash === null ? [] : await this.endSessions(userId, transaction);
      return { view: userView({ ...user.snapshot, version: user.snapshot.version + 1 }), ended };
    });
    for (const sessionId of ended) this.authenticator.forgetSession(sessionId);
    this.authenticator.forgetUser(userId);
    return view;
  }

  private async hashOf({ principal, userId, changes }: ChangeUser): Promise<string | null> {
    if (changes.password === undefined) return null;
    const user = await this.users.find(principal.tenantId, userId);
    if (user === null) throw notFound();
    assertPassword(changes.password, user.snapshot.email);
    return this.passwords.hash(changes.password);
  }

  private async current({ principal, userId, version }: ChangeUser, transaction: Transaction): Promise<User> {
    const user = await this.users.find(principal.tenantId, userId, transaction);
    if (user === null) throw notFound();
    if (version !== null && version !== user.snapshot.version) {
      throw new DomainError('USER_CHANGED', 'The user changed since you read it.', {
        version: user.snapshot.version,
      });
    }
    return user;
  }

  private async keepAnAdmin(principal: Principal, transaction: Transaction): Promise<void> {
    if ((await this.users.countActiveAdmins(principal.tenantId, transaction)) > 0) return;
    throw new DomainError('LAST_ADMIN', 'Somebody else must be an active administrator first.');
  }

  private endSessions(userId: UserId, transaction: Transaction) {
    return this.sessions.endAll(userId, 'PASSWORD_CHANGED', this.clock.now(), transaction);
  }
}

function assertMay(principal: Principal, userId: UserId, changes: UserChanges): void {
  if (principal.scopes.includes('admin')) return;
  const ownPassword =
    userId === principal.userId && changes.role === undefined && changes.status === undefined;
  if (ownPassword) return;
  throw new DomainError('ACCESS_DENIED', 'Only an administrator may change this.', { needed: 'admin' });
}

function notFound(): DomainError {
  return new DomainError('USER_NOT_FOUND', 'There is no user with this id.');
}
