import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'pgboss';

/**
 * The tables of pg-boss, made by the owner as its release wants them: the roles that the application works as have
 * no right to make or change tables. A release with another schema version needs a migration with its
 * `getMigrationPlans`; until there is one the process says so instead of starting its jobs.
 */
export class CreateJobEngine1763701500000 implements MigrationInterface {
  readonly name = 'CreateJobEngine1763701500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Loaded here: a start that has nothing to migrate does not pay for it.
    const { getConstructionPlans } = await import('pg-boss');
    // The plan brings a transaction of its own; a migration is one already.
    const plan = getConstructionPlans(SCHEMA).replaceAll(/^\s*(BEGIN|COMMIT);\s*$/gm, '');
    await queryRunner.query(plan);
    await queryRunner.query(`GRANT USAGE ON SCHEMA ${SCHEMA} TO sextant_writer`);
    await queryRunner.query(
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${SCHEMA} TO sextant_writer`,
    );
    // Which schema it is, the owner decides alone.
    await queryRunner.query(`REVOKE INSERT, DELETE ON ${SCHEMA}.version FROM sextant_writer`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
  }
}
