import { keepRows } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['orders', 'venue_cursor'];

/** Orders change, and are never deleted: their ids stay taken for ever. */
export class KeepOrders1763600302000 implements MigrationInterface {
  readonly name = 'KeepOrders1763600302000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await keepRows(queryRunner, table);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await queryRunner.query(`GRANT DELETE ON ${table} TO sextant_writer`);
  }
}
