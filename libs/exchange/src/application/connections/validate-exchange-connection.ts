import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock, DomainError } from '@sextant/kernel';
import type { OnceAnswer, OnceRequest } from '@sextant/platform';
import { verdictMissing } from '../../domain/connections/exchange-connection.js';
import { ConnectionChanges } from './connection-changes.js';
import type { ConnectionTarget } from './connection-changes.js';
import type { ConnectionView } from './connection-view.js';
import { KeyChecks } from './key-checks.js';

/**
 * Asks the venue what the key may do now. What it says becomes the state of the connection, a quarantine ends by it too.
 * @throws DomainError CONNECTION_NOT_FOUND, CONNECTION_CHANGED, CONNECTION_OFF, VENUE_VERDICT_MISSING, VAULT_…
 */
export class ValidateExchangeConnection extends Command<OnceAnswer<ConnectionView>> {
  constructor(
    readonly target: ConnectionTarget,
    readonly actor: string,
    readonly once: OnceRequest,
  ) {
    super();
  }
}

@CommandHandler(ValidateExchangeConnection)
export class ValidateExchangeConnectionHandler implements ICommandHandler<ValidateExchangeConnection> {
  constructor(
    private readonly changes: ConnectionChanges,
    private readonly checks: KeyChecks,
    private readonly clock: Clock,
  ) {}

  execute({ target, actor, once }: ValidateExchangeConnection): Promise<OnceAnswer<ConnectionView>> {
    return this.changes.once(
      target,
      once,
      async ({ snapshot }) => {
        if (snapshot.status === 'DISCONNECTED') {
          throw new DomainError(
            'CONNECTION_OFF',
            'The connection is switched off. Connecting it checks its key.',
          );
        }
        const finding = await this.checks.examine(snapshot);
        if (finding.finding !== 'UNDECIDED') return finding;
        throw verdictMissing(finding);
      },
      (connection, finding) => connection.checked(finding, 'PERSON', { actor, at: this.clock.now() }),
    );
  }
}
