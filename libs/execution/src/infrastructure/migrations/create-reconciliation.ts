import { grantAppendOnly, isolateByAccount } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Comparisons with the venue that found a difference, and the first one after them that agreed. */
export class CreateReconciliation1763700802000 implements MigrationInterface {
  readonly name = 'CreateReconciliation1763700802000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE reconciliation (
        account_id        text COLLATE "C" NOT NULL,
        reconciliation_id text COLLATE "C" NOT NULL,
        outcome           text COLLATE "C" NOT NULL CHECK (outcome IN ('EQUAL', 'DUST', 'DIFFERENT')),
        differences       jsonb NOT NULL,
        halted            boolean NOT NULL,
        compared_at       timestamptz(3) NOT NULL,
        PRIMARY KEY (account_id, reconciliation_id)
      )`);
    await grantAppendOnly(queryRunner, 'reconciliation');
    await isolateByAccount(queryRunner, 'reconciliation');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE reconciliation');
  }
}
