import type { MigrationInterface, QueryRunner } from 'typeorm';

/** SQL: the kind of membership that allows SET ROLE; PostgreSQL 16 has a word for it, before it was any membership. */
export const CAN_SET_ROLE = `CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END`;

/** The two roles the application works as. They belong to the whole server, so they may be there already. */
export class CreateRoles1763600000000 implements MigrationInterface {
  readonly name = 'CreateRoles1763600000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const role of ['sextant_writer', 'sextant_reader']) {
      await queryRunner.query(`
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN
            CREATE ROLE ${role} NOLOGIN;
          END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
          NULL; -- another database of this server was faster
        END $$`);
      await queryRunner.query(`
        DO $$ BEGIN
          IF NOT pg_has_role(session_user, '${role}', ${CAN_SET_ROLE}) THEN
            EXECUTE format('GRANT ${role} TO %I', session_user);
          END IF;
        END $$`);
    }
    await queryRunner.query('GRANT USAGE ON SCHEMA public TO sextant_writer, sextant_reader');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // The roles stay: other databases of the server may use them.
    await queryRunner.query('REVOKE USAGE ON SCHEMA public FROM sextant_writer, sextant_reader');
  }
}
