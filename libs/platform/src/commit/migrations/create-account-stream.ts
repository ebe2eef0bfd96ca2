import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantReadWrite } from '../../database/index.js';

/**
 * Where each account's stream stands, and who owns it. Every commit updates its row in place, so half of each page
 * stays free for that (HOT updates) and vacuum comes early.
 */
export class CreateAccountStream1763600010000 implements MigrationInterface {
  readonly name = 'CreateAccountStream1763600010000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE account_stream (
        account_id text COLLATE "C" PRIMARY KEY,
        owner_address text,
        epoch bigint NOT NULL CHECK (epoch > 0),
        seq bigint NOT NULL CHECK (seq >= 0),
        event_hash text NOT NULL,
        ledger_seq bigint NOT NULL CHECK (ledger_seq >= 0),
        ledger_hash text NOT NULL
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05)`);
    await grantReadWrite(queryRunner, 'account_stream');
    // Tenants may see their own accounts only: the context that has the table of accounts opens it to the reader.
    await queryRunner.query('REVOKE ALL ON account_stream FROM sextant_reader');
    await queryRunner.query('REVOKE DELETE ON account_stream FROM sextant_writer');
    // Called by a commit whose change finds no row: the statement fails as one that breaks a constraint.
    await queryRunner.query(`
      CREATE FUNCTION refuse_missing_row(table_name text) RETURNS text LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'A row of % that is to change does not exist', table_name
          USING ERRCODE = 'foreign_key_violation', CONSTRAINT = table_name || '_exists';
      END $$`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION refuse_missing_row(text)');
    await queryRunner.query('DROP TABLE account_stream');
  }
}
