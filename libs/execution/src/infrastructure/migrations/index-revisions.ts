import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What comes late for an amended order names an id that only its revisions have. Few orders have any. */
export class IndexRevisions1763700800000 implements MigrationInterface {
  readonly name = 'IndexRevisions1763700800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE INDEX orders_revisions ON orders USING gin ((progress -> 'revisions') jsonb_path_ops)
      WHERE progress -> 'revisions' <> '[]'::jsonb`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX orders_revisions');
  }
}
