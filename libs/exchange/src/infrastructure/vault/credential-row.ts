import type { AccountId, TenantId } from '@sextant/kernel';
import type { CredentialId } from '../../domain/connections/exchange-connection.js';
import type { Envelope, SealedBinding } from './envelope.js';

/** A row of `venue_credential` that is not destroyed. */
export interface SealedRow {
  credential_id: CredentialId;
  tenant_id: TenantId;
  account_id: AccountId;
  venue: string;
  key_version: number;
  kek_id: string;
  wrapped_key: Buffer;
  ciphertext: Buffer;
}

export const SEALED_COLUMNS =
  'credential_id, tenant_id, account_id, venue, key_version, kek_id, wrapped_key, ciphertext';

export function envelopeOf(row: SealedRow): Envelope {
  return { kekId: row.kek_id, wrappedKey: row.wrapped_key, ciphertext: row.ciphertext };
}

/** Whose the row says that its credential is: the envelope opens only if that is true. */
export function bindingOf(row: SealedRow): SealedBinding {
  return {
    credentialId: row.credential_id,
    tenantId: row.tenant_id,
    accountId: row.account_id,
    venue: row.venue,
    keyVersion: row.key_version,
  };
}
