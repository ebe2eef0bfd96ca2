import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantReadWrite } from '../database/index.js';

/** Keys of requests that may be repeated, with what a replay needs. */
export class CreateIdempotencyKey1763600020000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE idempotency_key (
        tenant_id   text COLLATE "C" NOT NULL,
        route       text COLLATE "C" NOT NULL,
        key         text COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
        account_id  text COLLATE "C" NOT NULL,
        body_hash   text COLLATE "C" NOT NULL CHECK (length(body_hash) = 64),
        resource_id text COLLATE "C",
        status      integer NOT NULL,
        body        jsonb,
        created_at  timestamptz(3) NOT NULL,
        PRIMARY KEY (tenant_id, route, key)
      )`);
    await queryRunner.query('CREATE INDEX idempotency_key_age ON idempotency_key (created_at)');
    await grantReadWrite(queryRunner, 'idempotency_key');
    // Stored answers of every tenant: readers have no business in them.
    await queryRunner.query('REVOKE ALL ON idempotency_key FROM sextant_reader');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE idempotency_key');
  }
}
