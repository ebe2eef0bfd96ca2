import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The account that a connection opens, as the venue names it: a key that comes later is held against it. */
export class IdentifyVenueAccount1763600601000 implements MigrationInterface {
  readonly name = 'IdentifyVenueAccount1763600601000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE exchange_connection ADD COLUMN account_identity text COLLATE "C"
        CHECK (length(account_identity) BETWEEN 1 AND 128)`);
    await queryRunner.query(
      'CREATE INDEX exchange_connection_venue ON exchange_connection (tenant_id, venue)',
    );
    // Switched on again while its key waited for its end: it has none, so it is off.
    await queryRunner.query(`
      UPDATE exchange_connection c
      SET status = 'DISCONNECTED', reason_code = NULL, reason_detail = NULL, version = version + 1
      WHERE status <> 'DISCONNECTED' AND NOT EXISTS (
        SELECT FROM venue_credential v WHERE v.credential_id = c.credential_id AND v.status = 'CURRENT')`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX exchange_connection_venue');
    await queryRunner.query('ALTER TABLE exchange_connection DROP COLUMN account_identity');
  }
}
