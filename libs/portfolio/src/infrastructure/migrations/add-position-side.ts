import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Hedge mode keeps a long and a short position of one market apart; all that exist are netted ones. */
export class AddPositionSide1763701100000 implements MigrationInterface {
  readonly name = 'AddPositionSide1763701100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await changeKey(queryRunner, 'position', 'account_id, symbol, position_side');
    await changeKey(queryRunner, 'strategy_position', 'account_id, symbol, position_side, strategy');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const [table, key] of [
      ['position', 'account_id, symbol'],
      ['strategy_position', 'account_id, symbol, strategy'],
    ]) {
      await queryRunner.query(
        `ALTER TABLE ${table} DROP CONSTRAINT ${table}_pkey, DROP COLUMN position_side, ADD PRIMARY KEY (${key})`,
      );
    }
  }
}

async function changeKey(queryRunner: QueryRunner, table: string, key: string): Promise<void> {
  await queryRunner.query(`
    ALTER TABLE ${table}
      ADD COLUMN position_side text COLLATE "C" NOT NULL DEFAULT 'NET'
        CHECK (position_side IN ('NET', 'LONG', 'SHORT')),
      DROP CONSTRAINT ${table}_pkey, ADD PRIMARY KEY (${key})`);
}
