import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { ApiKeyId } from '@sextant/kernel';
import { Clock, DomainError, Ids } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { ApiKey, formatApiKey } from '../domain/api-key.js';
import { ApiKeyRepository } from '../domain/api-key-repository.js';
import { CredentialSecrets } from '../domain/credential-secrets.js';
import { scopesOfRole } from '../domain/principal.js';
import type { User } from '../domain/user.js';
import { parseEmail } from '../domain/user.js';
import { UserRepository } from '../domain/user-repository.js';
import { CredentialKeyGuard } from './credential-key-guard.js';

export interface IssuedAdminKey {
  keyId: ApiKeyId;
  email: string;
  /** The whole key, this once: only its hash is kept. */
  key: string;
}

/**
 * Gives an administrator a key with all scopes, for who has lost the last one: the caller needs no credential, but
 * the database and its credential key. Without an e-mail it is for the only active administrator.
 * @throws EMAIL_INVALID, USER_NOT_FOUND, ADMINISTRATOR_REQUIRED
 */
export class IssueAdminKey extends Command<IssuedAdminKey> {
  constructor(
    readonly email: string | null,
    /** Who does it, as the log names it. */
    readonly actor: string,
  ) {
    super();
  }
}

@CommandHandler(IssueAdminKey)
export class IssueAdminKeyHandler implements ICommandHandler<IssueAdminKey> {
  constructor(
    private readonly database: Database,
    private readonly users: UserRepository,
    private readonly keys: ApiKeyRepository,
    private readonly secrets: CredentialSecrets,
    private readonly keyGuard: CredentialKeyGuard,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async execute({ email, actor }: IssueAdminKey): Promise<IssuedAdminKey> {
    const { tenantId, userId } = (email === null ? await this.onlyAdmin() : await this.named(email)).snapshot;
    await this.keyGuard.run();
    return this.database.transaction(async (transaction) => {
      // Locked and read again: a demotion meanwhile would leave the key with rights that its user lost.
      const admin = await this.users.find(tenantId, userId, transaction);
      if (admin === null || !admin.isActiveAdmin) throw await this.refusal('The user is none any more.');
      const parts = this.secrets.newApiKey();
      const key = ApiKey.issue(
        {
          ...{ keyId: this.ids.next('key'), tenantId, userId, name: 'administrator key' },
          ...{ prefix: parts.prefix, secretHash: this.secrets.hash(parts.secret) },
          ...{ scopes: scopesOfRole('admin'), signed: false, expiresAt: null },
        },
        { actor, at: this.clock.now() },
      );
      await this.keys.save(key, transaction);
      return { keyId: key.snapshot.keyId, email: admin.snapshot.email, key: formatApiKey(parts) };
    });
  }

  private async named(text: string): Promise<User> {
    const email = parseEmail(text);
    const user = await this.users.findByEmail(email);
    if (user === null) throw new DomainError('USER_NOT_FOUND', `There is no user ${email}.`);
    if (user.isActiveAdmin) return user;
    throw await this.refusal(`${email} is a ${user.snapshot.role}, ${user.snapshot.status.toLowerCase()}.`);
  }

  private async onlyAdmin(): Promise<User> {
    const [first, ...others] = await this.users.activeAdmins();
    if (first !== undefined && others.length === 0) return first;
    throw await this.refusal(first === undefined ? 'There is none.' : 'There are several: name one.');
  }

  private async refusal(why: string): Promise<DomainError> {
    const emails = (await this.users.activeAdmins()).map((admin) => admin.snapshot.email);
    const known = emails.length === 0 ? '' : ` Active administrators: ${emails.join(', ')}.`;
    return new DomainError(
      'ADMINISTRATOR_REQUIRED',
      `The key is for an active administrator. ${why}${known}`,
      {
        emails,
      },
    );
  }
}
