import { grantReadWrite, isolateByAccount, isolateByTenant, keepRows } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const WORD = `
  switch_id     text COLLATE "C" NOT NULL,
  mode          text CHECK (mode IN ('HALT', 'LIQUIDATE', 'REDUCE_ONLY')),
  version       bigint NOT NULL CHECK (version > 0),
  reason        text NOT NULL,
  actor         text NOT NULL,
  changed_at    timestamptz(3) NOT NULL,
  cancel_orders boolean NOT NULL,
  trace_id      text`;

/** The last word about each kill switch; a mode of NULL is a release. What was said before is in the event log. */
export class CreateKillSwitch1763700400000 implements MigrationInterface {
  readonly name = 'CreateKillSwitch1763700400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE account_kill_switch (account_id text COLLATE "C" PRIMARY KEY, ${WORD})`,
    );
    await queryRunner.query(`
      CREATE TABLE kill_switch (
        tenant_id   text COLLATE "C" NOT NULL,
        scope_kind  text NOT NULL CHECK (scope_kind IN ('ACCOUNT', 'STRATEGY', 'SYMBOL', 'VENUE', 'ALL')),
        scope_value text COLLATE "C" NOT NULL,
        strictness  smallint NOT NULL,
        ${WORD},
        PRIMARY KEY (tenant_id, scope_kind, scope_value)
      )`);
    for (const table of ['account_kill_switch', 'kill_switch']) {
      await grantReadWrite(queryRunner, table);
      await keepRows(queryRunner, table);
    }
    await isolateByAccount(queryRunner, 'account_kill_switch');
    await isolateByTenant(queryRunner, 'kill_switch');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE kill_switch');
    await queryRunner.query('DROP TABLE account_kill_switch');
  }
}
