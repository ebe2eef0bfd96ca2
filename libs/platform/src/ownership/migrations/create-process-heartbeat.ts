import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantReadWrite } from '../../database/index.js';

/** The processes that live, by the database's clock. A row that is gone never comes back: addresses are used once. */
export class CreateProcessHeartbeat1763600014000 implements MigrationInterface {
  readonly name = 'CreateProcessHeartbeat1763600014000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE process_heartbeat (
        address text COLLATE "C" PRIMARY KEY,
        beaten_at timestamptz NOT NULL,
        takes_accounts boolean NOT NULL
      ) WITH (fillfactor = 50)`);
    await grantReadWrite(queryRunner, 'process_heartbeat');
    await queryRunner.query('REVOKE ALL ON process_heartbeat FROM sextant_reader');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE process_heartbeat');
  }
}
