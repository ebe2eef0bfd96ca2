import { grantReadWrite } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Fills of before an account was first seen, as its venue told them page by page. They wait here until the list is whole,
 * because they are booked in the order of their execution; then the ledger has them, and they are forgotten.
 */
export class CreateHistoryFill1763701510000 implements MigrationInterface {
  readonly name = 'CreateHistoryFill1763701510000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE history_fill (
        account_id     text COLLATE "C" NOT NULL,
        job_id         text COLLATE "C" NOT NULL,
        symbol         text COLLATE "C" NOT NULL,
        venue_order_id text COLLATE "C" NOT NULL,
        venue_trade_id text COLLATE "C" NOT NULL,
        executed_at    bigint NOT NULL,
        fill           jsonb NOT NULL,
        PRIMARY KEY (account_id, job_id, symbol, venue_order_id, venue_trade_id)
      )`);
    await queryRunner.query(
      `CREATE INDEX history_fill_time ON history_fill
         (account_id, job_id, executed_at, length(venue_trade_id), venue_trade_id, symbol, venue_order_id)`,
    );
    await grantReadWrite(queryRunner, 'history_fill');
    // What is not booked yet is nobody's to read.
    await queryRunner.query('REVOKE ALL ON history_fill FROM sextant_reader');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE history_fill');
  }
}
