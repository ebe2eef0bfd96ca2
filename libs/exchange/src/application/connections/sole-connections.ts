import { Injectable } from '@nestjs/common';
import { DomainError } from '@sextant/kernel';
import type { Transaction } from '../../domain/connections/connection-event.js';
import { ConnectionRepository } from '../../domain/connections/connection-repository.js';
import type { ConnectionPlace } from '../../domain/connections/connection-repository.js';
import { CredentialVault } from '../../domain/connections/credential-vault.js';
import type { ConnectionId, CredentialId } from '../../domain/connections/exchange-connection.js';

/** What opens an account at a venue. */
export interface Entrance {
  apiKey: string;
  accountIdentity: string | null;
}

/** Of one account at a venue a tenant has one connection that is on: two would count its money twice. */
@Injectable()
export class SoleConnections {
  constructor(
    private readonly connections: ConnectionRepository,
    private readonly vault: CredentialVault,
  ) {}

  /**
   * Keys are compared in memory, so that nothing of a key but its ciphertext is stored.
   * @param own the connection that the entrance is for; null for one that is not stored yet
   * @throws DomainError VENUE_ACCOUNT_CONNECTED
   */
  async assertSole(
    place: ConnectionPlace,
    entrance: Entrance,
    own: ConnectionId | null,
    within?: Transaction,
  ): Promise<void> {
    for (const { snapshot } of await this.connections.switchedOn(place, within)) {
      const { connectionId, accountIdentity, credentialId } = snapshot;
      if (connectionId === own) continue;
      const isSame = accountIdentity !== null && accountIdentity === entrance.accountIdentity;
      if (!isSame && (await this.keyOf(credentialId, within)) !== entrance.apiKey) continue;
      throw new DomainError(
        'VENUE_ACCOUNT_CONNECTED',
        `The connection ${connectionId} is to this account of ${place.venue}.`,
        { connectionId, pointer: '/credential' },
      );
    }
  }

  /** Null where it does not open: such a key signs nothing. */
  private async keyOf(credentialId: CredentialId, within?: Transaction): Promise<string | null> {
    try {
      return (await this.vault.open(credentialId, within)).apiKey;
    } catch (error) {
      if (error instanceof DomainError && UNOPENED.has(error.code)) return null;
      throw error;
    }
  }
}

const UNOPENED: ReadonlySet<string> = new Set([
  'CREDENTIAL_DESTROYED',
  'VAULT_KEY_MISSING',
  'VAULT_UNREADABLE',
]);
