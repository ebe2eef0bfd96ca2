import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock, DomainError } from '@sextant/kernel';
import type { OnceAnswer, OnceRequest } from '@sextant/platform';
import { CredentialVault } from '../../domain/connections/credential-vault.js';
import { assertSound } from '../../domain/connections/exchange-connection.js';
import { ConnectionChanges } from './connection-changes.js';
import type { ConnectionTarget } from './connection-changes.js';
import type { ConnectionView } from './connection-view.js';
import { KeyChecks } from './key-checks.js';
import { SoleConnections } from './sole-connections.js';

/**
 * Switches a connection on again, if its key passes its check. One that is on is checked, and what was found is stored; an
 * answer without an error means that it is ACTIVE.
 * @throws DomainError CONNECTION_NOT_FOUND, CONNECTION_CHANGED, VENUE_ACCOUNT_CONNECTED, those of `assertSound`, VAULT_…
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
    private readonly sole: SoleConnections,
    private readonly clock: Clock,
  ) {}

  async execute(command: ConnectExchange): Promise<OnceAnswer<ConnectionView>> {
    const answer = await this.connected(command);
    // What was found of a key that was in use is stored all the same, and refused as for one that was off.
    if (answer.body.reason !== null) throw notTaken(answer.body.reason);
    return answer;
  }

  private connected({ target, actor, once }: ConnectExchange): Promise<OnceAnswer<ConnectionView>> {
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
        const { status, connectionId, credentialId } = connection.snapshot;
        await this.vault.assertKept(credentialId, within);
        connection.reconnect(finding, { actor, at: this.clock.now() });
        if (status !== 'DISCONNECTED') return;
        const { apiKey } = await this.vault.open(credentialId, within);
        const { accountIdentity } = connection.snapshot;
        const entrance = { apiKey, accountIdentity };
        await this.sole.assertSole(connection.snapshot, entrance, connectionId, within);
      },
    );
  }
}

const TOLD: ReadonlySet<string> = new Set([
  'KEY_MAY_WITHDRAW',
  'KEY_PERMISSIONS_UNKNOWN',
  'CREDENTIAL_MALFORMED',
]);

function notTaken({ code, detail }: { code: string; detail: string }): DomainError {
  return new DomainError(TOLD.has(code) ? code : 'CREDENTIAL_INVALID', detail, { reason: code });
}
