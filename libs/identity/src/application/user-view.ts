import type { Role } from '../domain/principal.js';
import type { UserSnapshot, UserStatus } from '../domain/user.js';

/** A user as it is shown. */
export interface UserView {
  userId: string;
  email: string;
  role: Role;
  status: UserStatus;
  /** True when the user can sign in with a password. */
  hasPassword: boolean;
  version: number;
  createdAt: string;
  updatedAt: string;
}

export function userView(user: Readonly<UserSnapshot>): UserView {
  return {
    userId: user.userId,
    email: user.email,
    role: user.role,
    status: user.status,
    hasPassword: user.passwordHash !== null,
    version: user.version,
    createdAt: new Date(user.createdAt).toISOString(),
    updatedAt: new Date(user.updatedAt).toISOString(),
  };
}
