import type { EpochMs } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import type { Database, Logger, SystemLog } from '@sextant/platform';
import type { By, Transaction } from '../../domain/connections/connection-event.js';
import { CredentialVault } from '../../domain/connections/credential-vault.js';
import type { CredentialBinding, CredentialSecrets } from '../../domain/connections/credential-vault.js';
import type { ConnectionId, CredentialId } from '../../domain/connections/exchange-connection.js';
import type { VenueCredential } from '../../domain/venue-credentials.js';
import { bindingOf, envelopeOf, SEALED_COLUMNS } from './credential-row.js';
import type { SealedRow } from './credential-row.js';
import { EnvelopeBroken, open, seal } from './envelope.js';
import type { KeyRing } from './key-ring.js';
import { keyMissing, sealingKey } from './sealing-key.js';
import { appendEvents, clientOf } from './transaction.js';

const FIND = {
  name: 'sealed-credential',
  text: `SELECT ${SEALED_COLUMNS} FROM venue_credential WHERE credential_id = $1 AND status <> 'RETIRED'`,
};
const INSERT = `INSERT INTO venue_credential
    (${SEALED_COLUMNS}, connection_id, key_hint, status, sealed_at, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'CURRENT', $11, $11)`;
const KEPT = `SELECT FROM venue_credential WHERE credential_id = $1 AND status = 'CURRENT'`;
const DRAIN = `UPDATE venue_credential SET status = 'DRAINING', retires_at = $2
  WHERE credential_id = $1 AND status = 'CURRENT'`;
const RETIRE = `UPDATE venue_credential SET status = 'RETIRED', kek_id = NULL, wrapped_key = NULL, ciphertext = NULL
  WHERE status = 'DRAINING' AND retires_at <= $1
  RETURNING credential_id, connection_id, tenant_id, account_id, venue, key_hint`;

interface RetiredRow {
  credential_id: string;
  connection_id: string;
  tenant_id: string;
  account_id: string;
  venue: string;
  key_hint: string;
}

/** The vault in the database: one envelope a row. */
export class SqlCredentialVault extends CredentialVault {
  constructor(
    private readonly database: Database,
    private readonly ring: KeyRing,
    private readonly log: SystemLog,
    private readonly logger: Pick<Logger, 'error'>,
  ) {
    super();
  }

  async assertUsable(): Promise<void> {
    await this.database.transaction((client) => sealingKey(client, this.ring));
  }

  async store(
    binding: CredentialBinding & { connectionId: ConnectionId; keyHint: string; at: EpochMs },
    secrets: CredentialSecrets,
    within: Transaction,
  ): Promise<void> {
    const client = clientOf(within);
    const { connectionId, keyHint, at, credentialId, tenantId, accountId, venue } = binding;
    const keyVersion = 1;
    const key = await sealingKey(client, this.ring);
    const sealed = seal(secrets, { credentialId, tenantId, accountId, venue, keyVersion }, key);
    await client.query(INSERT, [
      ...[credentialId, tenantId, accountId, venue, keyVersion],
      ...[sealed.kekId, sealed.wrappedKey, sealed.ciphertext],
      ...[connectionId, keyHint, new Date(at)],
    ]);
  }

  async open(credentialId: CredentialId, within?: Transaction): Promise<VenueCredential> {
    const values = [credentialId];
    const [row] =
      within === undefined
        ? await this.database.query<SealedRow>(FIND, values)
        : (await clientOf(within).query<SealedRow>(FIND, values)).rows;
    if (row === undefined) throw destroyed();
    const key = this.ring.find(row.kek_id);
    if (key === null) throw keyMissing(`The master key ${row.kek_id} of the credential is not here.`);
    try {
      return { credentialId, ...open(envelopeOf(row), bindingOf(row), key) };
    } catch (error) {
      if (!(error instanceof EnvelopeBroken)) throw error;
      this.logger.error('A credential of the vault was altered or moved', {
        credentialId,
        accountId: row.account_id,
        venue: row.venue,
        reason: error.message,
      });
      throw unreadable('The stored credential was altered, or belongs somewhere else.');
    }
  }

  async assertKept(credentialId: CredentialId, within?: Transaction): Promise<void> {
    const rows =
      within === undefined
        ? await this.database.query(KEPT, [credentialId])
        : (await clientOf(within).query(KEPT, [credentialId])).rows;
    if (rows.length === 0) throw destroyed();
  }

  async drain(credentialId: CredentialId, retiresAt: EpochMs, within: Transaction): Promise<void> {
    await clientOf(within).query(DRAIN, [credentialId, new Date(retiresAt)]);
  }

  retireDrained(by: By): Promise<number> {
    return this.database.transaction(async (client) => {
      const { rows } = await client.query<RetiredRow>(RETIRE, [new Date(by.at)]);
      const events = rows.map((row) => ({
        type: 'VenueCredentialRetired' as const,
        payload: {
          tenantId: row.tenant_id,
          connectionId: row.connection_id,
          accountId: row.account_id,
          venue: row.venue,
          credentialId: row.credential_id,
          keyHint: row.key_hint,
        },
        occurredAt: by.at,
        actor: by.actor,
      }));
      await appendEvents(this.log, events, client);
      return rows.length;
    });
  }
}

function destroyed(): DomainError {
  return new DomainError('CREDENTIAL_DESTROYED', 'The credential was destroyed, or is about to be.');
}

function unreadable(detail: string): DomainError {
  return new DomainError('VAULT_UNREADABLE', detail);
}
