import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { EpochMs } from '@sextant/kernel';
import { Clock, DomainError, Ids } from '@sextant/kernel';
import { Idempotency } from '@sextant/platform';
import type { OnceAnswer, OnceRequest } from '@sextant/platform';
import { ApiKey } from '../domain/api-key.js';
import { ApiKeyRepository } from '../domain/api-key-repository.js';
import { CredentialSecrets } from '../domain/credential-secrets.js';
import type { Principal, Scope } from '../domain/principal.js';
import { actorOf } from './actor.js';
import type { NewApiKeyView } from './api-key-view.js';
import { shownOnce } from './key-issuing.js';

export interface CreateApiKeyTerms {
  name: string;
  scopes: readonly Scope[];
  signed: boolean;
  /** Null: never. */
  expiresAt: EpochMs | null;
}

/** Gives the principal's user a key. @throws SCOPE_NOT_GRANTED, API_KEY_EXPIRY_PAST */
export class CreateApiKey extends Command<OnceAnswer<NewApiKeyView>> {
  constructor(
    readonly principal: Principal,
    readonly terms: CreateApiKeyTerms,
    readonly once: OnceRequest,
  ) {
    super();
  }
}

@CommandHandler(CreateApiKey)
export class CreateApiKeyHandler implements ICommandHandler<CreateApiKey> {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly secrets: CredentialSecrets,
    private readonly idempotency: Idempotency,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async execute({ principal, terms, once }: CreateApiKey): Promise<OnceAnswer<NewApiKeyView>> {
    const beyond = terms.scopes.find((scope) => !principal.scopes.includes(scope));
    if (beyond !== undefined) {
      throw new DomainError('SCOPE_NOT_GRANTED', `You do not have the scope ${beyond} yourself.`, {
        pointer: '/scopes',
      });
    }
    return this.idempotency.once(once, async (transaction) => {
      const parts = this.secrets.newApiKey();
      const { tenantId, userId } = principal;
      const { name, scopes, signed, expiresAt } = terms;
      const secretHash = this.secrets.hash(parts.secret);
      const key = ApiKey.issue(
        {
          keyId: this.ids.next('key'),
          ...{ tenantId, userId, name, scopes, signed, expiresAt },
          ...{ prefix: parts.prefix, secretHash },
        },
        { actor: actorOf(principal), at: this.clock.now() },
      );
      await this.keys.save(key, transaction);
      return shownOnce(key, parts, this.secrets, this.clock.now());
    });
  }
}
