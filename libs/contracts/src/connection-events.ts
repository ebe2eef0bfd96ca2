import { defineEvents } from './define-events.js';

const ofConnection = {
  tenantId: 'tenant id',
  connectionId: 'connection id',
  accountId: 'account id',
  venue: 'name of the venue',
};

/** Exchange connections and the vault, on the stream `system`. No event holds a secret, or more of a key than its last 4. */
export const connectionEvents = defineEvents({
  ExchangeConnectionAdded: {
    description: "A venue's key was checked and is in the vault; the account can be reached.",
    payload: {
      ...ofConnection,
      label: 'its name',
      credentialId: 'credential id',
      keyHint: 'last 4 characters of the key id',
      permissions:
        'what the venue says the key may do: read, trade, withdraw, transfer, ipRestricted; null untold',
      acknowledged: 'true when the user accepted that the venue does not tell what the key may do',
    },
  },
  ExchangeConnectionQuarantined: {
    description:
      'The key may take money out, or it is not known that it may not: it places nothing any more.',
    payload: { ...ofConnection, code: 'KEY_MAY_WITHDRAW or KEY_PERMISSIONS_UNKNOWN', detail: 'sentence' },
  },
  ExchangeConnectionInvalidated: {
    description: 'The venue does not take the key any more.',
    payload: { ...ofConnection, code: 'reason code', detail: "the venue's words, secrets taken out" },
  },
  ExchangeConnectionRestored: {
    description: 'A key that was invalid or quarantined passed its check.',
    payload: { ...ofConnection, before: 'INVALID or QUARANTINED' },
  },
  ExchangeConnectionDisconnected: {
    description: 'A person switched the connection off; its key stays in the vault.',
    payload: ofConnection,
  },
  ExchangeConnectionReconnected: {
    description: 'A person switched the connection on again, and its key passed its check.',
    payload: ofConnection,
  },
  VenueCredentialRotated: {
    description:
      "A new key was checked and took the older one's place; requests in flight still end with the older.",
    payload: {
      ...ofConnection,
      credentialId: 'credential id of the newer key',
      predecessorId: 'credential id of the older key',
      keyHint: 'last 4 characters of the newer key id',
      retiresAt: 'epoch ms from which nothing uses the older key',
    },
  },
  VenueCredentialRetired: {
    description: 'A replaced key was destroyed in the vault. It can be deleted at the venue now.',
    payload: { ...ofConnection, credentialId: 'credential id', keyHint: 'last 4 characters of the key id' },
  },
  VaultKeyPromoted: {
    description: 'A master key seals what goes into the vault from now on.',
    payload: { kekId: 'id of the master key', before: 'id of the one before it, or null' },
  },
  VaultKeyRetired: {
    description: 'No row of the vault needs this master key any more.',
    payload: { kekId: 'id of the master key' },
  },
  VaultRotationFinished: {
    description: 'A rotation has gone through every row of the vault.',
    payload: {
      rotationId: 'id of the rotation',
      kind: 'MASTER_KEY (data keys wrapped anew) or DATA_KEYS (credentials encrypted anew)',
      rows: 'credentials it changed',
    },
  },
});

export type ConnectionEventType = keyof typeof connectionEvents;
