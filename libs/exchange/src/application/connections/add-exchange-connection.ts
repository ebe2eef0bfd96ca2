import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Clock, DomainError, Ids } from '@sextant/kernel';
import { Config, Idempotency, replay } from '@sextant/platform';
import type { OnceAnswer, OnceRequest } from '@sextant/platform';
import { ConnectionRepository } from '../../domain/connections/connection-repository.js';
import { CredentialVault } from '../../domain/connections/credential-vault.js';
import type { CredentialSecrets } from '../../domain/connections/credential-vault.js';
import { assertSound, ExchangeConnection } from '../../domain/connections/exchange-connection.js';
import type { PermissionFinding } from '../../domain/connections/permission-finding.js';
import type { ExchangeGateway } from '../../domain/exchange-gateway.js';
import { ExchangeGateways } from '../../domain/exchange-gateways.js';
import type { KeyRights } from '../../domain/venue-credentials.js';
import { savedView } from './connection-view.js';
import type { ConnectionView } from './connection-view.js';
import { assertForm, keyHint } from './credential-form.js';
import { assertAllowed } from './endpoint-rule.js';
import { EndpointVisits } from './endpoint-visits.js';
import { KeyChecks } from './key-checks.js';
import { SoleConnections } from './sole-connections.js';
import { VenueAccounts } from './venue-accounts.js';

export interface ConnectionRequest {
  venue: string;
  label: string;
  /** Null: a LIVE account is opened with the connection. */
  accountId: AccountId | null;
  secrets: CredentialSecrets;
  /** Base address in place of the venue's own. */
  endpoint: string | null;
  acknowledgeUnknownPermissions: boolean;
}

/**
 * Checks a key at its venue and keeps it: nothing of it is stored unless the venue says that it is harmless.
 * @throws DomainError UNKNOWN_VENUE, CONNECTION_NOT_NEEDED, ACCOUNT_NOT_FOUND, ACCOUNT_NOT_AT_VENUE, CONNECTION_EXISTS,
 * CUSTOM_ENDPOINT_REFUSED, CREDENTIAL_MALFORMED, VENUE_ACCOUNT_CONNECTED, those of `assertSound`, VAULT_KEY_MISSING
 */
export class AddExchangeConnection extends Command<OnceAnswer<ConnectionView>> {
  constructor(
    readonly tenantId: TenantId,
    readonly actor: string,
    readonly request: ConnectionRequest,
    readonly once: OnceRequest,
  ) {
    super();
  }
}

@CommandHandler(AddExchangeConnection)
export class AddExchangeConnectionHandler implements ICommandHandler<AddExchangeConnection> {
  constructor(
    private readonly gateways: ExchangeGateways,
    private readonly checks: KeyChecks,
    private readonly connections: ConnectionRepository,
    private readonly vault: CredentialVault,
    private readonly sole: SoleConnections,
    private readonly visits: EndpointVisits,
    private readonly accounts: VenueAccounts,
    private readonly idempotency: Idempotency,
    private readonly config: Config,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async execute(command: AddExchangeConnection): Promise<OnceAnswer<ConnectionView>> {
    const { tenantId, once, request } = command;
    const before = once.key === null ? null : await this.idempotency.find(tenantId, once.route, once.key);
    if (before !== null) return replay(before, once);
    const gateway = await this.allowed(command);
    return this.visits.during(gateway, request.endpoint, () => this.checked(command, gateway.venue));
  }

  private async checked(command: AddExchangeConnection, venue: string): Promise<OnceAnswer<ConnectionView>> {
    const { tenantId, once, request } = command;
    const credentialId = this.ids.next('crd');
    const { secrets, acknowledgeUnknownPermissions: acknowledged } = request;
    const place = { venue, endpoint: request.endpoint };
    const finding = await this.checks.check(place, { credentialId, ...secrets }, acknowledged);
    const permissions = assertSound(finding);
    const acknowledgedBy = hasGaps(permissions) ? command.actor : null;
    const entrance = { apiKey: secrets.apiKey, accountIdentity: permissions.accountIdentity };
    try {
      await this.sole.assertSole({ tenantId, ...place }, entrance, null);
    } catch (error) {
      // It may be this very request, that came twice and was faster.
      const meanwhile =
        once.key === null ? null : await this.idempotency.find(tenantId, once.route, once.key);
      if (meanwhile === null) throw error;
      return replay(meanwhile, once);
    }
    // Only now, and outside the transaction: accounts are opened by the committer of accounts. A repeat gets the same one.
    const accountId = request.accountId ?? (await this.openAccount(command, venue));
    return this.store(command, { credentialId, accountId, venue, acknowledgedBy }, finding);
  }

  private async allowed({ tenantId, request }: AddExchangeConnection): Promise<ExchangeGateway> {
    const gateway = this.gateways.of(request.venue);
    if (gateway.deposit !== undefined) {
      throw new DomainError('CONNECTION_NOT_NEEDED', `Accounts at ${gateway.venue} need no key.`, {
        pointer: '/venue',
      });
    }
    assertAllowed(request.endpoint, this.config, { pointer: '/endpoint' });
    if (request.endpoint !== null && !URL.canParse(request.endpoint)) {
      throw new DomainError('CUSTOM_ENDPOINT_REFUSED', 'The endpoint is no address.', {
        pointer: '/endpoint',
      });
    }
    assertForm(gateway, request.secrets);
    await this.vault.assertUsable();
    if (request.accountId !== null) await this.assertFree(tenantId, request.accountId, gateway.venue);
    return gateway;
  }

  private async assertFree(tenantId: TenantId, accountId: AccountId, venue: string): Promise<void> {
    const account = await this.accounts.find(tenantId, accountId);
    if (account.kind !== 'LIVE' || account.venue !== venue) {
      throw new DomainError('ACCOUNT_NOT_AT_VENUE', `${accountId} is no LIVE account at ${venue}.`, {
        pointer: '/accountId',
      });
    }
    if ((await this.connections.ofAccount(accountId, venue)) === null) return;
    throw new DomainError('CONNECTION_EXISTS', 'The account has a connection already.', {
      pointer: '/accountId',
    });
  }

  private openAccount(
    { tenantId, actor, request, once }: AddExchangeConnection,
    venue: string,
  ): Promise<AccountId> {
    const reference = once.key === null ? this.ids.next('con') : `${once.route} ${once.key}`;
    return this.accounts.openLive({ tenantId, venue, name: request.label, reference, actor });
  }

  private store(
    { tenantId, actor, request, once }: AddExchangeConnection,
    names: Pick<ExchangeConnection['snapshot'], 'credentialId' | 'accountId' | 'venue' | 'acknowledgedBy'>,
    finding: PermissionFinding,
  ): Promise<OnceAnswer<ConnectionView>> {
    const { credentialId, accountId, venue, acknowledgedBy } = names;
    const connectionId = this.ids.next('con');
    const at = this.clock.now();
    const hint = keyHint(request.secrets.apiKey);
    const { label, endpoint } = request;
    return this.idempotency.once(once, async (transaction) => {
      const terms = { connectionId, tenantId, accountId, venue, label, endpoint, acknowledgedBy };
      const credential = { credentialId, keyHint: hint };
      const connection = ExchangeConnection.establish(terms, credential, finding, { actor, at });
      const { accountIdentity } = connection.snapshot;
      const entrance = { apiKey: request.secrets.apiKey, accountIdentity };
      await this.sole.assertSole({ tenantId, venue, endpoint }, entrance, null, transaction);
      await this.connections.save(connection, transaction);
      const binding = { connectionId, credentialId, tenantId, accountId, venue, keyHint: hint, at };
      await this.vault.store(binding, request.secrets, transaction);
      return { status: 201, body: savedView(connection.snapshot, this.config), resourceId: connectionId };
    });
  }
}

/** The venue does not tell a right that matters: somebody had to answer for it. */
export function hasGaps({ withdraw, transfer }: KeyRights): boolean {
  return withdraw === null || transfer === null;
}
