import type { QueryRunner } from 'typeorm';

/** Lets the writer insert and everybody read; nobody changes or deletes a row afterwards. */
export async function grantAppendOnly(queryRunner: QueryRunner, table: string): Promise<void> {
  await queryRunner.query(`REVOKE ALL ON ${quote(table)} FROM PUBLIC, sextant_writer, sextant_reader`);
  await queryRunner.query(`GRANT SELECT, INSERT ON ${quote(table)} TO sextant_writer`);
  await queryRunner.query(`GRANT SELECT ON ${quote(table)} TO sextant_reader`);
}

/** Takes the right to delete back: rows that change, and stay. */
export async function keepRows(queryRunner: QueryRunner, table: string): Promise<void> {
  await queryRunner.query(`REVOKE DELETE ON ${quote(table)} FROM sextant_writer`);
}

/** Lets the writer do everything with rows and the reader read. */
export async function grantReadWrite(queryRunner: QueryRunner, table: string): Promise<void> {
  await queryRunner.query(`REVOKE ALL ON ${quote(table)} FROM PUBLIC, sextant_writer, sextant_reader`);
  await queryRunner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${quote(table)} TO sextant_writer`);
  await queryRunner.query(`GRANT SELECT ON ${quote(table)} TO sextant_reader`);
}

/**
 * Row-level security by account: the reader sees the rows of accounts that belong to the tenant of its transaction
 * (`sextant.tenant`), and none without one. Writer and owner see everything. The table `account` must exist.
 */
export async function isolateByAccount(
  queryRunner: QueryRunner,
  table: string,
  column = 'account_id',
): Promise<void> {
  // The array is built once a statement, so that an index on the account still serves.
  const ofTenant = `${quote(column)} = ANY (ARRAY(
    SELECT a.account_id FROM account a WHERE a.tenant_id = current_setting('sextant.tenant', true)))`;
  await isolate(queryRunner, table, ofTenant);
}

/** Row-level security for a table that names the tenant itself, as `isolateByAccount` does it. */
export async function isolateByTenant(
  queryRunner: QueryRunner,
  table: string,
  column = 'tenant_id',
): Promise<void> {
  await isolate(queryRunner, table, `${quote(column)} = current_setting('sextant.tenant', true)`);
}

async function isolate(queryRunner: QueryRunner, table: string, condition: string): Promise<void> {
  const name = quote(table);
  await queryRunner.query(`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`);
  await queryRunner.query(`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`);
  await queryRunner.query(
    `CREATE POLICY tenant_reads ON ${name} FOR SELECT TO sextant_reader USING (${condition})`,
  );
  await queryRunner.query(
    `CREATE POLICY everything ON ${name} TO sextant_writer, CURRENT_USER USING (true) WITH CHECK (true)`,
  );
}

/** Quotes `table` and `schema.table`. */
function quote(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}
