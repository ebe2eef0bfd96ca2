import { grantReadWrite, isolateByAccount, keepRows } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How an account holds perpetuals: leverage and margin mode of each market, and whether long and short are kept apart. */
export class CreateMarginSettings1763701101000 implements MigrationInterface {
  readonly name = 'CreateMarginSettings1763701101000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE margin_setting (
        account_id  text COLLATE "C" NOT NULL,
        symbol      text COLLATE "C" NOT NULL CHECK (symbol <> ''),
        leverage    integer NOT NULL CHECK (leverage BETWEEN 1 AND 1000),
        margin_mode text COLLATE "C" NOT NULL CHECK (margin_mode IN ('CROSS', 'ISOLATED')),
        tiers       jsonb NOT NULL CHECK (jsonb_typeof(tiers) = 'array'),
        updated_at  timestamptz(3) NOT NULL,
        PRIMARY KEY (account_id, symbol)
      )`);
    await queryRunner.query(`
      CREATE TABLE position_mode (
        account_id text COLLATE "C" PRIMARY KEY,
        hedged     boolean NOT NULL,
        updated_at timestamptz(3) NOT NULL
      )`);
    for (const table of ['margin_setting', 'position_mode']) {
      await grantReadWrite(queryRunner, table);
      await isolateByAccount(queryRunner, table);
      await keepRows(queryRunner, table);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE margin_setting, position_mode');
  }
}
