import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Fees that were changed after their fills are few, and asked for with every list of fills. */
export class IndexFees1763701401000 implements MigrationInterface {
  readonly name = 'IndexFees1763701401000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE INDEX ledger_transaction_fee ON ledger_transaction (account_id, occurred_at) WHERE kind = 'FEE'`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX ledger_transaction_fee');
  }
}
