import { grantReadWrite, isolateByAccount } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Limits that an account has of its own; without a row the configured ones hold. */
export class CreateRiskLimit1763600310000 implements MigrationInterface {
  readonly name = 'CreateRiskLimit1763600310000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE risk_limit (
        account_id            text COLLATE "C" PRIMARY KEY,
        version               integer NOT NULL CHECK (version > 0),
        max_order_notional    numeric(38,0) NOT NULL CHECK (max_order_notional >= 0 AND max_order_notional <> 'NaN'),
        max_position_notional numeric(38,0) NOT NULL CHECK (max_position_notional >= 0 AND max_position_notional <> 'NaN'),
        price_collar          numeric(38,0) NOT NULL CHECK (price_collar >= 0 AND price_collar <> 'NaN'),
        max_orders_per_second integer NOT NULL CHECK (max_orders_per_second >= 0),
        market_buffer         numeric(38,0) NOT NULL CHECK (market_buffer >= 0 AND market_buffer <> 'NaN'),
        updated_at            timestamptz(3) NOT NULL
      )`);
    await grantReadWrite(queryRunner, 'risk_limit');
    await isolateByAccount(queryRunner, 'risk_limit');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE risk_limit');
  }
}
