import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@sextant/kernel';
import { Config } from '@sextant/platform';
import type { OnceAnswer, OnceRequest } from '@sextant/platform';
import { CredentialVault } from '../../domain/connections/credential-vault.js';
import { ConnectionChanges } from './connection-changes.js';
import type { ConnectionTarget } from './connection-changes.js';
import type { ConnectionView } from './connection-view.js';

/**
 * Switches a connection off: its key signs nothing, in every process within 2 s. It stays in the vault, or is destroyed
 * there when what is in flight has ended.
 * @throws DomainError CONNECTION_NOT_FOUND, CONNECTION_CHANGED
 */
export class DisconnectExchange extends Command<OnceAnswer<ConnectionView>> {
  constructor(
    readonly target: ConnectionTarget,
    readonly actor: string,
    readonly destroyCredential: boolean,
    readonly once: OnceRequest,
  ) {
    super();
  }
}

@CommandHandler(DisconnectExchange)
export class DisconnectExchangeHandler implements ICommandHandler<DisconnectExchange> {
  constructor(
    private readonly changes: ConnectionChanges,
    private readonly vault: CredentialVault,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  execute({
    target,
    actor,
    destroyCredential,
    once,
  }: DisconnectExchange): Promise<OnceAnswer<ConnectionView>> {
    return this.changes.once(
      target,
      once,
      async () => null,
      async (connection, _, within) => {
        const at = this.clock.now();
        connection.disconnect({ actor, at });
        if (!destroyCredential) return;
        const retiresAt = at + this.config.get('exchange.credentialDrainSeconds') * 1000;
        await this.vault.drain(connection.snapshot.credentialId, retiresAt, within);
      },
    );
  }
}
