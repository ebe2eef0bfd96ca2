import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import type { VenueCredential } from '../venue-credentials.js';
import type { By, Transaction } from './connection-event.js';
import type { ConnectionId, CredentialId } from './exchange-connection.js';

/** Whose a credential is. The ciphertext is bound to these: in another place it does not open. */
export interface CredentialBinding {
  credentialId: CredentialId;
  tenantId: TenantId;
  accountId: AccountId;
  venue: string;
}

/** What signs requests, without the name that it gets. */
export type CredentialSecrets = Pick<VenueCredential, 'apiKey' | 'secret' | 'passphrase'>;

/** Where venue credentials lie encrypted. */
export abstract class CredentialVault {
  /** Before anything is asked of a venue. @throws DomainError VAULT_KEY_MISSING when nothing can be sealed here */
  abstract assertUsable(): Promise<void>;

  /** Encrypts and stores a credential as the one in use. @throws DomainError VAULT_KEY_MISSING */
  abstract store(
    binding: CredentialBinding & { connectionId: ConnectionId; keyHint: string; at: EpochMs },
    secrets: CredentialSecrets,
    within: Transaction,
  ): Promise<void>;

  /** @throws DomainError CREDENTIAL_DESTROYED; VAULT_UNREADABLE when it was altered or moved; VAULT_KEY_MISSING */
  abstract open(credentialId: CredentialId, within?: Transaction): Promise<VenueCredential>;

  /**
   * The credential is in use, and nobody has asked for its end: one that drains opens still, for what is in flight.
   * @throws DomainError CREDENTIAL_DESTROYED
   */
  abstract assertKept(credentialId: CredentialId, within?: Transaction): Promise<void>;

  /** The credential is replaced: nothing new uses it, and from `retiresAt` on it may be destroyed. */
  abstract drain(credentialId: CredentialId, retiresAt: EpochMs, within: Transaction): Promise<void>;

  /** Destroys what has drained, each with its event. Answers how many those were. */
  abstract retireDrained(by: By): Promise<number>;
}
