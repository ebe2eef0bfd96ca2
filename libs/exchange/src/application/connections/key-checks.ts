import { Injectable } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import { Config, Logger, Metrics, scrubText, SecretGuard } from '@sextant/platform';
import { CredentialVault } from '../../domain/connections/credential-vault.js';
import type { ConnectionSnapshot } from '../../domain/connections/exchange-connection.js';
import { judgePermissions, UNTOLD } from '../../domain/connections/permission-finding.js';
import type { PermissionFinding } from '../../domain/connections/permission-finding.js';
import { ExchangeGateways } from '../../domain/exchange-gateways.js';
import type { ExchangeGateway } from '../../domain/exchange-gateway.js';
import { confirmed, unknown } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { KeyPermissions, VenueCredential } from '../../domain/venue-credentials.js';
import { assertAllowed } from './endpoint-rule.js';

const LONGEST_DETAIL = 300;

/** Where a key is asked after. */
export type KeyPlace = Pick<ConnectionSnapshot, 'venue' | 'endpoint'>;

/** Asks venues what keys may do, and judges it. */
@Injectable()
export class KeyChecks {
  constructor(
    private readonly gateways: ExchangeGateways,
    private readonly vault: CredentialVault,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  /** A key that is not in the vault yet. @throws DomainError UNKNOWN_VENUE, CUSTOM_ENDPOINT_REFUSED */
  async check(
    { venue, endpoint }: KeyPlace,
    credential: VenueCredential,
    acknowledged: boolean,
  ): Promise<PermissionFinding> {
    assertAllowed(endpoint, this.config);
    const own = this.gateways.of(venue);
    const gateway = endpoint === null ? own : (own.at?.(endpoint) ?? own);
    const nothingTold = confirmed(UNTOLD, { kind: 'NOT_SENT', detail: {}, at: this.clock.now() });
    const outcome = gateway.permissions === undefined ? nothingTold : await this.asked(gateway, credential);
    const finding = judgePermissions(outcome, acknowledged);
    this.metrics.increment('exchange_key_checks_total', { venue: gateway.venue, finding: finding.finding });
    return 'detail' in finding ? { ...finding, detail: withoutSecrets(finding.detail, credential) } : finding;
  }

  /** A fault of an adapter ends here: what it throws may hold the whole request, key and signature included. */
  private async asked(
    gateway: ExchangeGateway,
    credential: VenueCredential,
  ): Promise<GatewayOutcome<KeyPermissions>> {
    try {
      return await gateway.permissions!(credential);
    } catch (error) {
      const detail = withoutSecrets(String((error as Error).message), credential);
      const { credentialId } = credential;
      this.logger.error('An adapter failed to ask a venue about a key', {
        ...{ venue: gateway.venue, credentialId, detail },
      });
      const silence = { code: 'NO_ANSWER', detail: 'The venue could not be asked.' };
      return unknown(silence, { kind: 'TRANSPORT', detail: {}, at: this.clock.now() });
    }
  }

  /** The key that a connection uses. @throws DomainError CUSTOM_ENDPOINT_REFUSED; VAULT_… when it cannot be opened */
  async examine(connection: Readonly<ConnectionSnapshot>): Promise<PermissionFinding> {
    const { credentialId, acknowledgedBy } = connection;
    const credential = await this.vault.open(credentialId);
    return this.check(connection, credential, acknowledgedBy !== null);
  }

  /** Tells the operators of a key that went bad. */
  alert(before: Readonly<ConnectionSnapshot>, after: Readonly<ConnectionSnapshot>): void {
    if (before.status === after.status || after.reason === null) return;
    const { connectionId, accountId, venue, tenantId, reason } = after;
    const fields = { connectionId, accountId, venue, tenantId, status: after.status };
    this.logger.error('A venue key must not be used any more', {
      ...fields,
      code: reason.code,
      detail: reason.detail,
    });
  }
}

/** A venue may repeat the key, or a signature, in its complaint about it. */
function withoutSecrets(detail: string, { apiKey, secret, passphrase }: VenueCredential): string {
  const guard = new SecretGuard();
  guard.protect(apiKey, secret, ...(passphrase === null ? [] : [passphrase]));
  return scrubText(guard.clean(detail)).slice(0, LONGEST_DETAIL);
}
