import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock, Ids } from '@sextant/kernel';
import { Idempotency } from '@sextant/platform';
import type { OnceAnswer, OnceRequest } from '@sextant/platform';
import { assertPassword } from '../domain/password.js';
import { PasswordHasher } from '../domain/password-hasher.js';
import type { Principal, Role } from '../domain/principal.js';
import { parseEmail, User } from '../domain/user.js';
import { UserRepository } from '../domain/user-repository.js';
import { actorOf } from './actor.js';
import { userView } from './user-view.js';
import type { UserView } from './user-view.js';

export interface CreateUserTerms {
  email: string;
  role: Role;
  /** Left out: the user works with keys and cannot sign in. */
  password?: string;
}

/** Adds a user to the principal's tenant. @throws EMAIL_INVALID, USER_EMAIL_TAKEN, PASSWORD_TOO_WEAK */
export class CreateUser extends Command<OnceAnswer<UserView>> {
  constructor(
    readonly principal: Principal,
    readonly terms: CreateUserTerms,
    readonly once: OnceRequest,
  ) {
    super();
  }
}

@CommandHandler(CreateUser)
export class CreateUserHandler implements ICommandHandler<CreateUser> {
  constructor(
    private readonly users: UserRepository,
    private readonly passwords: PasswordHasher,
    private readonly idempotency: Idempotency,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async execute({ principal, terms, once }: CreateUser): Promise<OnceAnswer<UserView>> {
    const email = parseEmail(terms.email);
    if (terms.password !== undefined) assertPassword(terms.password, email);
    const passwordHash = terms.password === undefined ? null : await this.passwords.hash(terms.password);
    return this.idempotency.once(once, async (transaction) => {
      const user = User.create(
        { userId: this.ids.next('usr'), tenantId: principal.tenantId, email, role: terms.role, passwordHash },
        { actor: actorOf(principal), at: this.clock.now() },
      );
      await this.users.save(user, transaction);
      const body = userView({ ...user.snapshot, version: 1 });
      return { status: 201, body, resourceId: body.userId };
    });
  }
}
