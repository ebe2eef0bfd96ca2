import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { ApiKeyId } from '@sextant/kernel';
import { Clock, DomainError, Ids } from '@sextant/kernel';
import { Idempotency } from '@sextant/platform';
import type { OnceAnswer, OnceRequest } from '@sextant/platform';
import { ApiKeyRepository } from '../domain/api-key-repository.js';
import { CredentialSecrets } from '../domain/credential-secrets.js';
import type { Principal } from '../domain/principal.js';
import { actorOf } from './actor.js';
import type { NewApiKeyView } from './api-key-view.js';
import { Authenticator } from './authenticator.js';
import { shownOnce } from './key-issuing.js';

/**
 * Puts a new key in the place of one of the user's own; the older one works on for `overlapMs`.
 * @throws API_KEY_NOT_FOUND, API_KEY_NOT_ACTIVE, SCOPE_NOT_GRANTED
 */
export class RotateApiKey extends Command<OnceAnswer<NewApiKeyView>> {
  constructor(
    readonly principal: Principal,
    readonly keyId: ApiKeyId,
    readonly overlapMs: number,
    readonly once: OnceRequest,
  ) {
    super();
  }
}

@CommandHandler(RotateApiKey)
export class RotateApiKeyHandler implements ICommandHandler<RotateApiKey> {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly secrets: CredentialSecrets,
    private readonly idempotency: Idempotency,
    private readonly authenticator: Authenticator,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async execute({ principal, keyId, overlapMs, once }: RotateApiKey): Promise<OnceAnswer<NewApiKeyView>> {
    let rotated: string | null = null;
    const answer = await this.idempotency.once(once, async (transaction) => {
      const key = await this.keys.find(principal.tenantId, principal.userId, keyId, transaction);
      if (key === null) throw new DomainError('API_KEY_NOT_FOUND', 'You have no key with this id.');
      if (key.snapshot.scopes.some((scope) => !principal.scopes.includes(scope))) {
        throw new DomainError('SCOPE_NOT_GRANTED', 'The key has a scope that you do not have yourself.');
      }
      const parts = this.secrets.newApiKey();
      const successor = key.rotate(
        { keyId: this.ids.next('key'), prefix: parts.prefix, secretHash: this.secrets.hash(parts.secret) },
        overlapMs,
        { actor: actorOf(principal), at: this.clock.now() },
      );
      await this.keys.save(successor, transaction);
      await this.keys.save(key, transaction);
      rotated = key.snapshot.prefix;
      return shownOnce(successor, parts, this.secrets, this.clock.now());
    });
    if (rotated !== null) this.authenticator.forgetKey(rotated);
    return answer;
  }
}
