import { grantReadWrite, isolateByTenant } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Addresses that are shown beside the portfolio, and what they hold. Units are counts of 10^-18. */
export class CreateWatchedWallets1763701301000 implements MigrationInterface {
  readonly name = 'CreateWatchedWallets1763701301000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE watched_wallet (
        wallet_id  text COLLATE "C" PRIMARY KEY,
        tenant_id  text COLLATE "C" NOT NULL,
        name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        venue      text COLLATE "C" NOT NULL CHECK (length(venue) BETWEEN 1 AND 40),
        address    text COLLATE "C" NOT NULL CHECK (length(address) BETWEEN 1 AND 200),
        stated_at  timestamptz(3) NOT NULL,
        created_at timestamptz(3) NOT NULL,
        UNIQUE (tenant_id, venue, address)
      )`);
    await queryRunner.query(`
      CREATE TABLE watched_holding (
        wallet_id text COLLATE "C" NOT NULL REFERENCES watched_wallet ON DELETE CASCADE,
        tenant_id text COLLATE "C" NOT NULL,
        asset     text COLLATE "C" NOT NULL CHECK (asset <> ''),
        units     numeric(38,0) NOT NULL CHECK (units >= 0 AND units <> 'NaN'),
        PRIMARY KEY (wallet_id, asset)
      )`);
    for (const table of ['watched_wallet', 'watched_holding']) {
      await grantReadWrite(queryRunner, table);
      await isolateByTenant(queryRunner, table);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE watched_holding, watched_wallet');
  }
}
