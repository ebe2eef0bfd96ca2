import { DomainError } from '@sextant/kernel';
import pg from 'pg';
import { CAN_SET_ROLE } from './create-roles.js';

interface Facts {
  user: string;
  database: string;
  version: number;
  encoding: string;
  mayCreateRoles: boolean;
  hasRoles: boolean;
  mayCreateTables: boolean;
  mayCreateSchemas: boolean;
  unsafeRole: string | null;
}

/** Since PostgreSQL 16 the right to create roles says nothing about roles that somebody else created. */
const FACTS = `
  SELECT current_user AS "user", current_database() AS database,
         current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
         r.rolsuper OR r.rolcreaterole AND (current_setting('server_version_num')::int < 160000 OR NOT EXISTS (
           SELECT FROM pg_roles WHERE rolname IN ('sextant_writer', 'sextant_reader')
              AND NOT pg_has_role(current_user, oid, ${CAN_SET_ROLE})
              AND NOT pg_has_role(current_user, oid, 'MEMBER WITH ADMIN OPTION'))) AS "mayCreateRoles",
         (SELECT count(*) = 2 AND coalesce(bool_and(pg_has_role(current_user, oid, ${CAN_SET_ROLE})), false)
            FROM pg_roles WHERE rolname IN ('sextant_writer', 'sextant_reader')) AS "hasRoles",
         has_schema_privilege('public', 'CREATE') AS "mayCreateTables",
         has_database_privilege(current_database(), 'CREATE') AS "mayCreateSchemas",
         (SELECT min(rolname) FROM pg_roles WHERE rolname IN ('sextant_writer', 'sextant_reader')
             AND (rolsuper OR rolbypassrls OR rolcreaterole)) AS "unsafeRole"
    FROM pg_roles r WHERE r.rolname = current_user`;

/**
 * @throws DomainError DATABASE_UNSUITABLE when this connection cannot own the tables and roles. The message holds
 *   the SQL for an administrator; `context.exitCode` is 78 (a configuration error), `context.sql` the lines alone.
 */
export async function requireSuitableOwner(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<Facts>(FACTS);
  const facts = rows[0];
  if (facts === undefined) throw new Error('The database does not say who is connected.');
  if (facts.version < 150_000) {
    throw unsuitable('The PostgreSQL behind DATABASE_URL is older than version 15.', []);
  }
  if (facts.encoding !== 'UTF8') {
    throw unsuitable(`The database has the encoding ${facts.encoding}; it must be created with UTF8.`, []);
  }
  if (facts.unsafeRole !== null) {
    throw unsuitable(`The role ${facts.unsafeRole} could get round the walls between tenants.`, [
      `ALTER ROLE ${facts.unsafeRole} NOSUPERUSER NOBYPASSRLS NOCREATEROLE;`,
    ]);
  }
  const sql = missingRights(facts);
  if (sql.length > 0) {
    const user = pg.escapeIdentifier(facts.user);
    throw unsuitable(`The user ${user} of DATABASE_URL may not create what is needed.`, sql);
  }
}

function missingRights(facts: Facts): string[] {
  const user = pg.escapeIdentifier(facts.user);
  const sql: string[] = [];
  if (!facts.mayCreateRoles && !facts.hasRoles) {
    for (const role of ['sextant_writer', 'sextant_reader']) {
      sql.push(
        `DO $$ BEGIN CREATE ROLE ${role} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;`,
        `GRANT ${role} TO ${user};`,
      );
    }
  }
  if (!facts.mayCreateSchemas)
    sql.push(`GRANT CREATE ON DATABASE ${pg.escapeIdentifier(facts.database)} TO ${user};`);
  if (!facts.mayCreateTables) sql.push(`GRANT CREATE ON SCHEMA public TO ${user} WITH GRANT OPTION;`);
  return sql;
}

function unsuitable(reason: string, sql: string[]): DomainError {
  const advice =
    sql.length === 0 ? [] : ['An administrator of the server has to run, in that database:', '', ...sql];
  return new DomainError('DATABASE_UNSUITABLE', [reason, ...advice].join('\n'), {
    exitCode: 78,
    sql: sql.join('\n'),
  });
}
