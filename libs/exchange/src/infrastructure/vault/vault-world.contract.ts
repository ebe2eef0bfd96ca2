import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { combineModels, Logger, platformModel, SystemLog, UuidV7Ids, ManualClock } from '@sextant/platform';
import type { Database } from '@sextant/platform';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import { ExchangeConnection } from '../../domain/connections/exchange-connection.js';
import type { ConnectionId, CredentialId } from '../../domain/connections/exchange-connection.js';
import { connectionModel } from './connection-model.js';
import { KeyRing } from './key-ring.js';
import type { KeyRingFile } from './key-ring-file.js';
import { SqlConnectionRepository } from './sql-connection-repository.js';
import { SqlCredentialVault } from './sql-credential-vault.js';
import { SqlVaultKeeper } from './sql-vault-keeper.js';

export const START = Date.UTC(2026, 0, 1);
const model = combineModels(platformModel, connectionModel);

/** A vault on a database of its own. */
export class VaultWorld {
  readonly clock = new ManualClock(START);
  readonly ids = new UuidV7Ids(this.clock);
  readonly log: SystemLog;

  private constructor(private readonly test: TestDatabase) {
    this.log = new SystemLog(test.database);
  }

  static async make(): Promise<VaultWorld> {
    return new VaultWorld(await createTestDatabase(model));
  }

  get database(): Database {
    return this.test.database;
  }

  close(): Promise<void> {
    return this.test.close();
  }

  /** What one process has: its master keys, on this database or on one that misbehaves. */
  process(keys: string | KeyRingFile, database: Database = this.database) {
    const ring = typeof keys === 'string' ? new KeyRing(keys, null) : new KeyRing(null, keys);
    const log = new SystemLog(database);
    return {
      ring,
      keeper: new SqlVaultKeeper(database, ring, log, this.ids),
      vault: new SqlCredentialVault(database, ring, log, Logger.silent()),
      repository: new SqlConnectionRepository(database, log),
    };
  }

  by(actor = 'usr_1'): { actor: string; at: EpochMs } {
    return { actor, at: this.clock.now() };
  }

  /** A connection with a credential of these secrets in the vault. */
  async connected(
    { vault, repository }: Pick<ReturnType<VaultWorld['process']>, 'vault' | 'repository'>,
    secrets = { apiKey: 'key of a test', secret: 'secret of a test', passphrase: null as string | null },
    tenantId = this.ids.next('ten') as TenantId,
  ): Promise<{
    connectionId: ConnectionId;
    credentialId: CredentialId;
    accountId: AccountId;
    tenantId: TenantId;
  }> {
    const [connectionId, credentialId, accountId] = [
      this.ids.next('con'),
      this.ids.next('crd'),
      this.ids.next('acc'),
    ];
    const names = { connectionId, credentialId, accountId, tenantId, venue: 'BINANCE' };
    const keyHint = secrets.apiKey.slice(-4);
    const rights = { read: true, trade: true, withdraw: false, transfer: false, ipRestricted: true };
    const permissions = { ...rights, accountIdentity: null };
    const connection = ExchangeConnection.establish(
      { ...names, label: 'Test', endpoint: null, acknowledgedBy: null },
      { credentialId, keyHint },
      { finding: 'SOUND', permissions },
      this.by(),
    );
    await this.database.transaction(async (client) => {
      await repository.save(connection, client);
      await vault.store({ ...names, keyHint, at: this.clock.now() }, secrets, client);
    });
    return { connectionId, credentialId, accountId, tenantId };
  }

  /** Types of the events on the stream `system`. */
  async events(): Promise<string[]> {
    const rows = await this.database.query<{ type: string }>(
      `SELECT type FROM event_log WHERE stream_id = 'system' ORDER BY stream_seq`,
    );
    return rows.map(({ type }) => type);
  }
}
