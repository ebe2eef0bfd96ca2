import { grantAppendOnly, isolateByAccount } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What accounts were worth, moment by moment. A row never changes; fine-grained ones are thinned out with age. */
export class CreatePortfolioSnapshots1763701300000 implements MigrationInterface {
  readonly name = 'CreatePortfolioSnapshots1763701300000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE portfolio_snapshot (
        account_id      text COLLATE "C" NOT NULL,
        taken_at        timestamptz(3) NOT NULL,
        kind            text COLLATE "C" NOT NULL CHECK (kind IN ('DAY', 'HOUR', 'INTERVAL', 'FLOW', 'START')),
        ledger_sequence bigint NOT NULL CHECK (ledger_sequence >= 0),
        asset           text COLLATE "C" NOT NULL CHECK (asset <> ''),
        equity          numeric(38,0) CHECK (equity <> 'NaN'),
        flow            numeric(38,0) NOT NULL CHECK (flow <> 'NaN'),
        complete        boolean NOT NULL,
        unvalued_flows  jsonb NOT NULL CHECK (jsonb_typeof(unvalued_flows) = 'object'),
        valuation       jsonb NOT NULL CHECK (jsonb_typeof(valuation) = 'object'),
        rates           jsonb NOT NULL CHECK (jsonb_typeof(rates) = 'object'),
        PRIMARY KEY (account_id, taken_at),
        CONSTRAINT portfolio_snapshot_known CHECK (equity IS NOT NULL OR NOT complete)
      )`);
    await queryRunner.query(
      `CREATE INDEX portfolio_snapshot_day ON portfolio_snapshot (account_id, taken_at)
       WHERE kind = 'DAY' OR flow <> 0`,
    );
    await queryRunner.query('CREATE INDEX portfolio_snapshot_age ON portfolio_snapshot (kind, taken_at)');
    await grantAppendOnly(queryRunner, 'portfolio_snapshot');
    await queryRunner.query('GRANT DELETE ON portfolio_snapshot TO sextant_writer');
    await isolateByAccount(queryRunner, 'portfolio_snapshot');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE portfolio_snapshot');
  }
}
