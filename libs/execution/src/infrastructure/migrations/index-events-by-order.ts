import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is written about one order, without reading its account's log. Ids grow with time: new ones go to one end of it. */
export class IndexEventsByOrder1763700801000 implements MigrationInterface {
  readonly name = 'IndexEventsByOrder1763700801000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE INDEX event_log_order ON event_log ((payload ->> 'orderId'))
      WHERE payload ->> 'orderId' IS NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX event_log_order');
  }
}
