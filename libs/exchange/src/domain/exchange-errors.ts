import { defineErrors } from '@sextant/kernel';

export const exchangeErrors = defineErrors({
  UNKNOWN_VENUE: {
    kind: 'NOT_FOUND',
    title: 'Unknown venue',
    description: 'No venue of this installation has that name. `GET /api/exchanges` lists them.',
  },
  CONNECTION_NOT_FOUND: {
    kind: 'NOT_FOUND',
    title: 'Exchange connection not found',
    description: 'There is no such connection, or it is not yours.',
  },
  CONNECTION_EXISTS: {
    kind: 'CONFLICT',
    title: 'Account connected already',
    description: 'The account has a connection. Give that one another key, or open another account.',
  },
  CONNECTION_CHANGED: {
    kind: 'PRECONDITION_FAILED',
    title: 'Exchange connection changed',
    description:
      'The connection is not what `If-Match` names any more, or changed while its key was checked.',
  },
  CONNECTION_OFF: {
    kind: 'CONFLICT',
    title: 'Exchange connection switched off',
    description: 'The connection is DISCONNECTED. `POST …/connect` checks its key and switches it on.',
  },
  CONNECTION_NOT_NEEDED: {
    kind: 'REFUSED',
    title: 'Venue needs no connection',
    description: 'Accounts at this venue hold play money and need no key: `POST /api/accounts` opens one.',
  },
  ACCOUNT_NOT_AT_VENUE: {
    kind: 'REFUSED',
    title: 'Account is not at this venue',
    description: 'Only a LIVE account of the same venue can be connected to it.',
  },
  KEY_MAY_WITHDRAW: {
    kind: 'REFUSED',
    title: 'Key may take money out',
    description:
      'The venue says that the key may withdraw or transfer. Only keys without these rights are taken.',
  },
  KEY_PERMISSIONS_UNKNOWN: {
    kind: 'REFUSED',
    title: 'Rights of the key unknown',
    description:
      'The venue does not tell whether the key may withdraw or transfer. Make sure that it may not, and say so with ' +
      '`acknowledgeUnknownPermissions: true`; who did is recorded.',
  },
  CREDENTIAL_INVALID: {
    kind: 'REFUSED',
    title: 'Key not accepted by the venue',
    description:
      'The venue does not take the key, its signature, its passphrase or this address. `detail` has its words.',
  },
  CREDENTIAL_MALFORMED: {
    kind: 'REFUSED',
    title: 'Key not of the venue’s form',
    description:
      'The venue’s keys have other parts: `errors` or `detail` says which one is missing or too many.',
  },
  CREDENTIAL_OF_ANOTHER_ACCOUNT: {
    kind: 'REFUSED',
    title: 'Key of another account',
    description:
      'The venue says that the key opens another account than the one this connection is to. Nothing was changed; ' +
      'connect the other account with a connection of its own.',
  },
  VENUE_ACCOUNT_CONNECTED: {
    kind: 'CONFLICT',
    title: 'Venue account connected already',
    description:
      'You have a connection that is not switched off to the same account of this venue: by the same key, or by another ' +
      'key of the account. `connectionId` names it; rotate its key, or disconnect it first.',
  },
  CREDENTIAL_DESTROYED: {
    kind: 'CONFLICT',
    title: 'Key destroyed',
    description:
      'The key of this connection was destroyed. Give it another one: `POST …/rotate-credentials`.',
  },
  CUSTOM_ENDPOINT_REFUSED: {
    kind: 'REFUSED',
    title: 'Own endpoint refused',
    description:
      'A connection uses the venue’s own addresses, unless `exchange.allowCustomEndpoints` is on, which production refuses.',
  },
  VENUE_VERDICT_MISSING: {
    kind: 'UNAVAILABLE',
    title: 'Venue gave no verdict on the key',
    description: 'The venue could not be asked, or did not answer. Nothing was stored. Try again.',
    retryable: true,
  },
  VAULT_KEY_MISSING: {
    kind: 'UNAVAILABLE',
    title: 'Vault without a master key',
    description:
      'Set `exchange.vault.key` or `exchange.vault.keyFile`: without it no credential can be kept.',
  },
  VAULT_UNREADABLE: {
    kind: 'UNAVAILABLE',
    title: 'Credential cannot be opened',
    description:
      'The stored credential was altered or moved in the database. Give the connection another key: `POST …/rotate-credentials`.',
  },
  VENUE_UNAVAILABLE: {
    kind: 'UNAVAILABLE',
    title: 'Venue unavailable',
    description: 'The venue does not answer, or does not tell what is needed to use it.',
    retryable: true,
  },
});
