import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@sextant/kernel';
import type { OnceAnswer, OnceRequest } from '@sextant/platform';
import { CredentialVault } from '../../domain/connections/credential-vault.js';
import { assertSound } from '../../domain/connections/exchange-connection.js';
import { ConnectionChanges } from './connection-changes.js';
import type { ConnectionTarget } from './connection-changes.js';
import type { ConnectionView } from './connection-view.js';
import { KeyChecks } from './key-checks.js';

/**
 * Switches a connection on again, if its key passes its check; one that is on is checked.
 * @throws DomainError CONNECTION_NOT_FOUND, CONNECTION_CHANGED, those of `assertSound`, VAULT_…
 */
export class ConnectExchange extends Command<OnceAnswer<ConnectionView>> {
  constructor(
    readonly target: ConnectionTarget,
    readonly actor: string,
    readonly once: OnceRequest,
  ) {
    super();
  }
}

@CommandHandler(ConnectExchange)
export class ConnectExchangeHandler implements ICommandHandler<ConnectExchange> {
  constructor(
    private readonly changes: ConnectionChanges,
    private readonly checks: KeyChecks,
    private readonly vault: CredentialVault,
    private readonly clock: Clock,
  ) {}

  execute({ target, actor, once }: ConnectExchange): Promise<OnceAnswer<ConnectionView>> {
    return this.changes.once(
      target,
      once,
      async ({ snapshot }) => {
        await this.vault.assertKept(snapshot.credentialId);
        const finding = await this.checks.examine(snapshot);
        if (snapshot.status === 'DISCONNECTED' || finding.finding === 'UNDECIDED') assertSound(finding);
        return finding;
      },
      async (connection, finding, within) => {
        // Its end may have been asked for while the venue was.
        await this.vault.assertKept(connection.snapshot.credentialId, within);
        connection.reconnect(finding, { actor, at: this.clock.now() });
      },
    );
  }
}
