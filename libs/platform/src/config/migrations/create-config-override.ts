import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantReadWrite } from '../../database/index.js';

/** Values of dynamic keys that an administrator changed at run time; a row without a value was taken back. */
export class CreateConfigOverride1763600030000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE config_override (
        key        text COLLATE "C" PRIMARY KEY,
        value      jsonb,
        version    bigint NOT NULL CHECK (version > 0),
        changed_at timestamptz(3) NOT NULL,
        changed_by text NOT NULL
      )`);
    await grantReadWrite(queryRunner, 'config_override');
    // Values of the whole installation: no tenant's business.
    await queryRunner.query('REVOKE ALL ON config_override FROM sextant_reader');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE config_override');
  }
}
