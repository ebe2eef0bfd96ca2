import type { EpochMs, TenantId, UserId } from '@sextant/kernel';
import { Aggregate, DomainError } from '@sextant/kernel';
import type { IdentityEvent } from './identity-event.js';
import type { Role } from './principal.js';

export type UserStatus = 'ACTIVE' | 'SUSPENDED';

export interface UserSnapshot {
  userId: UserId;
  tenantId: TenantId;
  email: string;
  role: Role;
  status: UserStatus;
  /** PHC string of Argon2id; null until a password is set: such a user has keys only. */
  passwordHash: string | null;
  /** The version that was read; a save succeeds only on it. 0 is not stored yet. */
  version: number;
  createdAt: EpochMs;
  updatedAt: EpochMs;
}

/** Who does it, and when. */
export interface By {
  actor: string;
  at: EpochMs;
}

// Deliberately plain: what reaches a mailbox, only a mail shows.
const EMAIL = /^[^\s@"<>]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,8}$/;

/** Lower case, trimmed. @throws DomainError EMAIL_INVALID */
export function parseEmail(text: string): string {
  const email = text.trim().toLowerCase();
  if (email.length > 254 || !EMAIL.test(email)) {
    throw new DomainError('EMAIL_INVALID', 'That is not an e-mail address.', { pointer: '/email' });
  }
  return email;
}

/** A person of a tenant. */
export class User extends Aggregate<IdentityEvent> {
  private constructor(private state: UserSnapshot) {
    super();
  }

  static create(
    terms: Pick<UserSnapshot, 'userId' | 'tenantId' | 'email' | 'role' | 'passwordHash'>,
    by: By,
  ): User {
    const email = parseEmail(terms.email);
    const user = new User({
      ...terms,
      email,
      status: 'ACTIVE',
      version: 0,
      createdAt: by.at,
      updatedAt: by.at,
    });
    user.happened('UserCreated', { email, role: terms.role }, by);
    return user;
  }

  static fromSnapshot(snapshot: UserSnapshot): User {
    return new User({ ...snapshot });
  }

  get snapshot(): Readonly<UserSnapshot> {
    return this.state;
  }

  get isActiveAdmin(): boolean {
    return this.state.role === 'admin' && this.state.status === 'ACTIVE';
  }

  changeRole(role: Role, by: By): void {
    const before = this.state.role;
    if (role === before) return;
    this.state = { ...this.state, role };
    this.happened('UserRoleChanged', { before, after: role }, by);
  }

  changeStatus(status: UserStatus, by: By): void {
    if (status === this.state.status) return;
    this.state = { ...this.state, status };
    this.happened(status === 'SUSPENDED' ? 'UserSuspended' : 'UserReinstated', {}, by);
  }

  setPassword(passwordHash: string, by: By): void {
    this.state = { ...this.state, passwordHash };
    this.happened('UserPasswordChanged', {}, by);
  }

  private happened(type: IdentityEvent['type'], facts: IdentityEvent['payload'], by: By): void {
    const { tenantId, userId } = this.state;
    this.state = { ...this.state, updatedAt: by.at };
    this.record({ type, payload: { tenantId, userId, ...facts }, occurredAt: by.at, actor: by.actor });
  }
}
