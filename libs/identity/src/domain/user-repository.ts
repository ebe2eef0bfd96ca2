import type { TenantId, UserId } from '@sextant/kernel';
import type { Transaction } from './identity-event.js';
import type { User } from './user.js';

export abstract class UserRepository {
  /** A user of the tenant; the row is locked until the transaction ends when one is given. */
  abstract find(tenantId: TenantId, userId: UserId, within?: Transaction): Promise<User | null>;

  /** By e-mail, over all tenants: who signs in has no tenant yet. */
  abstract findByEmail(email: string): Promise<User | null>;

  /** Administrators that are active, over all tenants: for whoever runs the installation. At most 100. */
  abstract activeAdmins(): Promise<User[]>;

  /** Locks the tenant's administrators, so that two demotions cannot both pass. */
  abstract countActiveAdmins(tenantId: TenantId, within: Transaction): Promise<number>;

  /** Writes the user if it still has the version that was read, and its events. @throws USER_CHANGED, USER_EMAIL_TAKEN */
  abstract save(user: User, within: Transaction): Promise<void>;

  /** Puts a hash of the same password with today's parameters in place of an older one. No event: nothing changed. */
  abstract rehash(userId: UserId, known: string, better: string): Promise<void>;
}
