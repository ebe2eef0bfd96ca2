import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { ApiKeyId } from '@sextant/kernel';
import { Clock, DomainError } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { ApiKeyRepository } from '../domain/api-key-repository.js';
import type { Principal } from '../domain/principal.js';
import { actorOf } from './actor.js';
import { apiKeyView } from './api-key-view.js';
import type { ApiKeyView } from './api-key-view.js';
import { Authenticator } from './authenticator.js';

/** Revokes one of the user's own keys; an administrator, any of the tenant. @throws API_KEY_NOT_FOUND */
export class RevokeApiKey extends Command<ApiKeyView> {
  constructor(
    readonly principal: Principal,
    readonly keyId: ApiKeyId,
  ) {
    super();
  }
}

@CommandHandler(RevokeApiKey)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeApiKey> {
  constructor(
    private readonly database: Database,
    private readonly keys: ApiKeyRepository,
    private readonly authenticator: Authenticator,
    private readonly clock: Clock,
  ) {}

  async execute({ principal, keyId }: RevokeApiKey): Promise<ApiKeyView> {
    const owner = principal.scopes.includes('admin') ? null : principal.userId;
    const key = await this.database.transaction(async (transaction) => {
      const found = await this.keys.find(principal.tenantId, owner, keyId, transaction);
      if (found === null) throw new DomainError('API_KEY_NOT_FOUND', 'You have no key with this id.');
      found.revoke({ actor: actorOf(principal), at: this.clock.now() });
      await this.keys.save(found, transaction);
      return found.snapshot;
    });
    this.authenticator.forgetKey(key.prefix);
    return apiKeyView(key, this.clock.now());
  }
}
