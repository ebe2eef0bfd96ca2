import { grantReadWrite, isolateByTenant } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ID = 'text COLLATE "C"';
const TIME = 'timestamptz(3)';

/** Connections to venues, and the vault: credentials as ciphertext, and the names of the master keys they need. */
export class CreateExchangeConnection1763600600000 implements MigrationInterface {
  readonly name = 'CreateExchangeConnection1763600600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE exchange_connection (
        connection_id ${ID} PRIMARY KEY,
        tenant_id ${ID} NOT NULL,
        account_id ${ID} NOT NULL CONSTRAINT exchange_connection_account UNIQUE,
        venue ${ID} NOT NULL CHECK (venue <> ''),
        label text NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
        status ${ID} NOT NULL CHECK (status IN ('ACTIVE', 'INVALID', 'QUARANTINED', 'DISCONNECTED')),
        reason_code ${ID},
        reason_detail text,
        endpoint text,
        credential_id ${ID} NOT NULL,
        key_hint text NOT NULL CHECK (length(key_hint) <= 4),
        may_read boolean, may_trade boolean, may_withdraw boolean, may_transfer boolean, ip_restricted boolean,
        acknowledged_by ${ID},
        validated_at ${TIME} NOT NULL,
        check_tried_at ${TIME},
        version integer NOT NULL,
        created_at ${TIME} NOT NULL,
        updated_at ${TIME} NOT NULL,
        CONSTRAINT exchange_connection_reason CHECK (
          (status IN ('INVALID', 'QUARANTINED')) = (reason_code IS NOT NULL)
          AND (reason_code IS NULL) = (reason_detail IS NULL)))`);
    await queryRunner.query(
      'CREATE INDEX exchange_connection_tenant ON exchange_connection (tenant_id, connection_id)',
    );
    await queryRunner.query('CREATE INDEX exchange_connection_due ON exchange_connection (validated_at)');
    await grantReadWrite(queryRunner, 'exchange_connection');
    await isolateByTenant(queryRunner, 'exchange_connection');
    await this.createVault(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP TABLE vault_rotation, venue_credential, vault_master_key, exchange_connection',
    );
  }

  private async createVault(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE vault_master_key (
        kek_id ${ID} PRIMARY KEY CHECK (kek_id ~ '^[0-9a-f]{16}$'),
        status ${ID} NOT NULL CHECK (status IN ('CURRENT', 'FORMER', 'RETIRED')),
        since ${TIME} NOT NULL)`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX vault_master_key_current ON vault_master_key (status) WHERE status = 'CURRENT'`,
    );
    await queryRunner.query(`
      CREATE TABLE venue_credential (
        credential_id ${ID} PRIMARY KEY,
        connection_id ${ID} NOT NULL REFERENCES exchange_connection,
        tenant_id ${ID} NOT NULL,
        account_id ${ID} NOT NULL,
        venue ${ID} NOT NULL,
        key_hint text NOT NULL,
        status ${ID} NOT NULL CHECK (status IN ('CURRENT', 'DRAINING', 'RETIRED')),
        key_version integer NOT NULL CHECK (key_version > 0),
        kek_id ${ID} REFERENCES vault_master_key,
        wrapped_key bytea,
        ciphertext bytea,
        sealed_at ${TIME} NOT NULL,
        created_at ${TIME} NOT NULL,
        retires_at ${TIME},
        CONSTRAINT venue_credential_destroyed CHECK (
          (status = 'RETIRED') = (kek_id IS NULL)
          AND (kek_id IS NULL) = (wrapped_key IS NULL) AND (kek_id IS NULL) = (ciphertext IS NULL)),
        CONSTRAINT venue_credential_drains CHECK ((status = 'CURRENT') = (retires_at IS NULL)))`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX venue_credential_current ON venue_credential (connection_id) WHERE status = 'CURRENT'`,
    );
    await queryRunner.query(
      `CREATE INDEX venue_credential_draining ON venue_credential (retires_at) WHERE status = 'DRAINING'`,
    );
    await queryRunner.query(`
      CREATE TABLE vault_rotation (
        rotation_id ${ID} PRIMARY KEY,
        kind ${ID} NOT NULL CHECK (kind IN ('MASTER_KEY', 'DATA_KEYS')),
        started_at ${TIME} NOT NULL,
        finished_at ${TIME},
        changed integer NOT NULL)`);
    await queryRunner.query(
      'CREATE UNIQUE INDEX vault_rotation_open ON vault_rotation (kind) WHERE finished_at IS NULL',
    );
    for (const table of ['venue_credential', 'vault_master_key', 'vault_rotation']) {
      await grantReadWrite(queryRunner, table);
      // What people read never comes from here.
      await queryRunner.query(`REVOKE ALL ON ${table} FROM sextant_reader`);
    }
  }
}
