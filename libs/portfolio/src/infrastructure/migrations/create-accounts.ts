import { grantReadWrite, isolateByAccount, isolateByTenant } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts and the live projections of their ledgers. Amounts are counts of 10^-18. */
export class CreateAccounts1763600200000 implements MigrationInterface {
  readonly name = 'CreateAccounts1763600200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE account (
        account_id      text COLLATE "C" PRIMARY KEY,
        tenant_id       text COLLATE "C" NOT NULL,
        name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        kind            text COLLATE "C" NOT NULL CHECK (kind IN ('PAPER', 'LIVE')),
        venue           text COLLATE "C" NOT NULL CHECK (venue <> ''),
        reporting_asset text COLLATE "C" NOT NULL CHECK (reporting_asset <> ''),
        status          text COLLATE "C" NOT NULL CHECK (status IN ('OPEN', 'CLOSED')),
        created_at      timestamptz(3) NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX account_tenant ON account (tenant_id, account_id)');
    await grantReadWrite(queryRunner, 'account');
    await isolateByTenant(queryRunner, 'account');
    await queryRunner.query(`
      CREATE TABLE balance (
        account_id text COLLATE "C" NOT NULL,
        asset      text COLLATE "C" NOT NULL CHECK (asset <> ''),
        total      numeric(38,0) NOT NULL CHECK (total <> 'NaN'),
        updated_at timestamptz(3) NOT NULL,
        PRIMARY KEY (account_id, asset)
      )`);
    await queryRunner.query(positionTable('position', '', 'account_id, symbol'));
    const strategy = `strategy text COLLATE "C" NOT NULL CHECK (length(strategy) <= 200),`;
    await queryRunner.query(positionTable('strategy_position', strategy, 'account_id, symbol, strategy'));
    for (const table of ['balance', 'position', 'strategy_position']) {
      await grantReadWrite(queryRunner, table);
      await isolateByAccount(queryRunner, table);
    }
    await openStreamsToTheirTenants(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('REVOKE SELECT ON event_log, account_stream FROM sextant_reader');
    for (const table of ['event_log', 'account_stream']) {
      await queryRunner.query(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`);
      await queryRunner.query(`DROP POLICY tenant_reads ON ${table}`);
      await queryRunner.query(`DROP POLICY everything ON ${table}`);
    }
    await queryRunner.query('DROP TABLE strategy_position, position, balance, account');
  }
}

/** The streams were closed to readers until accounts could say whose they are. */
async function openStreamsToTheirTenants(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query('GRANT SELECT ON event_log, account_stream TO sextant_reader');
  await isolateByAccount(queryRunner, 'event_log', 'stream_id');
  await isolateByAccount(queryRunner, 'account_stream');
}

/** A flat position costs nothing, an open one has the cost's sign of its side and knows since when. */
function positionTable(name: string, columns: string, key: string): string {
  return `
    CREATE TABLE ${name} (
      account_id      text COLLATE "C" NOT NULL,
      symbol          text COLLATE "C" NOT NULL CHECK (symbol <> ''),
      ${columns}
      signed_quantity numeric(38,0) NOT NULL CHECK (signed_quantity <> 'NaN'),
      cost            numeric(38,0) NOT NULL CHECK (cost <> 'NaN'),
      realized_pnl    numeric(38,0) NOT NULL CHECK (realized_pnl <> 'NaN'),
      fees            numeric(38,0) NOT NULL CHECK (fees <> 'NaN'),
      unvalued_fee_count   integer NOT NULL CHECK (unvalued_fee_count >= 0),
      funding         numeric(38,0) NOT NULL CHECK (funding <> 'NaN'),
      opened_at       timestamptz(3),
      updated_at      timestamptz(3) NOT NULL,
      PRIMARY KEY (${key}),
      CONSTRAINT ${name}_cost_follows_side CHECK (
        sign(cost) IN (0, sign(signed_quantity)) AND (opened_at IS NULL) = (signed_quantity = 0))
    )`;
}
