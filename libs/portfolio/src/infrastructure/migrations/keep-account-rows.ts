import { keepRows } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['account', 'balance', 'position', 'strategy_position'];

/** Accounts and what they hold change, and are never deleted. */
export class KeepAccountRows1763600211000 implements MigrationInterface {
  readonly name = 'KeepAccountRows1763600211000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await keepRows(queryRunner, table);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await queryRunner.query(`GRANT DELETE ON ${table} TO sextant_writer`);
  }
}
