import { DomainError } from '@sextant/kernel';
import type { CredentialSecrets } from '../../domain/connections/credential-vault.js';
import type { ExchangeGateway } from '../../domain/exchange-gateway.js';

const HINT_LENGTH = 4;
/** Of a shorter key id the last 4 would be too much of it. */
const SHORTEST_HINTED = 16;

/** @throws DomainError CREDENTIAL_MALFORMED when the venue's keys have other parts */
export function assertForm({ venue, about }: ExchangeGateway, { passphrase }: CredentialSecrets): void {
  const wanted = about?.passphrase ?? 'OPTIONAL';
  if (wanted === 'REQUIRED' && passphrase === null) {
    throw malformed(`Keys of ${venue} have a passphrase: it is missing.`);
  }
  if (wanted === 'NONE' && passphrase !== null) throw malformed(`Keys of ${venue} have no passphrase.`);
}

/** What of a key id is shown. */
export function keyHint(apiKey: string): string {
  return apiKey.length < SHORTEST_HINTED ? '' : apiKey.slice(-HINT_LENGTH);
}

function malformed(detail: string): DomainError {
  return new DomainError('CREDENTIAL_MALFORMED', detail, { pointer: '/credential/passphrase' });
}
