import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock, Ids } from '@sextant/kernel';
import { Config } from '@sextant/platform';
import type { OnceAnswer, OnceRequest } from '@sextant/platform';
import { CredentialVault } from '../../domain/connections/credential-vault.js';
import type { CredentialSecrets } from '../../domain/connections/credential-vault.js';
import { assertSound } from '../../domain/connections/exchange-connection.js';
import { ExchangeGateways } from '../../domain/exchange-gateways.js';
import { hasGaps } from './add-exchange-connection.js';
import { ConnectionChanges } from './connection-changes.js';
import type { ConnectionTarget } from './connection-changes.js';
import type { ConnectionView } from './connection-view.js';
import { assertForm, keyHint } from './credential-form.js';
import { KeyChecks } from './key-checks.js';
import { SoleConnections } from './sole-connections.js';

export interface NewCredential {
  secrets: CredentialSecrets;
  acknowledgeUnknownPermissions: boolean;
}

/**
 * Puts another key in the place of the present one without a gap: it is checked, every new request is signed with it, and
 * the older one is kept until what was in flight has ended, then destroyed.
 * @throws DomainError CONNECTION_NOT_FOUND, CONNECTION_CHANGED, CREDENTIAL_MALFORMED, CREDENTIAL_OF_ANOTHER_ACCOUNT,
 * VENUE_ACCOUNT_CONNECTED, those of `assertSound`, VAULT_…
 */
export class RotateExchangeCredentials extends Command<OnceAnswer<ConnectionView>> {
  constructor(
    readonly target: ConnectionTarget,
    readonly actor: string,
    readonly credential: NewCredential,
    readonly once: OnceRequest,
  ) {
    super();
  }
}

@CommandHandler(RotateExchangeCredentials)
export class RotateExchangeCredentialsHandler implements ICommandHandler<RotateExchangeCredentials> {
  constructor(
    private readonly changes: ConnectionChanges,
    private readonly gateways: ExchangeGateways,
    private readonly checks: KeyChecks,
    private readonly vault: CredentialVault,
    private readonly sole: SoleConnections,
    private readonly config: Config,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  execute(command: RotateExchangeCredentials): Promise<OnceAnswer<ConnectionView>> {
    const { target, actor, credential, once } = command;
    const { secrets, acknowledgeUnknownPermissions } = credential;
    const successor = { credentialId: this.ids.next('crd'), keyHint: keyHint(secrets.apiKey) };
    return this.changes.once(
      target,
      once,
      async ({ snapshot }) => {
        assertForm(this.gateways.of(snapshot.venue), secrets);
        await this.vault.assertUsable();
        const tried = { credentialId: successor.credentialId, ...secrets };
        const finding = await this.checks.check(snapshot, tried, acknowledgeUnknownPermissions);
        return { finding, acknowledgedBy: hasGaps(assertSound(finding)) ? actor : null };
      },
      async (connection, { finding, acknowledgedBy }, within) => {
        const { connectionId, credentialId: predecessor, tenantId, accountId, venue } = connection.snapshot;
        const at = this.clock.now();
        const retiresAt = at + this.config.get('exchange.credentialDrainSeconds') * 1000;
        connection.rotate(successor, finding, { retiresAt, acknowledgedBy }, { actor, at });
        if (connection.snapshot.status !== 'DISCONNECTED') {
          const { accountIdentity } = connection.snapshot;
          const entrance = { apiKey: secrets.apiKey, accountIdentity };
          await this.sole.assertSole(connection.snapshot, entrance, connectionId, within);
        }
        await this.vault.drain(predecessor, retiresAt, within);
        const binding = { ...successor, connectionId, tenantId, accountId, venue, at };
        await this.vault.store(binding, secrets, within);
      },
    );
  }
}
