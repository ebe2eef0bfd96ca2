import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Long curves of many accounts are read from the points of full hours, midnights and flows alone. */
export class IndexHourlySnapshots1763701302000 implements MigrationInterface {
  readonly name = 'IndexHourlySnapshots1763701302000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE INDEX portfolio_snapshot_hour ON portfolio_snapshot (account_id, taken_at)
       WHERE kind IN ('DAY', 'HOUR') OR flow <> 0`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX portfolio_snapshot_hour');
  }
}
