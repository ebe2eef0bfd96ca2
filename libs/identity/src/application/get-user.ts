import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { UserId } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import type { Principal } from '../domain/principal.js';
import { UserRepository } from '../domain/user-repository.js';
import { userView } from './user-view.js';
import type { UserView } from './user-view.js';

/** A user of the principal's tenant. @throws USER_NOT_FOUND */
export class GetUser extends Query<UserView> {
  constructor(
    readonly principal: Principal,
    readonly userId: UserId,
  ) {
    super();
  }
}

@QueryHandler(GetUser)
export class GetUserHandler implements IQueryHandler<GetUser> {
  constructor(private readonly users: UserRepository) {}

  async execute({ principal, userId }: GetUser): Promise<UserView> {
    const user = await this.users.find(principal.tenantId, userId);
    if (user === null) throw new DomainError('USER_NOT_FOUND', 'There is no user with this id.');
    return userView(user.snapshot);
  }
}
